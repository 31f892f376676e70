import type { Metric } from "../metric.ts";
import { absentClasses, f1OfClass, macroAverage } from "./class-average.ts";
import { totalsMetric } from "./class-totals.ts";

const totals = totalsMetric({
  compute: (all) => macroAverage(all, f1OfClass),
  whyUndefined: () => "there are no rows",
  note: absentClasses,
});

/**
 * Macro F1 over all labels, those that the config pins included; a class with neither rows nor predictions counts 0 and
 * is named.
 */
export const f1Macro: Metric<"multiclass"> = {
  name: "f1_macro",
  label: "F1 (macro)",
  task: "multiclass",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition:
    "Mean over the classes of 2·hits / (rows of the class + rows predicted as it); a class with neither counts 0.",
  uncertainty: { kind: "resampling", fromConfusion: totals.fromConfusion },
  prepare: totals.prepare,
};
