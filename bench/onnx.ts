import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join as joinPath } from "node:path";
import { fileURLToPath } from "node:url";
import { createTables } from "../src/adapters/duckdb/tables.ts";
import { openWorkspace } from "../src/adapters/files/workspace.ts";
import { loadDuckDb, loadOnnxRuntime } from "../src/adapters/load-native.ts";
import { createModelScoring } from "../src/adapters/onnx/model-scoring.ts";
import { join, writeField, writeInteger } from "../src/adapters/onnx/protobuf.ts";

/**
 * Evaluation of 1,000,000 rows × 30 columns from Parquet, from opening the table to the last score, beside `session.run`
 * alone on the same batches. Goals: 100 trees of depth 6 at most 1.4 times `session.run`, a linear model at most 0.5 s on top
 * of it, peak memory at most 600 MB. Run it with `node bench/onnx.ts`; each measurement is a process of its own.
 */

const ROWS = 1_000_000;
const FEATURES = 30;
const BATCH_ROWS = 16_384;
const REPEATS = 5;
const FOLDER = fileURLToPath(new URL(".data/onnx/", import.meta.url));
const MODELS = ["linear", "trees"] as const;
type ModelName = (typeof MODELS)[number];
type Measured = { readonly ms: number; readonly cpuMs: number; readonly peakMb: number; readonly digestMs?: number };

async function makeData(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(joinPath(FOLDER, "linear.onnx"), linearModel());
  writeFileSync(joinPath(FOLDER, "trees.onnx"), treesModel(100, 6));
  const file = joinPath(FOLDER, "rows.parquet");
  if (existsSync(file)) return;
  const instance = await loadDuckDb().DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const columns = Array.from(
    { length: FEATURES },
    (_, at) => `CAST(hash(i * 31 + ${at}) % 1000003 AS DOUBLE) / 500001.5 - 1 AS x${at}`,
  );
  const target = "CASE WHEN hash(i * 7) % 5 < 2 THEN 'malignant' ELSE 'benign' END AS diagnosis";
  await connection.run(
    `COPY (SELECT ${columns.join(", ")}, ${target} FROM range(${ROWS}) t(i)) TO '${file}.part' (FORMAT parquet)`,
  );
  renameSync(`${file}.part`, file);
  connection.closeSync();
  instance.closeSync();
}

/** What the product does: open, read the target, score. The file's digest, which is remembered between runs, is told apart. */
async function evaluate(model: ModelName): Promise<Measured> {
  // On neither side does the clock run while the native libraries are loaded (50 ms).
  loadDuckDb();
  loadOnnxRuntime();
  const cpu = process.cpuUsage();
  const start = performance.now();
  const workspace = openWorkspace(FOLDER);
  const digestStart = performance.now();
  await workspace.digests(["rows.parquet"]);
  const digestMs = performance.now() - digestStart;
  const table = await createTables().open("rows.parquet", workspace);
  const target = await table.target({ task: "binary", column: "diagnosis", positive: "malignant" });
  const [scored] = await createModelScoring().score({
    table,
    target,
    labels: ["benign", "malignant"],
    truth: "diagnosis",
    exclude: [],
    threshold: 0.5,
    models: [{ path: joinPath(FOLDER, `${model}.onnx`), name: model, features: null }],
    latency: false,
  });
  if (scored === undefined || scored instanceof Error) throw scored ?? new Error("no model was scored");
  await table.close();
  return { ...spent(start, cpu), digestMs };
}

/** `session.run` alone: every batch is laid out before the clock starts. */
async function runAlone(model: ModelName): Promise<Measured> {
  const { InferenceSession, Tensor } = loadOnnxRuntime();
  const session = await InferenceSession.create(joinPath(FOLDER, `${model}.onnx`), {
    intraOpNumThreads: availableParallelism(),
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  const table = await createTables().open("rows.parquet", openWorkspace(FOLDER));
  const columns = Array.from({ length: FEATURES }, (_, at) => `x${at}`);
  const matrices: Float32Array[] = [];
  for await (const batch of table.batches([{ columns, as: "float32" }], BATCH_ROWS)) {
    matrices.push((batch.blocks[0] as Float32Array).slice());
  }
  await table.close();
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (const matrix of matrices) {
    await session.run({ X: new Tensor("float32", matrix, [matrix.length / FEATURES, FEATURES]) }, ["probabilities"]);
  }
  return spent(start, cpu);
}

function spent(start: number, before: NodeJS.CpuUsage): Measured {
  const cpu = process.cpuUsage(before);
  return {
    ms: performance.now() - start,
    cpuMs: (cpu.user + cpu.system) / 1000,
    peakMb: (process.resourceUsage().maxRSS * 1024) / 1e6,
  };
}

function measureInChild(what: string, model: ModelName): Measured {
  const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), what, model], { encoding: "utf8" });
  return JSON.parse(output) as Measured;
}

function compare(model: ModelName): void {
  measureInChild("evaluate", model);
  const pairs = Array.from({ length: REPEATS }, () => ({
    alone: measureInChild("alone", model),
    ours: measureInChild("evaluate", model),
  }));
  const median = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  const alone = median(pairs.map((pair) => pair.alone.ms));
  const ours = median(pairs.map((pair) => pair.ours.ms));
  const peak = Math.max(...pairs.map((pair) => pair.ours.peakMb));
  const cpu = (side: "alone" | "ours") => median(pairs.map((pair) => pair[side].cpuMs));
  console.log(
    `${model.padEnd(7)} session.run ${alone.toFixed(0)} ms, evaluation ${ours.toFixed(0)} ms: ×${(ours / alone).toFixed(2)}, ` +
      `+${(ours - alone).toFixed(0)} ms; best of each +${(Math.min(...pairs.map((pair) => pair.ours.ms)) - Math.min(...pairs.map((pair) => pair.alone.ms))).toFixed(0)} ms; ` +
      `CPU ${cpu("alone").toFixed(0)} and ${cpu("ours").toFixed(0)} ms; peak memory ${peak.toFixed(0)} MB`,
  );
}

