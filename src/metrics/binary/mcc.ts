import type { Metric } from "../metric.ts";
import { cellMetric, NO_NEGATIVES, NO_POSITIVES } from "./cells.ts";

const cells = cellMetric({
  // The factors stand so that the root of a perfect, or wholly wrong, decision is exact.
  compute: (tn, fp, fn, tp) => (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tn + fn) * ((tp + fn) * (tn + fp))),
  whyUndefined: (tn, fp, fn, tp) => {
    if (tp + fn === 0) return NO_POSITIVES;
    if (tn + fp === 0) return NO_NEGATIVES;
    return tp + fp === 0 ? "nothing is predicted positive" : "nothing is predicted negative";
  },
});

/**
 * Matthews correlation coefficient (Matthews 1975): the correlation of truth and decision. Undefined where either is
 * constant (0 / 0), where scikit-learn gives 0.
 */
export const mcc: Metric<"binary"> = {
  name: "mcc",
  label: "Matthews correlation",
  task: "binary",
  better: "higher",
  range: [-1, 1],
  needs: "decision",
  definition:
    "(TP·TN − FP·FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN)), the correlation of truth and decision. Undefined where either is constant.",
  uncertainty: { kind: "resampling", fromConfusion: cells.fromConfusion },
  prepare: cells.prepare,
};
