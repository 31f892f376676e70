import type { Metric } from "../metric.ts";
import { precisionOfClass, unpredictedClasses, weightedAverage } from "./class-average.ts";
import { totalsMetric } from "./class-totals.ts";

const totals = totalsMetric({
  compute: (all) => weightedAverage(all, precisionOfClass),
  whyUndefined: (all, labels) => unpredictedClasses(all, labels, true) ?? "there are no rows",
});

/**
 * Precision weighted by the rows of each class. Undefined where one with rows is never predicted, which is named;
 * scikit-learn warns and counts 0.
 */
export const precisionWeighted: Metric<"multiclass"> = {
  name: "precision_weighted",
  label: "Precision (weighted)",
  task: "multiclass",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition:
    "Mean of the precision of each class, weighted by its rows. Undefined where a class that has rows is never predicted.",
  uncertainty: { kind: "resampling", fromConfusion: totals.fromConfusion },
  prepare: totals.prepare,
};
