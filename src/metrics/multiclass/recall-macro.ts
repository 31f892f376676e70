import type { Metric } from "../metric.ts";
import { absentClasses, macroAverage, recallOfClass } from "./class-average.ts";
import { totalsMetric } from "./class-totals.ts";

const totals = totalsMetric({
  compute: (all) => macroAverage(all, recallOfClass),
  whyUndefined: (all, labels) => absentClasses(all, labels) ?? "there are no rows",
});

/** Macro recall. Undefined where a class has no rows, which is named; scikit-learn warns and counts 0. */
export const recallMacro: Metric<"multiclass"> = {
  name: "recall_macro",
  label: "Recall (macro)",
  task: "multiclass",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition:
    "Mean over the classes of hits / rows of the class; the same as balanced accuracy. Undefined where a class has no rows.",
  uncertainty: { kind: "resampling", fromConfusion: totals.fromConfusion },
  prepare: totals.prepare,
};
