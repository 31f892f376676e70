import type { Metric } from "../metric.ts";
import { absentClasses, macroAverage, recallOfClass } from "./class-average.ts";
import { totalsMetric } from "./class-totals.ts";

const totals = totalsMetric({
  compute: (all) => macroAverage(all, recallOfClass),
  whyUndefined: (all, labels) => absentClasses(all, labels) ?? "there are no rows",
});

/**
 * Mean recall of the classes. Undefined where a class has no rows, which is named; scikit-learn warns and leaves it
 * out.
 */
export const balancedAccuracy: Metric<"multiclass"> = {
  name: "balanced_accuracy",
  label: "Balanced accuracy",
  task: "multiclass",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition: "Mean over the classes of the recall of each. Undefined where a class has no rows.",
  uncertainty: { kind: "resampling", fromConfusion: totals.fromConfusion },
  prepare: totals.prepare,
};
