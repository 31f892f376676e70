import type { Metric } from "../metric.ts";
import { cellMetric } from "./cells.ts";

const cells = cellMetric({
  compute: (_tn, fp, fn, tp) => (tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn)),
  whyUndefined: () => "there are no rows",
  note: (_tn, fp, fn, tp) => {
    if (tp + fp + fn === 0) return "no row is positive and none is predicted positive: 0 by convention";
    if (tp + fn === 0) return "no row is positive";
    return tp + fp === 0 ? "nothing is predicted positive" : null;
  },
});

/**
 * Harmonic mean of precision and recall (van Rijsbergen 1979). With nothing positive and nothing predicted so it is 0,
 * and says so.
 */
export const f1: Metric<"binary"> = {
  name: "f1",
  label: "F1",
  task: "binary",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition:
    "2·TP / (2·TP + FP + FN), the harmonic mean of precision and recall; 0 where nothing is positive and nothing predicted so.",
  uncertainty: { kind: "resampling", fromConfusion: cells.fromConfusion },
  prepare: cells.prepare,
};
