import { describe, expect, it } from "vitest";
import { checkPredictions } from "../../../src/measurement/predictions-check.ts";
import type { Predictions, Target } from "../../../src/metrics/observations.ts";

const binary: Target = { task: "binary", positive: Uint8Array.of(1, 0, 1) };
const multiclass: Target = { task: "multiclass", labels: ["a", "b"], codes: Int32Array.of(0, 1) };
const regression: Target = { task: "regression", values: Float64Array.of(1, 2) };

describe("checkPredictions", () => {
  it.each<readonly [string, Target, Predictions, string]>([
    [
      "another task",
      binary,
      { task: "regression", values: Float64Array.of(1, 2, 3) },
      "predicts for a regression task",
    ],
    ["too few", binary, { task: "binary", score: Float64Array.of(0.1), predicted: null }, "3 rows"],
    [
      "NaN",
      binary,
      { task: "binary", score: Float64Array.of(0.1, Number.NaN, Number.NaN), predicted: null },
      "2 of 3 scores are NaN or infinite, first in row 2",
    ],
    ["nothing", binary, { task: "binary", score: null, predicted: null }, "neither scores nor decisions"],
    [
      "no class",
      multiclass,
      { task: "multiclass", probabilities: null, predicted: Int32Array.of(0, 2) },
      "first in row 2",
    ],
    [
      "sums",
      multiclass,
      { task: "multiclass", probabilities: Float64Array.of(0.5, 0.5, 0.9, 0.9), predicted: null },
      "do not sum to 1, first in row 2",
    ],
    [
      "infinity",
      regression,
      { task: "regression", values: Float64Array.of(1, Number.POSITIVE_INFINITY) },
      "first in row 2",
    ],
    [
      "no rows",
      { task: "regression", values: new Float64Array() },
      { task: "regression", values: new Float64Array() },
      "no rows",
    ],
  ])("finds %s", (_what, target, predictions, what) => {
    expect(checkPredictions(target, predictions, "model m")).toMatchObject({
      kind: "evidence",
      where: "model m",
      what: expect.stringContaining(what),
    });
  });

  it.each<readonly [string, Target, Predictions]>([
    ["probabilities", binary, { task: "binary", score: Float32Array.of(0, 0.5, 1), predicted: Uint8Array.of(0, 1, 1) }],
    ["a ranking that is no probability", binary, { task: "binary", score: Float64Array.of(-3, 7, 0), predicted: null }],
    ["decisions alone", multiclass, { task: "multiclass", probabilities: null, predicted: Int32Array.of(0, 1) }],
    ["values", regression, { task: "regression", values: Float32Array.of(1, 2) }],
  ])("finds nothing wrong with %s", (_what, target, predictions) => {
    expect(checkPredictions(target, predictions, "model m")).toBeNull();
  });
});
