import { readFile, stat } from "node:fs/promises";
import type { InferenceSession } from "onnxruntime-node";
import { ProblemError } from "../../problem.ts";
import { loadOnnxRuntime } from "../load-native.ts";
import { type ModelGraph, readModelGraph } from "./model-graph.ts";
import { WireError } from "./protobuf.ts";
import { stripZipMap } from "./strip-zip-map.ts";

/** A model ready to be run. */
export type LoadedModel = {
  readonly name: string;
  readonly session: InferenceSession;
  /** Classes in the order of the probabilities, where the file says it. */
  readonly classes: readonly string[] | null;
};

const LARGEST_BYTES = 2 ** 31 - 1;
/** What ONNX Runtime has built in. */
const KNOWN_DOMAIN =
  /^$|^ai\.onnx(\.ml|\.training|\.preview(\.training)?)?$|^com\.microsoft(\.nchwc|\.experimental)?$|^org\.pytorch\.aten$/;

/** Files that are often taken for the model, by their first bytes. */
const OTHER_FORMATS: readonly (readonly [string, string])[] = [
  ["version https://git-lfs", "a Git LFS pointer; the file itself was not fetched (checkout with `lfs: true`)"],
  ["\x80\x02", "a Python pickle"],
  ["\x80\x03", "a Python pickle"],
  ["\x80\x04", "a Python pickle"],
  ["\x80\x05", "a Python pickle"],
  ["PK\x03\x04", "a zip archive (a PyTorch or Keras file?)"],
  ["\x89HDF", "an HDF5 file"],
];

/**
 * Reads, checks and opens an ONNX file.
 *
 * @throws ProblemError for a file that is missing, corrupt, of another format, or that needs other files or operators.
 */
export async function loadModel(
  file: { readonly path: string; readonly name: string },
  threads: number,
): Promise<LoadedModel> {
  const bytes = await readModelFile(file);
  const graph = parse(bytes, file.name);
  refuseOutsideParts(graph, file.name);
  const session = await openSession(stripZipMap(graph) ?? bytes, file.name, threads);
  return { name: file.name, session, classes: classesOf(graph) };
}

async function readModelFile({ path, name }: { readonly path: string; readonly name: string }): Promise<Uint8Array> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile())
    throw refused(name, "there is no such file", "let a stage write it, and name it in `outs`");
  if (found.size === 0) throw refused(name, "it is empty", EXPORT_ANEW);
  if (found.size > LARGEST_BYTES)
    throw refused(name, "it is larger than 2 GiB", "evaluate it outside and give `predictions`");
  return readFile(path);
}

function parse(bytes: Uint8Array, name: string): ModelGraph {
  const start = String.fromCharCode(...bytes.subarray(0, 32));
  const other = OTHER_FORMATS.find(([magic]) => start.startsWith(magic));
  if (other !== undefined) throw refused(name, `it is no ONNX model but ${other[1]}`, EXPORT_ANEW);
  try {
    return readModelGraph(bytes);
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    throw refused(name, "it is no ONNX model, or a corrupt one", EXPORT_ANEW, cause);
  }
}

function refuseOutsideParts(graph: ModelGraph, name: string): void {
  const [external] = graph.externalFiles;
  if (external !== undefined) {
    throw refused(
      name,
      `its weights lie in another file (${JSON.stringify(external)})`,
      "save it as one file (`save_as_external_data=False`)",
    );
  }
  const foreign = [...graph.operatorDomains].find(
    (domain) => !KNOWN_DOMAIN.test(domain) && !graph.functionDomains.has(domain),
  );
  if (foreign !== undefined) {
    throw refused(
      name,
      `it uses operators of ${JSON.stringify(foreign)}, which ONNX Runtime does not have`,
      "export it with standard operators, or give `predictions`",
    );
  }
}

async function openSession(bytes: Uint8Array, name: string, threads: number): Promise<InferenceSession> {
  const { InferenceSession: Session } = loadOnnxRuntime();
  try {
    return await Session.create(bytes, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      logSeverityLevel: 4,
      // Threads that spin between batches take the cores from DuckDB, which reads the next one.
      extra: { session: { intra_op: { allow_spinning: "0" } } },
    });
  } catch (cause) {
    throw refused(name, `ONNX Runtime cannot open it: ${runtimeReason(cause)}`, EXPORT_ANEW, cause);
  }
}

/** The classes that the file names: ZipMap's, else those of its only list; null where lists differ. */
function classesOf(graph: ModelGraph): readonly string[] | null {
  const zipped = graph.nodes.find(({ operator, classes }) => operator === "ZipMap" && classes !== null);
  if (zipped !== undefined) return zipped.classes;
  const lists = graph.nodes.flatMap(({ classes }) => (classes === null ? [] : [classes]));
  const isOne = lists.every((list) => JSON.stringify(list) === JSON.stringify(lists[0]));
  return isOne ? (lists[0] ?? null) : null;
}

/** ONNX Runtime's reason in one line, cut where it becomes long. */
export function runtimeReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message
    .replace(/\/\S+\/(onnxruntime\/\S+)/g, "$1")
    .replace(/\s+/g, " ")
    .replace(/[\s.;]+$/, "");
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

const EXPORT_ANEW = "export it to ONNX anew (skl2onnx, torch.onnx, onnxmltools …)";

function refused(where: string, what: string, mend: string, cause?: unknown): ProblemError {
  return new ProblemError({ kind: "evidence", where, what, mend }, { cause });
}
