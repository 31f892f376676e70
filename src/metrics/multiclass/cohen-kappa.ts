import type { Metric } from "../metric.ts";
import { totalsMetric } from "./class-totals.ts";
import { ONE_CLASS } from "./name-classes.ts";
import { dot, sum } from "./sums.ts";

const totals = totalsMetric({
  compute: ({ support, predicted, hits, rows }) => {
    if (support.includes(rows)) return Number.NaN;
    const byChance = dot(support, predicted);
    return (rows * sum(hits) - byChance) / (rows * rows - byChance);
  },
  whyUndefined: () => ONE_CLASS,
  note: ({ predicted, rows }) => (predicted.includes(rows) ? "one class is predicted for every row" : null),
});

/**
 * Cohen's kappa (Cohen 1960). Undefined where the target is constant: it is 0 / 0 or, whatever is predicted, 0, as
 * scikit-learn has it. Constant decisions are no better than chance: 0, and flagged.
 */
export const cohenKappa: Metric<"multiclass"> = {
  name: "cohen_kappa",
  label: "Cohen's kappa",
  task: "multiclass",
  better: "higher",
  range: [-1, 1],
  needs: "decision",
  definition:
    "(agreement − agreement expected by chance) / (1 − agreement expected by chance), chance by the shares of each class in truth and decisions. Undefined where the target has one class.",
  uncertainty: { kind: "resampling", fromConfusion: totals.fromConfusion },
  prepare: totals.prepare,
};
