/**
 * Do 95% intervals cover 95%, and do 5% tests reject 5%? Simulations of worlds whose truth is known, larger than those
 * of the tests. Run: node bench/statistics-coverage.ts [factor], about a minute at factor 1.
 */
import { averagePrecisionOf } from "../src/metrics/ranking.ts";
import { bootstrap, MOST_BOOTSTRAP_ROWS } from "../src/statistics/bootstrap.ts";
import { cellBootstrap } from "../src/statistics/cell-bootstrap.ts";
import { aucEstimates } from "../src/statistics/delong.ts";
import { pValue } from "../src/statistics/interval.ts";
import { latencyEstimates } from "../src/statistics/latency.ts";
import { normalCdf } from "../src/statistics/normal.ts";
import { meanEstimates } from "../src/statistics/paired-t.ts";
import { createRandom } from "../src/statistics/random.ts";
import { proportionEstimate } from "../src/statistics/wilson.ts";
import {
  covers,
  decide,
  drawLogLosses,
  drawPairs,
  drawRows,
  f1,
  rankingMetric,
  shareOf,
  type World,
} from "../test/unit/statistics/scenarios.ts";

const factor = Number(process.argv[2] ?? 1);
const random = createRandom("statistics-coverage");
const resamples = 500;

function show(what: string, times: number, happens: () => boolean | null): void {
  const repeated = Math.max(20, Math.round(factor * times));
  const { share, counted } = shareOf(repeated, happens);
  const error = Math.sqrt((share * (1 - share)) / counted);
  const unknown = counted < repeated ? `, ${repeated - counted} of ${repeated} unknown` : "";
  console.log(`${(100 * share).toFixed(1).padStart(6)}% ± ${(100 * error).toFixed(1)}  ${what}${unknown}`);
}

const largeRows = 500_000;

/** Value of a metric in the world at large. */
function truthOf(world: World, metric: (rows: ReturnType<typeof drawRows>) => number): number {
  return metric(drawRows({ ...world, rows: largeRows }, random));
}

