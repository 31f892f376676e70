import { logLosses, logLossKernel, type ProbabilityOfTruth } from "../log-loss.ts";
import type { Metric } from "../metric.ts";
import type { FloatArray } from "../observations.ts";
import { givenProbabilities, scoresOf } from "./given.ts";

/**
 * Log loss in nats, probabilities clipped at the machine epsilon of their type. The logarithm is taken in double
 * precision also of float32 scores. Defined with one class, where scikit-learn asks for `labels`.
 */
export const logLoss: Metric<"binary"> = {
  name: "log_loss",
  label: "Log loss",
  task: "binary",
  better: "lower",
  range: [0, Number.POSITIVE_INFINITY],
  needs: "score",
  definition:
    "Mean of −ln(probability given to what is true), in nats; probabilities are clipped at the machine epsilon of their type (float32 1.19e-7, float64 2.22e-16).",
  uncertainty: {
    kind: "mean",
    losses: (observations) => {
      const score = scoresOf(observations);
      return logLosses(score.length, probabilityOfTruth(observations.positive, score), score);
    },
  },
  prepare: (observations) =>
    givenProbabilities(observations, (score) =>
      logLossKernel(score.length, probabilityOfTruth(observations.positive, score), score),
    ),
};

function probabilityOfTruth(positive: Uint8Array, score: FloatArray): ProbabilityOfTruth {
  // |0 − score| for a positive row, |1 − score| for a negative one: a branch on the class would be guessed wrong too often.
  return (row) => Math.abs(1 - (positive[row] as number) - (score[row] as number));
}
