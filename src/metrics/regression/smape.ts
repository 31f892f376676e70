import type { Metric } from "../metric.ts";
import type { ObservationsOf } from "../observations.ts";
import { givenLosses, perRow } from "./given.ts";

/** Symmetric mean absolute percentage error, as a ratio from 0 to 2 (Armstrong 1985, with the mean as denominator). */
export const smape: Metric<"regression"> = {
  name: "smape",
  label: "Symmetric mean absolute percentage error",
  task: "regression",
  better: "lower",
  range: [0, 2],
  needs: "value",
  definition:
    "Mean of 2·|target − prediction| / (|target| + |prediction|), as a ratio from 0 to 2; a row in which both are 0 is exact and counts 0.",
  uncertainty: { kind: "mean", losses },
  prepare: (observations) => givenLosses(observations, losses),
};

function losses(observations: ObservationsOf<"regression">): Float64Array {
  return perRow(observations, (value, predicted) =>
    value === predicted ? 0 : 2 * (Math.abs(value - predicted) / (Math.abs(value) + Math.abs(predicted))),
  );
}
