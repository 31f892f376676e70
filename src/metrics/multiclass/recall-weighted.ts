import type { Metric } from "../metric.ts";
import { recallOfClass, weightedAverage } from "./class-average.ts";
import { totalsMetric } from "./class-totals.ts";

const totals = totalsMetric({
  compute: (all) => weightedAverage(all, recallOfClass),
  whyUndefined: () => "there are no rows",
});

/** Recall weighted by the rows of each class. */
export const recallWeighted: Metric<"multiclass"> = {
  name: "recall_weighted",
  label: "Recall (weighted)",
  task: "multiclass",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition: "Mean of the recall of each class, weighted by its rows; the same as accuracy.",
  uncertainty: { kind: "resampling", fromConfusion: totals.fromConfusion },
  prepare: totals.prepare,
};
