import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { decideAtThreshold } from "../src/metrics/decide.ts";
import type { FloatArray, ObservationsOf } from "../src/metrics/observations.ts";
import { DEFAULT_METRIC_OPTIONS, findMetric } from "../src/metrics/registry.ts";

/**
 * Five metrics of 1,000,000 binary rows in memory, beside scikit-learn's on the same rows in the same run (goal: at least
 * 6 times as fast), and the paired resampling of ROC AUC on 10,000 rows. Run it with `node bench/metrics.ts`.
 */

const ROWS = 1_000_000;
const REPEATS = 9;
const NAMES = ["roc_auc", "average_precision", "log_loss", "f1", "accuracy"] as const;

/**
 * Answers each line on its input with one measurement, so that both sides take turns on a machine that is never quiet.
 */
const REFERENCE = `
import sys, time, json
import numpy as np, sklearn
from sklearn import metrics as m
folder, dtype = sys.argv[1], sys.argv[2]
y = np.fromfile(folder + "/positive", dtype="uint8").astype("int64")
s = np.fromfile(folder + "/score", dtype=dtype)
p = (s >= s.dtype.type(0.5)).astype("int64")
calls = [lambda: m.roc_auc_score(y, s), lambda: m.average_precision_score(y, s), lambda: m.log_loss(y, s),
         lambda: m.f1_score(y, p), lambda: m.accuracy_score(y, p)]
for _ in sys.stdin:
    start = time.perf_counter()
    values = [float(call()) for call in calls]
    seconds = time.perf_counter() - start
    print(json.dumps({"version": sklearn.__version__, "seconds": seconds, "values": values}), flush=True)
`;

type Measurement = { readonly version: string; readonly seconds: number; readonly values: readonly number[] };

/** Uniform numbers in [0, 1) from a seed (Marsaglia's xorshift32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A calibrated model: scores of a logistic over a wide normal, classes drawn with them. */
function drawRows(rows: number, seed: number): { positive: Uint8Array; score: Float64Array } {
  const next = uniform(seed);
  const positive = new Uint8Array(rows);
  const score = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const probability = 1 / (1 + Math.exp(1 - 2 * normal));
    score[row] = probability;
    positive[row] = next() < probability ? 1 : 0;
  }
  return { positive, score };
}

/** A new object each time: nothing is remembered from the run before. */
function observe(positive: Uint8Array, score: FloatArray): ObservationsOf<"binary"> {
  return { task: "binary", positive, score, predicted: decideAtThreshold(score, 0.5) };
}

function valuesOf(observations: ObservationsOf<"binary">): number[] {
  return NAMES.map((name) => {
    const value = findMetric("binary", name)?.prepare(observations, DEFAULT_METRIC_OPTIONS).value;
    if (!value?.defined) throw new Error(`${name} has no value`);
    return value.value;
  });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;
}

function timed(repeats: number, run: () => void): number[] {
  return Array.from({ length: repeats }, () => {
    const start = performance.now();
    run();
    return (performance.now() - start) / 1000;
  });
}

type Reference = { readonly measure: () => Promise<Measurement | null>; readonly end: () => void };

function startReference(folder: string, positive: Uint8Array, score: FloatArray): Reference {
  writeFileSync(join(folder, "positive"), positive);
  writeFileSync(join(folder, "score"), score);
  const args = ["-W", "ignore", "-c", REFERENCE, folder, typeOf(score)];
  const child = spawn("/usr/bin/python3", args, { stdio: ["pipe", "pipe", "ignore"] });
  child.on("error", () => {
    // No Python here: its output ends without a line, and the bench says so.
  });
  child.stdin.on("error", () => {
    // The same, seen from the other end of the pipe.
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    measure: async () => {
      child.stdin.write("\n");
      const line = await lines.next();
      return line.done ? null : (JSON.parse(line.value) as Measurement);
    },
    end: () => child.stdin.end(),
  };
}

function typeOf(score: FloatArray): string {
  return score instanceof Float32Array ? "float32" : "float64";
}

async function compareWithReference(folder: string, positive: Uint8Array, score: FloatArray): Promise<void> {
  const reference = startReference(folder, positive, score);
  const [ours, theirs]: [number[], number[]] = [[], []];
  let version: string | null = null;
  let apart = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const observations = observe(positive, score);
    const start = performance.now();
    const values = valuesOf(observations);
    ours.push((performance.now() - start) / 1000);
    const measured = await reference.measure();
    if (measured === null) continue;
    theirs.push(measured.seconds);
    version = measured.version;
    apart = Math.max(apart, ...values.map((value, at) => Math.abs(value - (measured.values[at] as number))));
  }
  reference.end();
  console.log(`${typeOf(score)}, ${ROWS} rows: ${NAMES.join(" + ")}; median of ${REPEATS}, the two sides taking turns`);
  console.log(`  modelgate     ${median(ours).toFixed(3)} s (the first ${(ours[0] as number).toFixed(3)} s)`);
  if (version === null) {
    console.log("  scikit-learn  not here (/usr/bin/python3 with scikit-learn)");
    return;
  }
  console.log(`  scikit-learn  ${median(theirs).toFixed(3)} s (version ${version})`);
  const ratio = (median(theirs) / median(ours)).toFixed(1);
  console.log(`  ratio ${ratio} (goal: at least 6); values at most ${apart.toExponential(1)} apart`);
}

/** The resampling half of a paired bootstrap of ROC AUC; drawing the counts is the statistics module's. */
function timeResampling(): void {
  const [rows, resamples] = [10_000, 1_000];
  const counts = new Uint32Array(rows);
  const next = uniform(3);
  for (let draw = 0; draw < rows; draw++) (counts[Math.floor(next() * rows)] as number)++;
  const models = [1, 2].map((seed) => {
    const { positive, score } = drawRows(rows, seed);
    return findMetric("binary", "roc_auc")?.prepare(observe(positive, score), DEFAULT_METRIC_OPTIONS);
  });
  const seconds = timed(REPEATS, () => {
    for (let resample = 0; resample < resamples; resample++) for (const model of models) model?.resample(counts);
  });
  console.log(
    `ROC AUC of ${resamples} resamples of ${rows} rows, 2 models: ${median(seconds).toFixed(3)} s, counts apart`,
  );
}

const folder = mkdtempSync(join(tmpdir(), "modelgate-bench-"));
try {
  const { positive, score } = drawRows(ROWS, 1);
  await compareWithReference(folder, positive, score);
  await compareWithReference(folder, positive, Float32Array.from(score));
  timeResampling();
} finally {
  rmSync(folder, { recursive: true });
}
