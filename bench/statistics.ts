/**
 * DeLong on 1,000,000 rows and two models (goal: at most 0.4 s), and the paired bootstrap of ROC AUC with 1,000
 * resamples of 10,000 rows, both models, sorting and drawing included (goal: at most 0.2 s), beside NumPy and
 * scikit-learn on the same rows, the sides taking turns. Run: node bench/statistics.ts
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DEFAULT_METRIC_OPTIONS, findMetric } from "../src/metrics/registry.ts";
import { bootstrap, type Resampleable } from "../src/statistics/bootstrap.ts";
import { aucEstimates } from "../src/statistics/delong.ts";
import { intervalOf } from "../src/statistics/interval.ts";
import { createRandom } from "../src/statistics/random.ts";
import type { ComparedEstimates, Estimate } from "../src/statistics/uncertainty.ts";
import { type BinaryRows, drawRows } from "../test/unit/statistics/scenarios.ts";

const REPEATS = 7;
const DELONG_ROWS = 1_000_000;
const BOOTSTRAP_ROWS = 10_000;
const RESAMPLES = 1000;
/** Of the scikit-learn loop only so many resamples are run; the time is multiplied up. */
const LOOPED = 20;

/** Answers each name on its input with one measurement. */
const REFERENCE = `
import sys, json, time
import numpy as np
folder, resamples, looped = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

def load(n):
    read = lambda name, t: np.fromfile(f"{folder}/{name}-{n}", dtype=t)
    return read("positive", "uint8"), [read("candidate", "float64"), read("baseline", "float64")]

def midranks(x):
    order = np.argsort(x, kind="stable")
    first = np.concatenate(([True], np.diff(x[order]) != 0))
    starts = np.flatnonzero(first)
    ends = np.append(starts[1:], len(x))
    ranks = np.empty(len(x))
    ranks[order] = (0.5 * (starts + ends - 1) + 1)[np.cumsum(first) - 1]
    return ranks

def delong(n):
    y, scores = load_once(n)
    pos, m = y == 1, int(y.sum())
    k = len(y) - m
    v10, v01, aucs = [], [], []
    for s in scores:
        all_, within_pos, within_neg = midranks(s), midranks(s[pos]), midranks(s[~pos])
        v10.append((all_[pos] - within_pos) / k)
        v01.append(1 - (all_[~pos] - within_neg) / m)
        aucs.append(v10[-1].mean())
    c = np.cov(np.array(v10)) / m + np.cov(np.array(v01)) / k
    return [aucs[0] - aucs[1], float(np.sqrt(c[0, 0] + c[1, 1] - 2 * c[0, 1]))]

def presorted(n):
    y, scores = load_once(n)
    rng = np.random.default_rng(1)
    orders = [np.argsort(s, kind="stable") for s in scores]
    sorted_y = [y[o].astype(float) for o in orders]
    draws = np.empty(resamples)
    for b in range(resamples):
        counts = np.bincount(rng.integers(0, n, n), minlength=n)
        aucs = []
        for o, ys in zip(orders, sorted_y):
            w = counts[o]
            p = w * ys
            q = w - p
            aucs.append((p @ (np.cumsum(q) - 0.5 * q)) / (p.sum() * q.sum()))
        draws[b] = aucs[0] - aucs[1]
    return np.quantile(draws, [0.025, 0.975]).tolist()

def sklearn_loop(n):
    from sklearn.metrics import roc_auc_score
    y, scores = load_once(n)
    rng = np.random.default_rng(1)
    roc_auc_score(y, scores[0])
    start = time.perf_counter()
    for b in range(looped):
        i = rng.integers(0, n, n)
        roc_auc_score(y[i], scores[0][i]) - roc_auc_score(y[i], scores[1][i])
    return [time.perf_counter() - start]

loaded = {}
def load_once(n):
    if n not in loaded: loaded[n] = load(n)
    return loaded[n]

for line in sys.stdin:
    name, n = line.split()
    load_once(int(n))
    start = time.perf_counter()
    values = globals()[name](int(n))
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": values[0] if name == "sklearn_loop" else seconds, "values": [float(v) for v in values]}), flush=True)
`;

type Measurement = { readonly seconds: number; readonly values: readonly number[] };
type Reference = {
  readonly measure: (what: string, rows: number) => Promise<Measurement | null>;
  readonly end: () => void;
};