function confusionF1(positive: Uint8Array, predicted: Uint8Array): number {
  const counts = new Float64Array(4);
  for (let row = 0; row < positive.length; row++) {
    const cell = 2 * (positive[row] as number) + (predicted[row] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return f1(counts);
}

function f1Of(world: World) {
  const { positive, candidate, baseline } = drawRows(world, random);
  return cellBootstrap({
    truth: positive,
    candidate: decide(candidate),
    baseline: decide(baseline),
    k: 2,
    metric: f1,
    identical: false,
    resamples,
    random,
  });
}

function precisionOf(world: World, groups: Int32Array | null = null) {
  const { positive, candidate, baseline } = drawRows(world, random);
  return bootstrap({
    rows: world.rows,
    groups,
    candidate: rankingMetric(averagePrecisionOf, positive, candidate),
    baseline: rankingMetric(averagePrecisionOf, positive, baseline),
    identical: false,
    resamples,
    random,
  });
}

const worlds: World[] = [
  { rows: 100, positiveShare: 0.1, candidate: 2, baseline: 2, shared: 0.8 },
  { rows: 100, positiveShare: 0.3, candidate: 2, baseline: 1.5, shared: 0.8 },
  { rows: 200, positiveShare: 0.3, candidate: 2, baseline: 2, shared: 0.99 },
  { rows: 500, positiveShare: 0.1, candidate: 2, baseline: 1.8, shared: 0.8 },
];

function nameOf({ rows, positiveShare, candidate, baseline, shared }: World): string {
  return `${rows} rows, ${positiveShare * rows} positive, ${candidate} sd against ${baseline} sd, correlation ${shared}`;
}

console.log("Coverage of 95% intervals");
for (const world of worlds) {
  const apTruth = (score: "candidate" | "baseline") =>
    truthOf(world, (rows) => rankingMetric(averagePrecisionOf, rows.positive, rows[score]).value);
  const f1Truth = (score: "candidate" | "baseline") =>
    truthOf(world, (rows) => confusionF1(rows.positive, decide(rows[score])));
  const [ap, apDifference] = [apTruth("candidate"), apTruth("candidate") - apTruth("baseline")];
  const [f1Single, f1Difference] = [f1Truth("candidate"), f1Truth("candidate") - f1Truth("baseline")];
  const name = nameOf(world);
  show(`F1, bootstrap by cells: ${name}`, 2000, () => covers(f1Of(world).candidate, f1Single));
  show(`F1 difference: ${name}`, 2000, () => covers(f1Of(world).difference, f1Difference));
  show(`average precision, bootstrap by rows: ${name}`, 400, () => covers(precisionOf(world).candidate, ap));
  show(`average precision difference: ${name}`, 400, () => covers(precisionOf(world).difference, apDifference));
}
for (const [rows, positiveShare, shift] of [
  [500, 0.02, 2.5],
  [200, 0.1, 1.5],
  [400, 0.5, 1],
  [2000, 0.2, 3],
] as const) {
  const world: World = { rows, positiveShare, candidate: shift, baseline: shift, shared: 0.8 };
  show(`ROC AUC on the logit scale: ${rows} rows, ${positiveShare * rows} positive, ${shift} sd`, 2000, () => {
    const { positive, candidate } = drawRows(world, random);
    return covers(aucEstimates(positive, candidate, null)?.candidate ?? null, normalCdf(shift / Math.SQRT2));
  });
}
for (const [trials, truth] of [
  [20, 0.9],
  [100, 0.95],
  [1000, 0.99],
] as const) {
  show(`Wilson, ${trials} trials at ${truth}`, 20_000, () =>
    covers(proportionEstimate(random.binomial(trials, truth), trials), truth),
  );
}
let lossSum = 0;
for (const loss of drawLogLosses(4_000_000, random).candidate) lossSum += loss;
for (const n of [50, 200, 1000]) {
  show(`mean log loss of ${n} rows, skewness-corrected t`, 2000, () =>
    covers(
      meanEstimates({ ...drawLogLosses(n, random), root: false, identical: false }).candidate,
      lossSum / 4_000_000,
    ),
  );
}
for (const groups of [20, 50]) {
  const rows = 10 * groups;
  show(`a mean over ${groups} groups of 10 rows, group bootstrap`, 1000, () => {
    const levels = Float64Array.from({ length: groups }, () => random.normal());
    const values = Float64Array.from({ length: rows }, (_, row) => (levels[row % groups] as number) + random.normal());
    const mean = (counts: Uint32Array) => {
      let [sum, total] = [0, 0];
      for (let row = 0; row < rows; row++) {
        sum += (counts[row] as number) * (values[row] as number);
        total += counts[row] as number;
      }
      return sum / total;
    };
    const candidate = { value: mean(new Uint32Array(rows).fill(1)), resample: mean };
    const codes = Int32Array.from({ length: rows }, (_, row) => row % groups);
    return covers(
      bootstrap({ rows, groups: codes, candidate, baseline: null, identical: false, resamples, random }).candidate,
      0,
    );
  });
}
const many: World = { rows: MOST_BOOTSTRAP_ROWS + 1, positiveShare: 0.05, candidate: 2, baseline: 2, shared: 0.8 };
const manyTruth = truthOf(many, (rows) => rankingMetric(averagePrecisionOf, rows.positive, rows.candidate).value);
show(`average precision of ${many.rows} rows, t of 50 resamples (the truth itself is known to ± 0.002)`, 100, () =>
  covers(precisionOf(many).candidate, manyTruth),
);
for (const correlation of [0, 0.8]) {
  show(`difference of p95 latencies, 300 runs, neighbours correlated ${correlation}`, 500, () => {
    let moment = random.normal();
    const draw = () => Math.exp(0.2 * moment + 0.3 * random.normal());
    const candidate = new Float64Array(300);
    const baseline = new Float64Array(300);
    for (let run = 0; run < 300; run++) {
      moment = correlation * moment + Math.sqrt(1 - correlation ** 2) * random.normal();
      candidate[run] = draw();
      baseline[run] = draw();
    }
    const { difference } = latencyEstimates({ quantile: 0.95, candidate, baseline, resamples, random });
    return difference?.measured ? covers(difference, 0) : null;
  });
}

console.log("\nRejections by 5% tests of equal models");
const equal: World = { rows: 200, positiveShare: 0.3, candidate: 1.5, baseline: 1.5, shared: 0.8 };
const isBelow = (p: number | null | undefined): boolean | null => (p === null || p === undefined ? null : p < 0.05);
for (const rows of [100, 200, 1000]) {
  show(`DeLong, ${rows} rows`, 4000, () => {
    const { positive, candidate, baseline } = drawRows({ ...equal, rows }, random);
    const difference = aucEstimates(positive, candidate, baseline)?.difference;
    return isBelow(difference && pValue(difference, 0, "two-sided"));
  });
}
for (const rows of [100, 500, 5000]) {
  show(`Tango, ${rows} rows, one-sided at a margin of 0.02 with the truth on it`, 40_000, () =>
    isBelow(pValue(drawPairs(rows, 0.05, 0.07, random), -0.02, "greater")),
  );
}
show("F1 difference, bootstrap by cells, 200 rows", 3000, () => {
  const { difference } = f1Of(equal);
  return isBelow(difference && pValue(difference, 0, "two-sided"));
});
show("average precision difference, bootstrap by rows, 200 rows", 600, () => {
  const { difference } = precisionOf(equal);
  return isBelow(difference && pValue(difference, 0, "two-sided"));
});
