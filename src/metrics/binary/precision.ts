import type { Metric } from "../metric.ts";
import { cellMetric } from "./cells.ts";
import { agreementWherePredicted } from "./proportion-rows.ts";

const cells = cellMetric({
  compute: (_tn, fp, _fn, tp) => tp / (tp + fp),
  whyUndefined: () => "nothing is predicted positive",
});

/**
 * Precision (positive predictive value). Undefined where nothing is predicted positive: scikit-learn warns and gives 0, but
 * a proportion without a trial is no evidence, neither for nor against, and two models that predict nothing would pass as
 * equally precise.
 */
export const precision: Metric<"binary"> = {
  name: "precision",
  label: "Precision",
  task: "binary",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition:
    "TP / (TP + FP): the share of rows predicted positive that are positive. Undefined where nothing is predicted positive.",
  uncertainty: { kind: "proportion", rows: agreementWherePredicted, fromConfusion: cells.fromConfusion },
  prepare: cells.prepare,
};
