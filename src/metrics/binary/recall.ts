import type { Metric } from "../metric.ts";
import { cellMetric, NO_POSITIVES } from "./cells.ts";
import { agreementWhereTrue } from "./proportion-rows.ts";

const cells = cellMetric({
  compute: (_tn, _fp, fn, tp) => tp / (tp + fn),
  whyUndefined: () => NO_POSITIVES,
});

/** Recall (sensitivity). Undefined without positives, where scikit-learn warns and gives 0. */
export const recall: Metric<"binary"> = {
  name: "recall",
  label: "Recall",
  task: "binary",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition:
    "TP / (TP + FN): the share of positive rows that are predicted positive. Undefined without positive rows.",
  uncertainty: { kind: "proportion", rows: agreementWhereTrue(1), fromConfusion: cells.fromConfusion },
  prepare: cells.prepare,
};
