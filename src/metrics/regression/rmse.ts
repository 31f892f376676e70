import type { Metric } from "../metric.ts";
import type { ObservationsOf } from "../observations.ts";
import { meanKernel } from "../row-mean.ts";
import { givenValues, perRow } from "./given.ts";

/** Root of the mean squared error, in the target's unit. */
export const rmse: Metric<"regression"> = {
  name: "rmse",
  label: "Root mean squared error",
  task: "regression",
  better: "lower",
  range: [0, Number.POSITIVE_INFINITY],
  needs: "value",
  definition: "√(mean of (target − prediction)²), in the target's unit.",
  uncertainty: { kind: "mean", losses, root: true },
  prepare: (observations) => givenValues(observations, () => meanKernel(() => losses(observations), { root: true })),
};

function losses(observations: ObservationsOf<"regression">): Float64Array {
  return perRow(observations, (value, predicted) => (value - predicted) ** 2);
}
