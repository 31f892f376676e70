import type { Metric } from "../metric.ts";
import { averagePrecisionOf, rankingKernel } from "../ranking.ts";
import { NO_POSITIVES } from "./cells.ts";
import { givenScores } from "./given.ts";
import { rankingOf } from "./ranked.ts";

/**
 * Average precision: the step sum, not the trapezoid. Undefined without positives, where scikit-learn warns and gives
 * 0.
 */
export const averagePrecision: Metric<"binary"> = {
  name: "average_precision",
  label: "Average precision",
  task: "binary",
  better: "higher",
  range: [0, 1],
  needs: "score",
  definition:
    "Sum over the distinct scores, from the highest down, of the gain in recall times the precision at that score. Undefined without positive rows.",
  uncertainty: { kind: "resampling" },
  prepare: (observations) =>
    givenScores(observations, () => rankingKernel(rankingOf(observations), averagePrecisionOf, () => NO_POSITIVES)),
};
