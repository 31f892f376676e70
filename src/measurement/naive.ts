import type { Predictions, Target } from "../metrics/observations.ts";
import { argsort } from "../metrics/order.ts";
import { rowsOf } from "./observe.ts";

/**
 * The naive model: it has seen how the target is distributed, looks at no feature, and says the same of every row.
 * - binary: the share of positives as score, the more frequent class as decision (of equals the negative one)
 * - multiclass: the share of each class as probabilities, the most frequent class as decision (of equals the first)
 * - regression: the target's mean; for the pinball loss the target's quantile
 *
 * It has seen the very rows that it is measured on (all of them, not those of a slice alone). That makes it the best of all
 * constants, so whoever does not beat it has learned nothing.
 */
export type NaiveModel =
  | { readonly task: "binary"; readonly positiveShare: number }
  | { readonly task: "multiclass"; readonly shares: Float64Array }
  | { readonly task: "regression"; readonly mean: number; readonly quantile: number };

/** Learns the naive model of a target; `quantile` is the pinball loss's, in (0, 1). Null for no rows. */
export function naiveModel(target: Target, quantile: number): NaiveModel | null {
  const n = rowsOf(target);
  if (n === 0) return null;
  switch (target.task) {
    case "binary": {
      const positives = target.positive.reduce((sum, isPositive) => sum + isPositive, 0);
      return { task: "binary", positiveShare: positives / n };
    }
    case "multiclass": {
      const counts = new Float64Array(target.labels.length);
      for (const code of target.codes) counts[code] = (counts[code] as number) + 1;
      return { task: "multiclass", shares: counts.map((count) => count / n) };
    }
    case "regression":
      return { task: "regression", mean: mean(target.values), quantile: quantileOf(target.values, quantile) };
  }
}

/** What the naive model says of `n` rows; `isQuantile` asks for the pinball loss's constant. */
export function predictNaively(model: NaiveModel, n: number, isQuantile: boolean): Predictions {
  switch (model.task) {
    case "binary":
      return {
        task: "binary",
        score: new Float64Array(n).fill(model.positiveShare),
        predicted: new Uint8Array(n).fill(model.positiveShare > 0.5 ? 1 : 0),
      };
    case "multiclass": {
      const { shares } = model;
      const probabilities = new Float64Array(n * shares.length);
      for (let row = 0; row < n; row++) probabilities.set(shares, row * shares.length);
      const most = shares.reduce((best, share, label) => (share > (shares[best] as number) ? label : best), 0);
      return { task: "multiclass", probabilities, predicted: new Int32Array(n).fill(most) };
    }
    case "regression":
      return { task: "regression", values: new Float64Array(n).fill(isQuantile ? model.quantile : model.mean) };
  }
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The least value that at least a share `q` of the rows does not exceed; no other constant has a lower pinball loss. */
function quantileOf(values: Float64Array, q: number): number {
  const rank = Math.min(values.length, Math.max(1, Math.ceil(q * values.length)));
  return values[argsort(values)[rank - 1] as number] as number;
}
