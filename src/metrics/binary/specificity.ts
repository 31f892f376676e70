import type { Metric } from "../metric.ts";
import { cellMetric, NO_NEGATIVES } from "./cells.ts";
import { agreementWhereTrue } from "./proportion-rows.ts";

const cells = cellMetric({
  compute: (tn, fp) => tn / (tn + fp),
  whyUndefined: () => NO_NEGATIVES,
});

/**
 * Specificity: recall of the negative class. Undefined without negatives, where scikit-learn's recall warns and gives
 * 0.
 */
export const specificity: Metric<"binary"> = {
  name: "specificity",
  label: "Specificity",
  task: "binary",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition:
    "TN / (TN + FP): the share of negative rows that are predicted negative. Undefined without negative rows.",
  uncertainty: { kind: "proportion", rows: agreementWhereTrue(0), fromConfusion: cells.fromConfusion },
  prepare: cells.prepare,
};
