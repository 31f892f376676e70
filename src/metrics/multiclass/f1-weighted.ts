import type { Metric } from "../metric.ts";
import { f1OfClass, weightedAverage } from "./class-average.ts";
import { totalsMetric } from "./class-totals.ts";

const totals = totalsMetric({
  compute: (all) => weightedAverage(all, f1OfClass),
  whyUndefined: () => "there are no rows",
});

/** F1 weighted by the rows of each class. */
export const f1Weighted: Metric<"multiclass"> = {
  name: "f1_weighted",
  label: "F1 (weighted)",
  task: "multiclass",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition: "Mean of the F1 of each class, weighted by its rows.",
  uncertainty: { kind: "resampling", fromConfusion: totals.fromConfusion },
  prepare: totals.prepare,
};
