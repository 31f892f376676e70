import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readModelGraph } from "../../../src/adapters/onnx/model-graph.ts";
import {
  bytesOf,
  join,
  readFields,
  readPacked,
  readText,
  WireError,
  writeField,
  writeInteger,
} from "../../../src/adapters/onnx/protobuf.ts";
import { stripZipMap } from "../../../src/adapters/onnx/strip-zip-map.ts";

const model = readFileSync(new URL("../../fixtures/onnx/zipmap-strings.onnx", import.meta.url));
const whole = (bytes: Uint8Array) => ({ bytes, start: 0, end: bytes.length });

describe("the protobuf walker", () => {
  it("reads what the specification's examples say", () => {
    // protobuf.dev/programming-guides/encoding: field 1 = 150, field 2 = "testing".
    const bytes = Uint8Array.of(0x08, 0x96, 0x01, 0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67);
    const [first, second] = [...readFields(whole(bytes))];
    expect(first).toMatchObject({ number: 1, integer: 150 });
    expect(second?.number).toBe(2);
    expect(second && readText(second.value)).toBe("testing");
    expect(readPacked(whole(Uint8Array.of(0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05)))).toEqual([3n, 270n, 86_942n]);
    expect(readPacked(whole(Uint8Array.of(...Array(9).fill(0xff), 0x01)))).toEqual([-1n]);
  });

  it("gives back the very bytes of each field", () => {
    expect(Buffer.from(join([...readFields(whole(model))].map((field) => bytesOf(field.whole)))).equals(model)).toBe(
      true,
    );
    const bytes = join([writeInteger(3, 300), writeField(4, "x".repeat(200))]);
    const [number, text] = [...readFields(whole(bytes))];
    expect(number?.integer).toBe(300);
    expect(text && readText(text.value)).toBe("x".repeat(200));
  });

  it.each([
    ["a length beyond the end", [0x12, 0x05, 0x61]],
    ["a huge length", [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ["a number without end", [0x08, ...Array(11).fill(0x80)]],
    ["a cut number", [0x08, 0x80]],
    ["field number 0", [0x00, 0x01]],
    ["a group", [0x0b, 0x0c]],
    ["a cut double", [0x09, 1, 2, 3]],
  ])("refuses %s", (_, bytes) => {
    expect(() => [...readFields(whole(Uint8Array.from(bytes)))]).toThrow(WireError);
  });

  it("ends on any bytes, with a result or a WireError", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 0, max: model.length }),
        fc.nat(255),
        (noise, at, byte) => {
          const bent = Uint8Array.from(model);
          bent[at] = byte;
          for (const bytes of [noise, bent, model.subarray(0, at), join([model, noise])]) {
            try {
              const graph = readModelGraph(bytes);
              stripZipMap(graph);
            } catch (error) {
              expect(error).toBeInstanceOf(WireError);
            }
          }
        },
      ),
      { numRuns: 500, seed: 20 },
    );
  });

  it("goes no deeper than any real model", () => {
    // An attribute with a graph with a node with an attribute …
    let graph: Uint8Array = writeField(2, "g");
    for (let depth = 0; depth < 200; depth++)
      graph = writeField(1, writeField(5, join([writeField(1, "body"), writeField(6, graph)])));
    const bytes = join([writeInteger(1, 8), writeField(7, graph), writeField(8, writeInteger(2, 15))]);
    expect(() => readModelGraph(bytes)).toThrow(/too deep/);
  });
});

describe("a ZipMap model", () => {
  it("loses the map and keeps the tensor and the classes", () => {
    const graph = readModelGraph(model);
    expect(graph.nodes.map(({ operator }) => operator)).toEqual(["LinearClassifier", "ZipMap"]);
    const stripped = readModelGraph(stripZipMap(graph) as Uint8Array);
    expect(stripped.nodes.map(({ operator }) => operator)).toEqual(["LinearClassifier"]);
    expect(stripped.nodes[0]?.classes).toEqual(["benign", "malignant"]);
    expect(stripped.outputs.map(({ name }) => name)).toEqual(["label", "probabilities"]);
    expect(stripZipMap(stripped)).toBeNull();
  });
});
