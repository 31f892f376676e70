import type { Metric } from "../metric.ts";
import { argsort } from "../order.ts";
import type { Kernel } from "../prepare.ts";
import { givenValues, perRow } from "./given.ts";

/** Median absolute error, in the target's unit: an outlier does not move it. */
export const medianAe: Metric<"regression"> = {
  name: "median_ae",
  label: "Median absolute error",
  task: "regression",
  better: "lower",
  range: [0, Number.POSITIVE_INFINITY],
  needs: "value",
  definition:
    "Median of |target − prediction|, in the target's unit; of an even number of rows the mean of the middle two.",
  uncertainty: { kind: "resampling" },
  prepare: (observations) =>
    givenValues(observations, () =>
      medianKernel(perRow(observations, (value, predicted) => Math.abs(value - predicted))),
    ),
};

function medianKernel(values: Float64Array): Kernel {
  const order = argsort(values);
  const sorted = Float64Array.from(order, (row) => values[row] as number);
  const resample = (counts: Uint32Array): number => {
    let total = 0;
    for (let row = 0; row < counts.length; row++) total += counts[row] as number;
    if (total === 0) return Number.NaN;
    // 0-based places of the middle value, or of the middle two.
    const lower = Math.floor((total - 1) / 2);
    const upper = Math.floor(total / 2);
    let at = 0;
    let passed = counts[order[at] as number] as number;
    while (passed <= lower) passed += counts[order[++at] as number] as number;
    const first = sorted[at] as number;
    while (passed <= upper) passed += counts[order[++at] as number] as number;
    const second = sorted[at] as number;
    return first === second ? first : first + (second - first) / 2;
  };
  return { resample, whyUndefined: () => "there are no rows" };
}
