import type { Metric } from "../metric.ts";
import { totalsMetric } from "./class-totals.ts";
import { ONE_CLASS } from "./name-classes.ts";
import { dot, sum } from "./sums.ts";

const totals = totalsMetric({
  compute: ({ support, predicted, hits, rows }) => {
    const all = rows * rows;
    const covariance = rows * sum(hits) - dot(support, predicted);
    return covariance / Math.sqrt((all - dot(support, support)) * (all - dot(predicted, predicted)));
  },
  whyUndefined: ({ support, rows }) => (support.includes(rows) ? ONE_CLASS : "one class is predicted for every row"),
});

/**
 * Matthews correlation of several classes (Gorodkin 2004). Undefined where truth or decisions are constant (0 / 0), where
 * scikit-learn gives 0.
 */
export const mcc: Metric<"multiclass"> = {
  name: "mcc",
  label: "Matthews correlation",
  task: "multiclass",
  better: "higher",
  range: [-1, 1],
  needs: "decision",
  definition:
    "Gorodkin's R_K: the correlation of truth and decisions as indicator vectors. Undefined where either is constant.",
  uncertainty: { kind: "resampling", fromConfusion: totals.fromConfusion },
  prepare: totals.prepare,
};
