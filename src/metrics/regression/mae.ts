import type { Metric } from "../metric.ts";
import type { ObservationsOf } from "../observations.ts";
import { givenLosses, perRow } from "./given.ts";

/** Mean absolute error, in the target's unit. */
export const mae: Metric<"regression"> = {
  name: "mae",
  label: "Mean absolute error",
  task: "regression",
  better: "lower",
  range: [0, Number.POSITIVE_INFINITY],
  needs: "value",
  definition: "Mean of |target − prediction|, in the target's unit.",
  uncertainty: { kind: "mean", losses },
  prepare: (observations) => givenLosses(observations, losses),
};

function losses(observations: ObservationsOf<"regression">): Float64Array {
  return perRow(observations, (value, predicted) => Math.abs(value - predicted));
}
