import type { Metric, MetricOptions } from "../metric.ts";
import type { ObservationsOf } from "../observations.ts";
import { shareKernel } from "../row-mean.ts";
import { givenScores, probabilitiesOf } from "./given.ts";

/**
 * Top-k accuracy. Of equal scores the class that stands later in `labels` ranks first, as in scikit-learn; so with ties
 * k = 1 can differ from accuracy, which decides for the first.
 */
export const topKAccuracy: Metric<"multiclass"> = {
  name: "top_k_accuracy",
  label: "Top-k accuracy",
  task: "multiclass",
  better: "higher",
  range: [0, 1],
  needs: "score",
  definition: "Share of rows whose class is among the k with the highest scores; k is `top_k`, 2 without it.",
  uncertainty: {
    kind: "proportion",
    rows: (observations, options) => ({
      trial: new Uint8Array(observations.codes.length).fill(1),
      success: hits(observations, options),
    }),
  },
  prepare: (observations, options) =>
    givenScores(observations, () => ({
      ...shareKernel(hits(observations, options)),
      note: () =>
        options.topK < observations.labels.length
          ? null
          : `k is ${options.topK} and there are ${observations.labels.length} classes: always 1`,
    })),
};

function hits(observations: ObservationsOf<"multiclass">, { topK }: MetricOptions): Uint8Array {
  const { codes, labels } = observations;
  const k = labels.length;
  const scores = probabilitiesOf(observations);
  const hit = new Uint8Array(codes.length);
  for (let row = 0; row < hit.length; row++) {
    const code = codes[row] as number;
    const own = scores[row * k + code] as number;
    let ahead = 0;
    for (let label = 0; label < k; label++) {
      const score = scores[row * k + label] as number;
      if (score > own || (score === own && label > code)) ahead++;
    }
    hit[row] = ahead < topK ? 1 : 0;
  }
  return hit;
}