function startReference(folder: string): Reference {
  const args = ["-W", "ignore", "-c", REFERENCE, folder, String(RESAMPLES), String(LOOPED)];
  const child = spawn("/usr/bin/python3", args, { stdio: ["pipe", "pipe", "ignore"] });
  child.on("error", () => {
    // No Python here: its output ends without a line, and the bench says so.
  });
  child.stdin.on("error", () => {
    // The same, seen from the other end of the pipe.
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    measure: async (what, rows) => {
      child.stdin.write(`${what} ${rows}\n`);
      const line = await lines.next();
      return line.done ? null : (JSON.parse(line.value) as Measurement);
    },
    end: () => child.stdin.end(),
  };
}

function writeRows(folder: string, rows: BinaryRows): void {
  for (const [name, values] of Object.entries(rows)) writeFileSync(join(folder, `${name}-${values.length}`), values);
}

function timed<T>(run: () => T): { seconds: number; result: T } {
  const start = performance.now();
  const result = run();
  return { seconds: (performance.now() - start) / 1000, result };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;
}

function seconds(numbers: readonly number[]): string {
  return `${median(numbers).toFixed(3)} s (fastest ${Math.min(...numbers).toFixed(3)}, slowest ${Math.max(...numbers).toFixed(3)})`;
}

function report(title: string, ours: readonly number[], theirs: Record<string, readonly number[]>, goal: number): void {
  console.log(`${title}; median of ${REPEATS}`);
  console.log(`  modelgate                 ${seconds(ours)}; goal ${goal} s`);
  for (const [name, times] of Object.entries(theirs)) {
    if (times.length === 0) console.log(`  ${name.padEnd(25)} not here (/usr/bin/python3)`);
    else console.log(`  ${name.padEnd(25)} ${seconds(times)}, ratio ${(median(times) / median(ours)).toFixed(1)}`);
  }
}

async function benchDeLong(reference: Reference, rows: BinaryRows): Promise<void> {
  const ours: number[] = [];
  const theirs: number[] = [];
  let agreement = "";
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const { seconds: own, result } = timed(() => aucEstimates(rows.positive, rows.candidate, rows.baseline));
    ours.push(own);
    const measured = await reference.measure("delong", DELONG_ROWS);
    if (measured === null) continue;
    theirs.push(measured.seconds);
    agreement = agreementOf(result, measured.values);
  }
  report(`DeLong, ${DELONG_ROWS} rows, 2 models`, ours, { NumPy: theirs }, 0.4);
  if (agreement !== "") console.log(`  ${agreement}`);
}

function agreementOf(
  result: ComparedEstimates | null,
  [difference = Number.NaN, standardError = Number.NaN]: readonly number[],
): string {
  const own = result?.difference;
  if (own?.uncertainty.kind !== "normal") throw new Error("DeLong gave no standard error");
  const apart = Math.max(Math.abs(own.value - difference), Math.abs(own.uncertainty.standardError - standardError));
  return `difference and standard error at most ${apart.toExponential(1)} apart`;
}

function rankedSide(positive: Uint8Array, score: Float64Array): Resampleable {
  const metric = findMetric("binary", "roc_auc");
  const prepared = metric?.prepare({ task: "binary", positive, score, predicted: null }, DEFAULT_METRIC_OPTIONS);
  if (!prepared?.value.defined) throw new Error("ROC AUC has no value");
  return { value: prepared.value.value, resample: prepared.resample };
}

function pairedBootstrap({ positive, candidate, baseline }: BinaryRows, seed: string): Estimate | null {
  return bootstrap({
    rows: positive.length,
    groups: null,
    candidate: rankedSide(positive, candidate),
    baseline: rankedSide(positive, baseline),
    identical: false,
    resamples: RESAMPLES,
    random: createRandom(seed),
  }).difference;
}

async function benchBootstrap(reference: Reference, rows: BinaryRows): Promise<void> {
  const ours: number[] = [];
  const presorted: number[] = [];
  const looped: number[] = [];
  let agreement = "";
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const { seconds: own, result } = timed(() => pairedBootstrap(rows, `bench ${repeat}`));
    ours.push(own);
    const numpy = await reference.measure("presorted", BOOTSTRAP_ROWS);
    const loop = await reference.measure("sklearn_loop", BOOTSTRAP_ROWS);
    if (numpy === null || loop === null) continue;
    presorted.push(numpy.seconds);
    looped.push((loop.seconds * RESAMPLES) / LOOPED);
    const interval = result && intervalOf(result, 0.95);
    const text = (ends: readonly number[]) => `[${ends.map((end) => end.toFixed(4)).join(", ")}]`;
    agreement = `95% intervals ${text(interval?.known ? [interval.low, interval.high] : [])} and ${text(numpy.values)}`;
  }
  const theirs = { "NumPy, presorted": presorted, [`scikit-learn, from ${LOOPED} × ${RESAMPLES / LOOPED}`]: looped };
  report(`Paired bootstrap of ROC AUC, ${RESAMPLES} resamples of ${BOOTSTRAP_ROWS} rows, 2 models`, ours, theirs, 0.2);
  if (agreement !== "") console.log(`  ${agreement}`);
}

const folder = mkdtempSync(join(tmpdir(), "modelgate-bench-"));
const reference = startReference(folder);
try {
  const random = createRandom("bench");
  const world = { positiveShare: 0.3, candidate: 1, baseline: 0.9, shared: 0.7 };
  const many = drawRows({ ...world, rows: DELONG_ROWS }, random);
  const some = drawRows({ ...world, rows: BOOTSTRAP_ROWS }, random);
  writeRows(folder, many);
  writeRows(folder, some);
  await benchDeLong(reference, many);
  await benchBootstrap(reference, some);
} finally {
  reference.end();
  rmSync(folder, { recursive: true });
}
