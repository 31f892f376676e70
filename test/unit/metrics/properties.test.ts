import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnyMetric, MetricValue } from "../../../src/metrics/metric.ts";
import type { Observations, Task } from "../../../src/metrics/observations.ts";
import { findMetric, metricsOf, DEFAULT_METRIC_OPTIONS as OPTIONS } from "../../../src/metrics/registry.ts";
import { confusionOf, observationsOf, PERFECT, rowsOf, takeRows, WRONG } from "./observations.ts";
import { prepare } from "./prepare.ts";

const TASKS = ["binary", "multiclass", "regression"] as const;
const METRICS = TASKS.flatMap((task) =>
  metricsOf(task).map((metric): [string, AnyMetric] => [`${task} ${metric.name}`, metric]),
);
// The same cases each time: a test that fails must fail again.
const RUNS = { numRuns: 60, seed: 20 };

function numberOf(value: MetricValue): number {
  return value.defined ? value.value : Number.NaN;
}

/** Equal to the last bits of a summation; NaN equals NaN. */
function expectSame(value: number, expected: number): void {
  if (Number.isNaN(expected)) expect(value).toBeNaN();
  else expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
}

/** Observations with a number of times that each row counts. */
function resampled(task: Task): fc.Arbitrary<[Observations, Uint32Array]> {
  return observationsOf(task).chain((observations) => {
    const n = rowsOf(observations);
    const counts = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: n, maxLength: n });
    return fc.tuple(
      fc.constant(observations),
      counts.map((numbers) => Uint32Array.from(numbers)),
    );
  });
}