// ---------------------------------------------------------------- models as protobuf

function packed(values: readonly number[]): Uint8Array {
  return join(values.map((value) => writeInteger(1, value).subarray(1)));
}

function attribute(name: string, type: number, field: Uint8Array): Uint8Array {
  return writeField(5, join([writeField(1, name), field, writeInteger(20, type)]));
}

const floats = (name: string, values: readonly number[]) =>
  attribute(name, 6, writeField(7, new Uint8Array(Float32Array.from(values).buffer)));
const integers = (name: string, values: readonly number[]) => attribute(name, 7, writeField(8, packed(values)));
const texts = (name: string, values: readonly string[]) =>
  attribute(name, 8, join(values.map((value) => writeField(9, value))));
const text = (name: string, value: string) => attribute(name, 3, writeField(4, value));

function tensorInfo(name: string, type: number, width: number | null): Uint8Array {
  const dims = [writeField(1, writeField(2, "N")), ...(width === null ? [] : [writeField(1, writeInteger(1, width))])];
  const tensor = join([writeInteger(1, type), writeField(2, join(dims))]);
  return join([writeField(1, name), writeField(2, writeField(1, tensor))]);
}

function classifier(operator: string, attributes: readonly Uint8Array[]): Uint8Array {
  const ml = "ai.onnx.ml";
  const node = join([
    writeField(1, "X"),
    writeField(2, "label"),
    writeField(2, "probabilities"),
    writeField(4, operator),
    writeField(7, ml),
    ...attributes,
  ]);
  const graph = join([
    writeField(1, node),
    writeField(2, "bench"),
    writeField(11, tensorInfo("X", 1, FEATURES)),
    writeField(12, tensorInfo("label", 8, null)),
    writeField(12, tensorInfo("probabilities", 1, 2)),
  ]);
  const opset = (domain: string, version: number) =>
    writeField(8, join([writeField(1, domain), writeInteger(2, version)]));
  return join([writeInteger(1, 8), writeField(7, graph), opset("", 17), opset(ml, 3)]);
}

function linearModel(): Uint8Array {
  const weights = Array.from({ length: FEATURES }, (_, at) => Math.sin(at + 1) / 4);
  return classifier("LinearClassifier", [
    floats("coefficients", [...weights.map((weight) => -weight), ...weights]),
    floats("intercepts", [0, 0]),
    texts("classlabels_strings", ["benign", "malignant"]),
    text("post_transform", "LOGISTIC"),
  ]);
}

/** Full binary trees whose splits and leaves are pseudo-random numbers. */
function treesModel(trees: number, depth: number): Uint8Array {
  const size = 2 ** (depth + 1) - 1;
  const firstLeaf = 2 ** depth - 1;
  const nodes = Array.from({ length: trees * size }, (_, at) => ({
    tree: Math.floor(at / size),
    node: at % size,
    noise: Math.abs(Math.sin(at + 1) * 1e4) % 1,
  }));
  const leaves = nodes.filter(({ node }) => node >= firstLeaf);
  const inner = <T>(value: (one: (typeof nodes)[number]) => T, leaf: T) =>
    nodes.map((one) => (one.node >= firstLeaf ? leaf : value(one)));
  return classifier("TreeEnsembleClassifier", [
    integers(
      "nodes_treeids",
      nodes.map(({ tree }) => tree),
    ),
    integers(
      "nodes_nodeids",
      nodes.map(({ node }) => node),
    ),
    integers(
      "nodes_featureids",
      inner(({ noise }) => Math.floor(noise * 1e4) % FEATURES, 0),
    ),
    floats(
      "nodes_values",
      inner(({ noise }) => noise * 2 - 1, 0),
    ),
    texts(
      "nodes_modes",
      inner(() => "BRANCH_LEQ", "LEAF"),
    ),
    integers(
      "nodes_truenodeids",
      inner(({ node }) => 2 * node + 1, 0),
    ),
    integers(
      "nodes_falsenodeids",
      inner(({ node }) => 2 * node + 2, 0),
    ),
    integers(
      "class_treeids",
      leaves.map(({ tree }) => tree),
    ),
    integers(
      "class_nodeids",
      leaves.map(({ node }) => node),
    ),
    integers(
      "class_ids",
      leaves.map(() => 0),
    ),
    floats(
      "class_weights",
      leaves.map(({ noise }) => (noise - 0.5) / 5),
    ),
    texts("classlabels_strings", ["benign", "malignant"]),
    text("post_transform", "LOGISTIC"),
  ]);
}

const [, , what, model] = process.argv as readonly (string | undefined)[];
if (what === "evaluate") console.log(JSON.stringify(await evaluate(model as ModelName)));
else if (what === "alone") console.log(JSON.stringify(await runAlone(model as ModelName)));
else {
  await makeData();
  const cold = measureInChild("evaluate", "linear");
  console.log(`load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores, with which all times grow`);
  console.log(`digest of the file, first run ${cold.digestMs?.toFixed(0)} ms, then remembered`);
  for (const name of MODELS) compare(name);
}
