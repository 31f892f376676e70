import type { Metric } from "../metric.ts";
import type { ObservationsOf } from "../observations.ts";
import type { Kernel } from "../prepare.ts";
import { givenValues } from "./given.ts";

/**
 * Coefficient of determination. One row leaves it undefined; a constant target gives 1 if predicted exactly, else 0,
 * and is flagged.
 */
export const r2: Metric<"regression"> = {
  name: "r2",
  label: "R²",
  task: "regression",
  better: "higher",
  range: [Number.NEGATIVE_INFINITY, 1],
  needs: "value",
  definition:
    "1 − Σ(target − prediction)² / Σ(target − mean target)²; for a constant target 1 if predicted exactly, else 0. Undefined for one row.",
  uncertainty: { kind: "resampling" },
  prepare: (observations) => givenValues(observations, () => kernel(observations)),
};

function kernel(observations: ObservationsOf<"regression">): Kernel {
  const { values, predicted } = observations;
  return {
    resample: (counts) => determination(values, predicted, counts),
    whyUndefined: () => (values.length === 1 ? "one row has no variance" : "the sums of squares are too large"),
    note: () =>
      values.every((value) => value === values[0]) ? "the target is constant: 1 if predicted exactly, else 0" : null,
  };
}

function determination(values: Float64Array, predicted: Float32Array | Float64Array, counts: Uint32Array): number {
  let start = 0;
  while (start < counts.length && counts[start] === 0) start++;
  const first = values[start];
  if (first === undefined) return Number.NaN;
  // Deviations are taken from a value of the resample itself, so that a constant target has a variance of exactly 0.
  let rows = 0;
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    const count = counts[row] as number;
    rows += count;
    sum += count * ((values[row] as number) - first);
  }
  if (rows < 2) return Number.NaN;
  const mean = sum / rows;
  let variation = 0;
  let residual = 0;
  for (let row = 0; row < values.length; row++) {
    const count = counts[row] as number;
    const value = values[row] as number;
    const deviation = value - first - mean;
    const error = value - (predicted[row] as number);
    variation += count * deviation * deviation;
    residual += count * error * error;
  }
  if (variation === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / variation;
}