describe.each(METRICS)("%s", (_, metric) => {
  it("does not depend on the order of the rows", () => {
    const shuffled = observationsOf(metric.task).chain((observations) => {
      const rows = Array.from({ length: rowsOf(observations) }, (__, row) => row);
      return fc.tuple(fc.constant(observations), fc.shuffledSubarray(rows, { minLength: rows.length }));
    });
    fc.assert(
      fc.property(shuffled, ([observations, order]) => {
        const value = prepare(metric, takeRows(observations, order)).value;
        expectSame(numberOf(value), numberOf(prepare(metric, observations).value));
      }),
      RUNS,
    );
  });

  it("stays in its range, and is a finite number or a reason", () => {
    const [low, high] = metric.range;
    fc.assert(
      fc.property(observationsOf(metric.task), (observations) => {
        const { value } = prepare(metric, observations);
        if (!value.defined) {
          expect(value.reason).not.toBe("");
          return;
        }
        expect(Number.isFinite(value.value)).toBe(true);
        expect(value.value).toBeGreaterThanOrEqual(low);
        expect(value.value).toBeLessThanOrEqual(high);
      }),
      RUNS,
    );
  });

  it("resamples as if the rows were repeated", () => {
    fc.assert(
      fc.property(resampled(metric.task), ([observations, counts]) => {
        const prepared = prepare(metric, observations);
        const ones = new Uint32Array(counts.length).fill(1);
        expectSame(prepared.resample(ones), numberOf(prepared.value));
        // Where the rows themselves have no value, no resample has.
        if (!prepared.value.defined) {
          expect(prepared.resample(counts)).toBeNaN();
          return;
        }
        const repeated = Array.from(counts).flatMap((count, row) => Array.from({ length: count }, () => row));
        const physical = prepare(metric, takeRows(observations, repeated)).value;
        expectSame(prepared.resample(counts), numberOf(physical));
        // Once more: nothing of the resample before is left.
        expectSame(prepared.resample(ones), numberOf(prepared.value));
      }),
      RUNS,
    );
  });

  it("gives what its method of uncertainty says it is", () => {
    fc.assert(
      fc.property(observationsOf(metric.task), (observations) => {
        const { value } = prepare(metric, observations);
        if (value.defined) expectSame(recomputed(metric, observations) ?? value.value, value.value);
        const confusion = confusionOf(observations);
        const { uncertainty } = metric;
        if (confusion === null || !("fromConfusion" in uncertainty) || uncertainty.fromConfusion === undefined) return;
        expectSame(uncertainty.fromConfusion(confusion.counts, confusion.k), numberOf(value));
      }),
      RUNS,
    );
  });

  it("is best where everything is right, and worse where everything is wrong", () => {
    const best = metric.better === "higher" ? metric.range[1] : metric.range[0];
    const right = numberOf(prepare(metric, PERFECT[metric.task]).value);
    const wrong = numberOf(prepare(metric, WRONG[metric.task], { ...OPTIONS, topK: 1 }).value);
    expect(right).toBeCloseTo(best, 14);
    expect(metric.better === "higher" ? right - wrong : wrong - right).toBeGreaterThan(0.1);
  });

  it("has no value without rows, nor in a resample without rows", () => {
    const prepared = prepare(metric, takeRows(PERFECT[metric.task], []));
    expect(prepared.value).toEqual({ defined: false, reason: "there are no rows" });
    expect(prepare(metric, PERFECT[metric.task]).resample(new Uint32Array(5))).toBeNaN();
  });

  it("names the count and the first row of what is not finite, and drops nothing", () => {
    const broken = observationsOf(metric.task).chain((observations) =>
      fc.tuple(
        fc.constant(observations),
        fc.uniqueArray(fc.integer({ min: 0, max: rowsOf(observations) - 1 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
      ),
    );
    fc.assert(
      fc.property(broken, ([observations, rows, poison]) => {
        const { value } = prepare(metric, poisoned(observations, rows, poison));
        const row = Math.min(...rows) + 1;
        const [count, verb] = rows.length === 1 ? [1, "is"] : [rows.length, "are"];
        expect(value).toEqual({
          defined: false,
          reason: expect.stringMatching(
            new RegExp(
              `^${count} of \\d+ (scores|probabilities|targets) ${verb} NaN or infinite, first in row ${row}$`,
            ),
          ),
        });
      }),
      RUNS,
    );
  });
});

/** The metric by the rows that its method hands to the statistics; null where it hands none. */
function recomputed(metric: AnyMetric, observations: Observations): number | null {
  const { uncertainty } = metric;
  const given = observations as never;
  if (uncertainty.kind === "proportion") {
    const { trial, success } = uncertainty.rows(given, OPTIONS);
    expect(success.every((isSuccess, row) => isSuccess <= (trial[row] as number))).toBe(true);
    return sum(success) / sum(trial);
  }
  if (uncertainty.kind === "mean") {
    const losses = uncertainty.losses(given, OPTIONS);
    const mean = sum(losses) / losses.length;
    return uncertainty.root ? Math.sqrt(mean) : mean;
  }
  return null;
}

function sum(values: Uint8Array | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** A copy whose scores, probabilities or targets are `poison` in the given rows. */
function poisoned(observations: Observations, rows: readonly number[], poison: number): Observations {
  const all = Array.from({ length: rowsOf(observations) }, (_, row) => row);
  const copy = takeRows(observations, all);
  const [values, width] =
    copy.task === "binary"
      ? [copy.score, 1]
      : copy.task === "multiclass"
        ? [copy.probabilities, copy.labels.length]
        : [copy.values, 1];
  for (const row of rows) values?.fill(poison, row * width, row * width + 1);
  return copy;
}

describe("ranking metrics", () => {
  it.each(["roc_auc", "average_precision"])("%s does not mind a monotone transform of the scores", (name) => {
    const metric = findMetric("binary", name);
    if (metric === null) throw new Error(`no metric ${name}`);
    fc.assert(
      fc.property(observationsOf("binary"), (observations) => {
        if (observations.task !== "binary" || observations.score === null) return;
        // On a grid of 1/64 all of this is exact, so that ties stay ties and nothing else becomes one.
        const grid = Float64Array.from(observations.score, (score) => Math.round(score * 64) / 64);
        const bent = grid.map((score) => score ** 3 + 5 * score - 40);
        const value = prepare(metric, { ...observations, score: bent }).value;
        expectSame(numberOf(value), numberOf(prepare(metric, { ...observations, score: grid }).value));
      }),
      RUNS,
    );
  });

  it("roc_auc is the share of ordered pairs, a tie counting one half, and its mirror image where scores are negated", () => {
    const metric = findMetric("binary", "roc_auc");
    if (metric === null) throw new Error("no ROC AUC");
    fc.assert(
      fc.property(observationsOf("binary"), (observations) => {
        if (observations.task !== "binary" || observations.score === null) return;
        const { positive, score } = observations;
        const above = (a: number, b: number) => (a > b ? 1 : a === b ? 0.5 : 0);
        const positives = Array.from(score).filter((_, row) => positive[row] === 1);
        const negatives = Array.from(score).filter((_, row) => positive[row] === 0);
        const pairs = positives.flatMap((a) => negatives.map((b): number => above(a, b)));
        const share = pairs.reduce((total, pair) => total + pair, 0) / pairs.length;
        expectSame(numberOf(prepare(metric, observations).value), share);
        const negated = prepare(metric, { ...observations, score: score.map((value) => -value) }).value;
        expectSame(numberOf(negated), 1 - share);
      }),
      RUNS,
    );
  });
});
