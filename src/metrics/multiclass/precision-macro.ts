import type { Metric } from "../metric.ts";
import { macroAverage, precisionOfClass, unpredictedClasses } from "./class-average.ts";
import { totalsMetric } from "./class-totals.ts";

const totals = totalsMetric({
  compute: (all) => macroAverage(all, precisionOfClass),
  whyUndefined: (all, labels) => unpredictedClasses(all, labels, false) ?? "there are no rows",
});

/** Macro precision. Undefined where a class is never predicted, which is named; scikit-learn warns and counts 0. */
export const precisionMacro: Metric<"multiclass"> = {
  name: "precision_macro",
  label: "Precision (macro)",
  task: "multiclass",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition:
    "Mean over the classes of hits / rows predicted as the class. Undefined where a class is never predicted.",
  uncertainty: { kind: "resampling", fromConfusion: totals.fromConfusion },
  prepare: totals.prepare,
};
