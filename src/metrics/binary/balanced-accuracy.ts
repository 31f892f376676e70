import type { Metric } from "../metric.ts";
import { cellMetric, NO_NEGATIVES, NO_POSITIVES } from "./cells.ts";

const cells = cellMetric({
  compute: (tn, fp, fn, tp) => (tp / (tp + fn) + tn / (tn + fp)) / 2,
  whyUndefined: (_tn, _fp, fn, tp) => (tp + fn === 0 ? NO_POSITIVES : NO_NEGATIVES),
});

/**
 * Mean of recall and specificity. Undefined with one class, where scikit-learn warns and gives the recall of the other.
 */
export const balancedAccuracy: Metric<"binary"> = {
  name: "balanced_accuracy",
  label: "Balanced accuracy",
  task: "binary",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition: "(recall + specificity) / 2. Undefined with one class.",
  uncertainty: { kind: "resampling", fromConfusion: cells.fromConfusion },
  prepare: cells.prepare,
};
