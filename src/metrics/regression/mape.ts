import type { Metric } from "../metric.ts";
import type { ObservationsOf } from "../observations.ts";
import { meanKernel } from "../row-mean.ts";
import { givenValues, perRow } from "./given.ts";

/**
 * Mean absolute percentage error, as a ratio (0.1 is 10%), as scikit-learn has it. Undefined where a target is 0, which is
 * counted and named; scikit-learn divides by 2.2e-16 instead.
 */
export const mape: Metric<"regression"> = {
  name: "mape",
  label: "Mean absolute percentage error",
  task: "regression",
  better: "lower",
  range: [0, Number.POSITIVE_INFINITY],
  needs: "value",
  definition: "Mean of |target − prediction| / |target|, as a ratio. Undefined where a target is 0.",
  uncertainty: { kind: "mean", losses },
  prepare: (observations) =>
    givenValues(observations, () => {
      const kernel = meanKernel(() => losses(observations));
      const reason = zeroTargets(observations.values);
      return reason === null ? kernel : { ...kernel, value: () => Number.NaN, whyUndefined: () => reason };
    }),
};

function losses(observations: ObservationsOf<"regression">): Float64Array {
  return perRow(observations, (value, predicted) => Math.abs((value - predicted) / value));
}

function zeroTargets(values: Float64Array): string | null {
  const count = values.reduce((zeros, value) => (value === 0 ? zeros + 1 : zeros), 0);
  if (count === 0) return null;
  return `${count} of ${values.length} targets ${count === 1 ? "is" : "are"} 0, first in row ${values.indexOf(0) + 1}`;
}
