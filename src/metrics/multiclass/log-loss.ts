import { logLosses, logLossKernel, type ProbabilityOfTruth } from "../log-loss.ts";
import type { Metric } from "../metric.ts";
import type { FloatArray, ObservationsOf } from "../observations.ts";
import { givenProbabilities, probabilitiesOf } from "./given.ts";

/**
 * Log loss in nats, probabilities clipped at the machine epsilon of their type. Rows that do not sum to 1 leave it
 * undefined; scikit-learn warns.
 */
export const logLoss: Metric<"multiclass"> = {
  name: "log_loss",
  label: "Log loss",
  task: "multiclass",
  better: "lower",
  range: [0, Number.POSITIVE_INFINITY],
  needs: "score",
  definition:
    "Mean of −ln(probability given to the true class), in nats; probabilities are clipped at the machine epsilon of their type (float32 1.19e-7, float64 2.22e-16).",
  uncertainty: {
    kind: "mean",
    losses: (observations) => {
      const probabilities = probabilitiesOf(observations);
      return logLosses(observations.codes.length, probabilityOfTruth(observations, probabilities), probabilities);
    },
  },
  prepare: (observations) =>
    givenProbabilities(observations, (probabilities) =>
      logLossKernel(observations.codes.length, probabilityOfTruth(observations, probabilities), probabilities),
    ),
};

function probabilityOfTruth(
  { codes, labels }: ObservationsOf<"multiclass">,
  probabilities: FloatArray,
): ProbabilityOfTruth {
  const k = labels.length;
  return (row) => probabilities[row * k + (codes[row] as number)] as number;
}
