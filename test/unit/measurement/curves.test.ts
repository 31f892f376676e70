import { describe, expect, it } from "vitest";
import { curvesOf } from "../../../src/measurement/curves.ts";
import { toObservations } from "../../../src/measurement/observe.ts";
import { rocAuc } from "../../../src/metrics/binary/roc-auc.ts";
import type { Curves } from "../../../src/report/schema.ts";
import { binaryData, binaryObservations, multiclassData, OPTIONS, regressionData } from "./sample-data.ts";

function areaUnder(points: NonNullable<Curves["roc"]>): number {
  return points.slice(1).reduce((sum, [x, y], at) => {
    const [x0, y0] = points[at] ?? [0, 0];
    return sum + ((x - x0) * (y + y0)) / 2;
  }, 0);
}

describe("the curves of a binary model", () => {
  it.each([50, 190, 5000])("ROC of %d rows: few points, ends at the corners, keeps the area", (rows) => {
    const observations = binaryObservations(binaryData(rows));
    const { roc = [] } = curvesOf(observations, OPTIONS);
    expect(roc.length).toBeLessThanOrEqual(200);
    expect(roc[0]).toEqual([0, 0]);
    expect(roc.at(-1)).toEqual([1, 1]);
    const { value } = rocAuc.prepare(observations, OPTIONS);
    expect(areaUnder(roc)).toBeCloseTo(value.defined ? value.value : Number.NaN, rows < 200 ? 12 : 2);
    for (const [at, [x, y]] of roc.entries()) {
      expect(x).toBeGreaterThanOrEqual(roc[at - 1]?.[0] ?? 0);
      expect(y).toBeGreaterThanOrEqual(roc[at - 1]?.[1] ?? 0);
    }
  });

  it("draws both curves from few rows with a tie", () => {
    const observations = {
      task: "binary" as const,
      positive: Uint8Array.of(1, 0, 1, 0),
      score: Float64Array.of(0.9, 0.6, 0.6, 0.1),
      predicted: Uint8Array.of(1, 1, 1, 0),
    };
    const curves = curvesOf(observations, OPTIONS, ["benign", "malignant"]);
    expect(curves.roc).toEqual([
      [0, 0],
      [0, 0.5],
      [0.5, 1],
      [1, 1],
    ]);
    expect(curves.precisionRecall).toEqual([
      [0.5, 1],
      [1, 2 / 3],
      [1, 0.5],
    ]);
    expect(curves.confusion).toEqual({
      labels: ["benign", "malignant"],
      counts: [
        [1, 1],
        [0, 2],
      ],
    });
    expect(curves.calibration).toEqual([
      { meanScore: 0.1, observedRate: 0, rows: 1 },
      { meanScore: 0.6, observedRate: 0.5, rows: 2 },
      { meanScore: 0.9, observedRate: 1, rows: 1 },
    ]);
  });

  it("keeps the precision–recall curve within 200 points", () => {
    const { precisionRecall = [] } = curvesOf(binaryObservations(binaryData(20_000)), OPTIONS);
    expect(precisionRecall.length).toBeGreaterThan(100);
    expect(precisionRecall.length).toBeLessThanOrEqual(200);
    expect(precisionRecall.at(-1)?.[0]).toBe(1);
  });

  it("draws no curve of one class, no calibration of what is no probability, nothing of what is not valid", () => {
    const one = {
      task: "binary" as const,
      positive: Uint8Array.of(1, 1),
      score: Float64Array.of(2, 3),
      predicted: null,
    };
    expect(curvesOf(one, OPTIONS)).toEqual({});
    expect(curvesOf({ ...one, score: Float64Array.of(Number.NaN, 0) }, OPTIONS)).toEqual({});
    const ranking = { ...one, positive: Uint8Array.of(0, 1) };
    expect(curvesOf(ranking, OPTIONS)).toEqual({
      roc: [
        [0, 0],
        [0, 1],
        [1, 1],
      ],
      precisionRecall: [
        [1, 1],
        [1, 0.5],
      ],
    });
  });
});

it("counts every row of a multiclass model once", () => {
  const { target, candidate } = multiclassData(300);
  const { confusion, calibration = [] } = curvesOf(toObservations(target, candidate), OPTIONS);
  expect(confusion?.labels).toEqual(["a", "b", "c"]);
  expect(confusion?.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(300);
  expect(calibration.reduce((sum, { rows }) => sum + rows, 0)).toBe(300);
});

describe("the residuals of a regression", () => {
  it("are counted all, and drawn at most 500 times, evenly spaced", () => {
    const { target, candidate } = regressionData(1200);
    const { residuals } = curvesOf(toObservations(target, candidate), OPTIONS);
    expect(residuals?.histogram.reduce((sum, { rows }) => sum + rows, 0)).toBe(1200);
    expect(residuals?.points).toHaveLength(500);
    expect(residuals?.points[0]).toEqual([candidate.values[0], (target.values[0] ?? 0) - (candidate.values[0] ?? 0)]);
  });

  it("fall into one bin where all are equal", () => {
    const values = Float64Array.of(1, 2, 3);
    const { residuals } = curvesOf({ task: "regression", values, predicted: values }, OPTIONS);
    expect(residuals?.histogram).toEqual([{ low: 0, high: 0, rows: 3 }]);
  });
});
