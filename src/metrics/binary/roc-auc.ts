import type { Metric } from "../metric.ts";
import { areaUnderRoc, rankingKernel } from "../ranking.ts";
import { oneClassReason } from "./cells.ts";
import { givenScores } from "./given.ts";
import { rankingOf } from "./ranked.ts";

/**
 * Area under the ROC curve: 1 where every positive scores above every negative, 0.5 for constant scores. Undefined with
 * one class, as in scikit-learn 1.6 and later (NaN there, an exception before).
 */
export const rocAuc: Metric<"binary"> = {
  name: "roc_auc",
  label: "ROC AUC",
  task: "binary",
  better: "higher",
  range: [0, 1],
  needs: "score",
  definition:
    "Share of the pairs of a positive and a negative row in which the positive scores higher, a tie counting ½. Undefined with one class.",
  uncertainty: { kind: "auc" },
  prepare: (observations) =>
    givenScores(observations, () =>
      rankingKernel(rankingOf(observations), areaUnderRoc, () => oneClassReason(observations.positive)),
    ),
};
