import type { Metric, MetricOptions } from "../metric.ts";
import type { ObservationsOf } from "../observations.ts";
import { givenLosses, perRow } from "./given.ts";

/** Pinball (quantile) loss (Koenker & Bassett 1978); at the quantile 0.5 it is half the mean absolute error. */
export const pinball: Metric<"regression"> = {
  name: "pinball",
  label: "Pinball loss",
  task: "regression",
  better: "lower",
  range: [0, Number.POSITIVE_INFINITY],
  needs: "value",
  definition:
    "Mean of q·(target − prediction) where the prediction is too low and (1 − q)·(prediction − target) where it is too high; q is `quantile`, 0.5 without it.",
  uncertainty: { kind: "mean", losses },
  prepare: (observations, options) => givenLosses(observations, (rows) => losses(rows, options)),
};

function losses(observations: ObservationsOf<"regression">, { quantile }: MetricOptions): Float64Array {
  return perRow(observations, (value, predicted) =>
    value >= predicted ? quantile * (value - predicted) : (1 - quantile) * (predicted - value),
  );
}
