import type { Metric } from "../metric.ts";
import { cellMetric } from "./cells.ts";
import { agreement } from "./proportion-rows.ts";

const cells = cellMetric({
  compute: (tn, fp, fn, tp) => (tn + tp) / (tn + fp + fn + tp),
  whyUndefined: () => "there are no rows",
});

/** Share of rows decided rightly. */
export const accuracy: Metric<"binary"> = {
  name: "accuracy",
  label: "Accuracy",
  task: "binary",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition: "(TP + TN) / rows: the share of rows that are decided rightly.",
  uncertainty: { kind: "proportion", rows: agreement, fromConfusion: cells.fromConfusion },
  prepare: cells.prepare,
};
