import { decideByLargest } from "../decide.ts";
import type { PreparedMetric } from "../metric.ts";
import type { FloatArray, ObservationsOf } from "../observations.ts";
import { fromKernel, type Kernel, undefinedMetric } from "../prepare.ts";
import { remember } from "../remember.ts";
import { inspect } from "../validate.ts";

/** Prepares a metric of scores [n, k] that only rank the classes of a row. */
export function givenScores(
  observations: ObservationsOf<"multiclass">,
  kernelOf: (scores: FloatArray) => Kernel,
): PreparedMetric {
  const { defect } = inspect(observations);
  if (defect !== null) return undefinedMetric(defect);
  if (observations.probabilities === null)
    return undefinedMetric("the predictions hold decisions and no probabilities");
  return fromKernel(observations, kernelOf(observations.probabilities));
}

/** Prepares a metric of probabilities [n, k]: in [0, 1], and every row sums to 1. */
export function givenProbabilities(
  observations: ObservationsOf<"multiclass">,
  kernelOf: (probabilities: FloatArray) => Kernel,
): PreparedMetric {
  const { notProbability } = inspect(observations);
  return notProbability === null ? givenScores(observations, kernelOf) : undefinedMetric(notProbability);
}

/** Prepares a metric of decisions [n], which without any are those of the largest probability. */
export function givenDecisions(
  observations: ObservationsOf<"multiclass">,
  kernelOf: (predicted: Int32Array) => Kernel,
): PreparedMetric {
  const { defect } = inspect(observations);
  if (defect !== null) return undefinedMetric(defect);
  if (observations.predicted === null && observations.probabilities === null) {
    return undefinedMetric("the predictions hold neither decisions nor probabilities");
  }
  return fromKernel(observations, kernelOf(decisionsOf(observations)));
}

/**
 * The probabilities, for code that runs only where a metric of probabilities has a value.
 *
 * @throws TypeError for observations without probabilities.
 */
export function probabilitiesOf({ probabilities }: ObservationsOf<"multiclass">): FloatArray {
  if (probabilities === null) throw new TypeError("these observations hold no probabilities");
  return probabilities;
}

/**
 * The decisions, or without any those of the largest probability.
 *
 * @throws TypeError for observations with neither.
 */
export function decisionsOf(observations: ObservationsOf<"multiclass">): Int32Array {
  return observations.predicted ?? largestOf(observations);
}

const largestOf: (observations: ObservationsOf<"multiclass">) => Int32Array = remember((observations) =>
  decideByLargest(probabilitiesOf(observations), observations.labels.length),
);
