import { type Field, readFields, readPacked, readText, type Span, WireError } from "./protobuf.ts";

/** What of an ONNX file matters before it is run. Field numbers: onnx.proto of ONNX 1.19. */
export type ModelGraph = {
  readonly nodes: readonly GraphNode[];
  /** Fields of the model but its graph, and of the graph: for writing it anew. */
  readonly modelFields: readonly Field[];
  readonly graphFields: readonly Field[];
  readonly outputs: readonly { readonly name: string; readonly field: Field }[];
  /** Domains that the file defines functions for. */
  readonly functionDomains: ReadonlySet<string>;
  /** Domains of all operators, in subgraphs too. */
  readonly operatorDomains: ReadonlySet<string>;
  /** Files beside the model that hold its weights. */
  readonly externalFiles: readonly string[];
};

type GraphNode = {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Of a classifier or ZipMap: its classes in the order of their probabilities, as text. */
  readonly classes: readonly string[] | null;
  readonly field: Field;
};

const MODEL = { irVersion: 1, graph: 7, opsets: 8, functions: 25 } as const;
const GRAPH = { node: 1, initializer: 5, output: 12 } as const;
const NODE = { input: 1, output: 2, operator: 4, attribute: 5, domain: 7 } as const;
const ATTRIBUTE = { name: 1, tensor: 5, graph: 6, ints: 8, strings: 9, tensors: 10, graphs: 11 } as const;
const TENSOR = { externalData: 13, dataLocation: 14 } as const;
const DEEPEST = 32;

type Found = { readonly domains: Set<string>; readonly external: Set<string> };

/**
 * Reads the structure of an ONNX file.
 *
 * @throws WireError where it is none.
 */
export function readModelGraph(bytes: Uint8Array): ModelGraph {
  const modelFields = [...readFields({ bytes, start: 0, end: bytes.length })];
  const graphField = modelFields.findLast(({ number }) => number === MODEL.graph);
  const version = modelFields.find(({ number }) => number === MODEL.irVersion)?.integer ?? 0;
  if (
    graphField === undefined ||
    version < 1 ||
    version > 1000 ||
    !modelFields.some(({ number }) => number === MODEL.opsets)
  ) {
    throw new WireError("no graph");
  }
  const found: Found = { domains: new Set(), external: new Set() };
  const functionDomains = new Set<string>();
  for (const field of modelFields) {
    // FunctionProto: domain is 10, its nodes are 7.
    if (field.number !== MODEL.functions) continue;
    for (const part of readFields(field.value)) {
      if (part.number === 10) functionDomains.add(readText(part.value));
      else if (part.number === 7) readNode(part, found, 1);
    }
  }
  return {
    modelFields,
    functionDomains,
    ...readGraph(graphField.value, found, 0),
    operatorDomains: found.domains,
    externalFiles: [...found.external],
  };
}

function readGraph(span: Span, found: Found, depth: number): Pick<ModelGraph, "nodes" | "graphFields" | "outputs"> {
  if (depth > DEEPEST) throw new WireError("graphs too deep in each other");
  const graphFields = [...readFields(span)];
  const nodes: GraphNode[] = [];
  const outputs: { name: string; field: Field }[] = [];
  for (const field of graphFields) {
    if (field.number === GRAPH.node) nodes.push(readNode(field, found, depth));
    else if (field.number === GRAPH.initializer) readTensor(field.value, found);
    else if (field.number === GRAPH.output) outputs.push({ name: firstText(field.value, 1), field });
  }
  return { nodes, graphFields, outputs };
}

function readNode(field: Field, found: Found, depth: number): GraphNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  let operator = "";
  let domain = "";
  let classes: readonly string[] | null = null;
  for (const part of readFields(field.value)) {
    if (part.number === NODE.input) inputs.push(readText(part.value));
    else if (part.number === NODE.output) outputs.push(readText(part.value));
    else if (part.number === NODE.operator) operator = readText(part.value);
    else if (part.number === NODE.domain) domain = readText(part.value);
    else if (part.number === NODE.attribute) classes = readAttribute(part.value, found, depth) ?? classes;
  }
  found.domains.add(domain);
  return { operator, domain, inputs, outputs, classes, field };
}

/** Looks into tensors and subgraphs, and gives the classes where the attribute is `classlabels_…`. */
function readAttribute(span: Span, found: Found, depth: number): readonly string[] | null {
  let name = "";
  const integers: string[] = [];
  const texts: string[] = [];
  for (const part of readFields(span)) {
    if (part.number === ATTRIBUTE.name) name = readText(part.value);
    else if (part.number === ATTRIBUTE.tensor || part.number === ATTRIBUTE.tensors) readTensor(part.value, found);
    else if (part.number === ATTRIBUTE.graph || part.number === ATTRIBUTE.graphs)
      readGraph(part.value, found, depth + 1);
    else if (name.startsWith("classlabels_") && part.number === ATTRIBUTE.strings) texts.push(readText(part.value));
    else if (name.startsWith("classlabels_") && part.number === ATTRIBUTE.ints) {
      const isPacked = part.value.end > part.value.start;
      integers.push(...(isPacked ? readPacked(part.value).map(String) : [String(part.integer)]));
    }
  }
  if (!name.startsWith("classlabels_")) return null;
  if (texts.length > 0) return texts;
  return integers.length > 0 ? integers : null;
}

function readTensor(span: Span, found: Found): void {
  let isExternal = false;
  let place = "another file";
  for (const part of readFields(span)) {
    if (part.number === TENSOR.dataLocation) isExternal = part.integer === 1;
    else if (part.number === TENSOR.externalData && firstText(part.value, 1) === "location")
      place = firstText(part.value, 2);
  }
  if (isExternal) found.external.add(place);
}

function firstText(span: Span, number: number): string {
  for (const field of readFields(span)) if (field.number === number) return readText(field.value);
  return "";
}
