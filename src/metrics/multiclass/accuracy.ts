import type { Metric } from "../metric.ts";
import type { ObservationsOf } from "../observations.ts";
import { totalsMetric } from "./class-totals.ts";
import { decisionsOf } from "./given.ts";
import { sum } from "./sums.ts";

const totals = totalsMetric({
  compute: (all) => sum(all.hits) / all.rows,
  whyUndefined: () => "there are no rows",
});

/** Share of rows decided rightly. */
export const accuracy: Metric<"multiclass"> = {
  name: "accuracy",
  label: "Accuracy",
  task: "multiclass",
  better: "higher",
  range: [0, 1],
  needs: "decision",
  definition: "Share of rows that are given their class.",
  uncertainty: { kind: "proportion", rows, fromConfusion: totals.fromConfusion },
  prepare: totals.prepare,
};

function rows(observations: ObservationsOf<"multiclass">): { trial: Uint8Array; success: Uint8Array } {
  const { codes } = observations;
  const predicted = decisionsOf(observations);
  return {
    trial: new Uint8Array(codes.length).fill(1),
    success: Uint8Array.from(codes, (code, row) => (predicted[row] === code ? 1 : 0)),
  };
}
