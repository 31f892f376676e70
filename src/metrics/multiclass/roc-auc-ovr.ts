import type { Metric } from "../metric.ts";
import { givenProbabilities } from "./given.ts";
import { macroAreaKernel } from "./one-vs-rest.ts";

/**
 * One-vs-rest ROC AUC, macro average (Fawcett 2006, section 9). Undefined where a class has no rows,
 * which is named; scikit-learn gives NaN or raises.
 */
export const rocAucOvr: Metric<"multiclass"> = {
  name: "roc_auc_ovr",
  label: "ROC AUC (one-vs-rest)",
  task: "multiclass",
  better: "higher",
  range: [0, 1],
  needs: "score",
  definition:
    "Mean over the classes of the ROC AUC of the class against all others by its own probability. Undefined where a class has no rows.",
  uncertainty: { kind: "resampling" },
  prepare: (observations) => givenProbabilities(observations, () => macroAreaKernel(observations)),
};
