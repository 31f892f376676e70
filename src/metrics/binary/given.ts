import type { PreparedMetric } from "../metric.ts";
import type { FloatArray, ObservationsOf } from "../observations.ts";
import { fromKernel, type Kernel, undefinedMetric } from "../prepare.ts";
import { inspect } from "../validate.ts";

/** Prepares a metric of scores that only rank; without any, it is undefined. */
export function givenScores(
  observations: ObservationsOf<"binary">,
  kernelOf: (score: FloatArray) => Kernel,
): PreparedMetric {
  const { defect } = inspect(observations);
  if (defect !== null) return undefinedMetric(defect);
  if (observations.score === null) return undefinedMetric("the predictions hold decisions and no scores");
  return fromKernel(observations, kernelOf(observations.score));
}

/** Prepares a metric of scores that must be probabilities of the positive class. */
export function givenProbabilities(
  observations: ObservationsOf<"binary">,
  kernelOf: (score: FloatArray) => Kernel,
): PreparedMetric {
  const { notProbability } = inspect(observations);
  return notProbability === null ? givenScores(observations, kernelOf) : undefinedMetric(notProbability);
}

/** Prepares a metric of decisions; without any, it is undefined. */
export function givenDecisions(
  observations: ObservationsOf<"binary">,
  kernelOf: (predicted: Uint8Array) => Kernel,
): PreparedMetric {
  const { defect } = inspect(observations);
  if (defect !== null) return undefinedMetric(defect);
  if (observations.predicted === null) return undefinedMetric("the predictions hold no decisions");
  return fromKernel(observations, kernelOf(observations.predicted));
}

/**
 * The scores, for code that runs only where a metric of scores has a value.
 *
 * @throws TypeError for observations without scores.
 */
export function scoresOf({ score }: ObservationsOf<"binary">): FloatArray {
  if (score === null) throw new TypeError("these observations hold no scores");
  return score;
}

/**
 * The decisions [n], for code that runs only where a metric of decisions has a value.
 *
 * @throws TypeError for observations without decisions.
 */
export function decisionsOf({ predicted }: ObservationsOf<"binary">): Uint8Array {
  if (predicted === null) throw new TypeError("these observations hold no decisions");
  return predicted;
}
