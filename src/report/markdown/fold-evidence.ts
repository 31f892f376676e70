import { formatCount } from "../../gate/number-text.ts";
import { markdownCode, markdownFold, markdownGrid, markdownText } from "../markdown-text.ts";
import type { MeasuredView } from "../view/change-view.ts";
import { countText } from "../view/count-text.ts";
import { NO_BREAK } from "../view/metric-label.ts";
import { metricCell, more, stacked } from "./comment-cells.ts";
import type { FoldLimits } from "./fold-limits.ts";

/** What the evidence leaves open, in the judge's words. */
export function undecidedFold({ open }: MeasuredView, { lines }: FoldLimits): string | null {
  const undecided = open.filter((leaf) => leaf.status === "undecided");
  if (undecided.length === 0) return null;
  const shown = undecided.slice(0, lines).map((leaf) => {
    return `- ${markdownText(leaf.reason)}`;
  });
  return markdownFold(
    `Undecided (${undecided.length})`,
    [...shown, ...more(undecided.length - shown.length)].join("\n"),
  );
}

/** Slices side by side: the candidate's value and the difference from the baseline. */
export function slicesFold({ slices, model }: MeasuredView, limits: FoldLimits): string | null {
  if (slices.rows.length === 0) return null;
  const rows = slices.rows.slice(0, limits.slices);
  const head = ["Slice", "Rows", ...slices.metrics.map((metric) => metricCell(metric, 40))];
  const body = rows.map(({ slice, cells }) => [
    markdownCode(slice.name, 60),
    formatCount(slice.rows),
    ...cells.map(({ candidate, difference, status }) => {
      const change = difference.value === "–" ? null : difference.value;
      return `${status === null ? "" : `${status.icon}${NO_BREAK}`}${stacked({ value: candidate.value, interval: change })}`;
    }),
  ]);
  const hidden = model.slices.length - rows.length;
  const notes = [
    ...(hidden > 0 ? [countText(hidden, "more slice")] : []),
    ...(slices.hiddenMetrics > 0 ? [countText(slices.hiddenMetrics, "more metric")] : []),
  ];
  const note = notes.length === 0 ? "" : `\n\n<sub>The report has ${notes.join(" and ")}.</sub>`;
  const align = ["l", "r", ...slices.metrics.map(() => "r")] as ("l" | "r")[];
  return markdownFold(
    `Slices (${formatCount(model.slices.length)})`,
    `${markdownGrid([head, ...body], align)}\n\n<sub>The candidate's value, and below it the difference from the baseline.</sub>${note}`,
  );
}

/** The candidate beside a model that looks at no feature. */
export function naiveFold({ naive }: MeasuredView, { lines }: FoldLimits): string | null {
  if (naive.length === 0) return null;
  const rows = naive
    .slice(0, lines)
    .map((row) => [metricCell(row, 40), row.naive.value, row.candidate.value, row.difference]);
  const table = markdownGrid([["Metric", "Naive", "Candidate", "Difference"], ...rows], ["l", "r", "r", "r"]);
  return markdownFold(
    "Better than naive?",
    `${table}\n\n<sub>The naive model looks at no feature: it always says the same.</sub>`,
  );
}
