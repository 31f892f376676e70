import type { Metric } from "../metric.ts";
import type { ObservationsOf } from "../observations.ts";
import { meanKernel } from "../row-mean.ts";
import { givenProbabilities, probabilitiesOf } from "./given.ts";

/** Brier score in its original form, from 0 to 2 (Brier 1950); scikit-learn's since 1.7, without its halving. */
export const brier: Metric<"multiclass"> = {
  name: "brier",
  label: "Brier score",
  task: "multiclass",
  better: "lower",
  range: [0, 2],
  needs: "score",
  definition: "Mean over the rows of Σ over the classes of (probability − 1 for the true class, 0 for the others)².",
  uncertainty: { kind: "mean", losses },
  prepare: (observations) => givenProbabilities(observations, () => meanKernel(() => losses(observations))),
};

function losses(observations: ObservationsOf<"multiclass">): Float64Array {
  const { codes, labels } = observations;
  const k = labels.length;
  const probabilities = probabilitiesOf(observations);
  const lost = new Float64Array(codes.length);
  for (let row = 0; row < lost.length; row++) {
    let sum = 0;
    for (let label = 0; label < k; label++) {
      const error = (probabilities[row * k + label] as number) - (label === codes[row] ? 1 : 0);
      sum += error * error;
    }
    lost[row] = sum;
  }
  return lost;
}
