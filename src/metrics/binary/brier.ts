import type { Metric } from "../metric.ts";
import type { ObservationsOf } from "../observations.ts";
import { meanKernel } from "../row-mean.ts";
import { givenProbabilities, scoresOf } from "./given.ts";

/** Brier score (Brier 1950), in its two-class form. */
export const brier: Metric<"binary"> = {
  name: "brier",
  label: "Brier score",
  task: "binary",
  better: "lower",
  range: [0, 1],
  needs: "score",
  definition: "Mean of (probability of the positive class − 1 or 0 as it is true or not)².",
  uncertainty: { kind: "mean", losses },
  prepare: (observations) => givenProbabilities(observations, () => meanKernel(() => losses(observations))),
};

function losses(observations: ObservationsOf<"binary">): Float64Array {
  const { positive } = observations;
  const score = scoresOf(observations);
  const lost = new Float64Array(score.length);
  for (let row = 0; row < lost.length; row++) {
    const error = (score[row] as number) - (positive[row] as number);
    lost[row] = error * error;
  }
  return lost;
}
