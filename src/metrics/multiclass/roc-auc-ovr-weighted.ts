import type { Metric } from "../metric.ts";
import { givenProbabilities } from "./given.ts";
import { weightedAreaKernel } from "./one-vs-rest.ts";

/**
 * One-vs-rest ROC AUC weighted by the rows of each class (Provost & Domingos 2000). A class without rows has no weight, is
 * left out and named; scikit-learn gives NaN or raises.
 */
export const rocAucOvrWeighted: Metric<"multiclass"> = {
  name: "roc_auc_ovr_weighted",
  label: "ROC AUC (one-vs-rest, weighted)",
  task: "multiclass",
  better: "higher",
  range: [0, 1],
  needs: "score",
  definition:
    "Mean over the classes of the ROC AUC of the class against all others by its own probability, weighted by its rows. Undefined where all rows are of one class.",
  uncertainty: { kind: "resampling" },
  prepare: (observations) => givenProbabilities(observations, () => weightedAreaKernel(observations)),
};
