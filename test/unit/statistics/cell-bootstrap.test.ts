import { describe, expect, test } from "vitest";
import { bootstrap } from "../../../src/statistics/bootstrap.ts";
import { cellBootstrap } from "../../../src/statistics/cell-bootstrap.ts";
import { intervalOf } from "../../../src/statistics/interval.ts";
import { createRandom } from "../../../src/statistics/random.ts";
import type { Estimate } from "../../../src/statistics/uncertainty.ts";

/** F1 of a [2, 2] confusion matrix. */
function f1(counts: Float64Array): number {
  const [, falsePositives = 0, falseNegatives = 0, truePositives = 0] = counts;
  return (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives);
}

function confusionOf(truth: Uint8Array, predicted: Uint8Array, counts: Uint32Array): Float64Array {
  const confusion = new Float64Array(4);
  for (let row = 0; row < truth.length; row++) {
    (confusion[2 * (truth[row] as number) + (predicted[row] as number)] as number) += counts[row] as number;
  }
  return confusion;
}

function rowsOf(n: number): { truth: Uint8Array; candidate: Uint8Array; baseline: Uint8Array } {
  const random = createRandom("cells");
  const truth = Uint8Array.from({ length: n }, () => random.binomial(1, 0.3));
  const flip = (share: number) => truth.map((y) => (random.float() < share ? 1 - y : y));
  return { truth, candidate: flip(0.1), baseline: flip(0.2) };
}

const request = { k: 2, metric: f1, identical: false, resamples: 2000 };

describe("confusion cells", () => {
  const { truth, candidate, baseline } = rowsOf(400);
  const byCells = cellBootstrap({ ...request, truth, candidate, baseline, random: createRandom("x") });

  test("give the values of the matrices", () => {
    const ones = new Uint32Array(400).fill(1);
    expect(byCells.candidate.value).toBeCloseTo(f1(confusionOf(truth, candidate, ones)), 14);
    expect(byCells.baseline?.value).toBeCloseTo(f1(confusionOf(truth, baseline, ones)), 14);
    expect(byCells.difference?.value).toBeCloseTo(byCells.candidate.value - (byCells.baseline?.value ?? 0), 14);
    expect(byCells.difference?.value).toBeGreaterThan(0.05);
  });

  test("have the distribution that drawing rows has", () => {
    const side = (predicted: Uint8Array) => {
      const resample = (counts: Uint32Array) => f1(confusionOf(truth, predicted, counts));
      return { value: resample(new Uint32Array(400).fill(1)), resample };
    };
    const byRows = bootstrap({
      rows: 400,
      groups: null,
      candidate: side(candidate),
      baseline: side(baseline),
      identical: false,
      resamples: 2000,
      random: createRandom("y"),
    });
    for (const which of ["candidate", "baseline", "difference"] as const) {
      const cells = intervalOf(byCells[which] as Estimate, 0.95);
      const rows = intervalOf(byRows[which] as Estimate, 0.95);
      if (!cells.known || !rows.known) throw new Error("unknown");
      expect(Math.abs(cells.low - rows.low)).toBeLessThan(0.07 * (rows.high - rows.low));
      expect(Math.abs(cells.high - rows.high)).toBeLessThan(0.07 * (rows.high - rows.low));
    }
  });

  test("do not hang on the order of the rows", () => {
    const reversed = cellBootstrap({
      ...request,
      truth: truth.toReversed(),
      candidate: candidate.toReversed(),
      baseline: baseline.toReversed(),
      random: createRandom("x"),
    });
    expect(reversed).toEqual(byCells);
  });

  test("of many classes work alike", () => {
    const random = createRandom("multiclass");
    const codes = Int32Array.from({ length: 300 }, () => random.below(5));
    const predicted = codes.map((code) => (random.float() < 0.2 ? random.below(5) : code));
    const accuracy = (counts: Float64Array, k: number) => {
      const all = counts.reduce((sum, count) => sum + count, 0);
      return counts.reduce((sum, count, at) => (at % (k + 1) === 0 ? sum + count : sum), 0) / all;
    };
    const { candidate: own } = cellBootstrap({
      ...request,
      metric: accuracy,
      k: 5,
      truth: codes,
      candidate: predicted,
      baseline: null,
      random: createRandom("z"),
    });
    const right = codes.filter((code, row) => code === predicted[row]).length;
    expect(own.value).toBeCloseTo(right / 300, 14);
    const interval = intervalOf(own, 0.95);
    if (!interval.known) throw new Error(interval.reason);
    const binomialWidth = 2 * 1.96 * Math.sqrt((own.value * (1 - own.value)) / 300);
    expect(Math.abs(Math.log((interval.high - interval.low) / binomialWidth))).toBeLessThan(0.1);
  });
});

test("identical predictions, a perfect model, few rows, an undefined value", () => {
  const { truth, candidate } = rowsOf(100);
  const same = cellBootstrap({
    ...request,
    truth,
    candidate,
    baseline: candidate,
    identical: true,
    random: createRandom("1"),
  });
  expect(same.difference).toEqual({ value: 0, uncertainty: { kind: "identical", method: "identical predictions" } });
  expect(same.baseline).toEqual(same.candidate);

  const perfect = cellBootstrap({ ...request, truth, candidate: truth, baseline: null, random: createRandom("2") });
  expect(perfect.candidate).toMatchObject({ value: 1, uncertainty: { kind: "unknown" } });

  const few = cellBootstrap({
    ...request,
    truth: truth.subarray(0, 19),
    candidate: candidate.subarray(0, 19),
    baseline: null,
    random: createRandom("3"),
  });
  expect(few.candidate.uncertainty).toMatchObject({ kind: "unknown", reason: expect.stringContaining("19 rows") });

  const none = new Uint8Array(100);
  expect(() =>
    cellBootstrap({ ...request, truth: none, candidate: none, baseline: null, random: createRandom("4") }),
  ).toThrow(RangeError);
});
