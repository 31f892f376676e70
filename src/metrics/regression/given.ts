import type { PreparedMetric } from "../metric.ts";
import type { ObservationsOf } from "../observations.ts";
import { fromKernel, type Kernel, undefinedMetric } from "../prepare.ts";
import { meanKernel } from "../row-mean.ts";
import { inspect } from "../validate.ts";

/** Prepares a metric of values that have passed the checks. */
export function givenValues(observations: ObservationsOf<"regression">, kernelOf: () => Kernel): PreparedMetric {
  const { defect } = inspect(observations);
  return defect === null ? fromKernel(observations, kernelOf()) : undefinedMetric(defect);
}

/** Prepares a metric that is the mean of a loss per row, [n]. */
export function givenLosses(
  observations: ObservationsOf<"regression">,
  losses: (observations: ObservationsOf<"regression">) => Float64Array,
): PreparedMetric {
  return givenValues(observations, () => meanKernel(() => losses(observations)));
}

/** A number for each row, of its true and its predicted value; [n]. */
export function perRow(
  { values, predicted }: ObservationsOf<"regression">,
  loss: (value: number, predicted: number) => number,
): Float64Array {
  const lost = new Float64Array(values.length);
  for (let row = 0; row < lost.length; row++) lost[row] = loss(values[row] as number, predicted[row] as number);
  return lost;
}
