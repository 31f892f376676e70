import { formatCount } from "../../gate/number-text.ts";
import type { Performance } from "../schema.ts";
import { rowsText } from "../view/alerts.ts";
import type { MeasuredView, NaiveRow } from "../view/change-view.ts";
import { countText } from "../view/count-text.ts";
import { withDirection } from "../view/metric-label.ts";
import { evaluatedBaseline, type ShownMeasure } from "../view/performance-view.ts";
import { formatBytes, formatSeconds } from "../view/quantity-text.ts";
import { type ResultRow, repeatsNumbers } from "../view/result-rows.ts";
import type { SliceRow } from "../view/slice-rows.ts";
import { statusText } from "../view/status-text.ts";
import { slicePlots } from "./html-plots.ts";
import { beyond, type HtmlColumn, htmlNumber, htmlTable, MAX_ROWS } from "./html-table.ts";
import { type Child, fragment, type Markup, tag } from "./markup.ts";

/** The sections of one measured model in the HTML report, below its headline and before and after its plots. */

/** The table that a reviewer reads. */
export function resultSection(view: MeasuredView): Markup {
  const isCompared = evaluatedBaseline(view.model) !== null;
  const numbers: HtmlColumn<ResultRow>[] = [
    {
      head: "Baseline",
      isNumber: true,
      cell: (row, above) => (repeatsNumbers(row, above) ? null : htmlNumber(row.baseline)),
    },
    {
      head: "Candidate",
      isNumber: true,
      cell: (row, above) => (repeatsNumbers(row, above) ? null : htmlNumber(row.candidate)),
    },
    {
      head: "Difference",
      isNumber: true,
      cell: (row, above) => (repeatsNumbers(row, above) ? null : htmlNumber(row.difference)),
    },
  ];
  const columns: HtmlColumn<ResultRow>[] = [
    { head: "Metric", cell: subject },
    ...numbers.filter(({ head }) => isCompared || head === "Candidate"),
    { head: "Objective", cell: (row) => row.objective },
    { head: "Status", cell: status },
  ];
  const notes = view.notes.map(({ metric, sides, text }) =>
    tag("li", {}, `${metric} of ${sides.join(" and ")}: ${text}`),
  );
  return fragment(
    htmlTable("Metrics and objectives", columns, view.rows),
    tag(
      "p",
      { class: "soft" },
      `${rowsText(view.model.dataset)}; below each number its 95% interval; ↑ higher is better, ↓ lower is better.`,
    ),
    notes.length === 0 ? null : tag("ul", {}, notes),
  );
}

/** The status's sign stands first, where a phone shows it; its word stands in a column of its own. */
function subject({ metric, where, statuses }: ResultRow): Child {
  const icon = statuses[0] === undefined ? "" : `${statuses[0].icon} `;
  const label = `${icon}${withDirection(metric.label, metric.better)}`;
  if (where.kind === "all rows") return label;
  if (where.kind === "slices") return fragment(label, tag("small", {}, where.text));
  const rows = where.text === null ? null : `, ${where.text}`;
  return fragment(label, tag("small", {}, tag("code", {}, where.name), rows));
}

function status({ statuses, blocks }: ResultRow): Child {
  return statuses.map(({ word }) => {
    const isMet = /^(?:\d+ )?met$/.test(word);
    const kind = blocks ? " blocks" : isMet ? " met" : word === "no baseline" ? "" : " open";
    return tag("span", { class: `status${kind}` }, `${word} `);
  });
}

/** Everything that is not met, in the judge's words: what weighs most first. */
export function openSection({ open }: MeasuredView): Markup | null {
  if (open.length === 0) return null;
  const items = open.slice(0, MAX_ROWS).map((leaf) => {
    const { icon, word } = statusText(leaf);
    return tag(
      "li",
      {},
      tag("span", { class: leaf.blocks ? "status blocks" : "status open" }, `${icon} ${word}: `),
      leaf.reason,
    );
  });
  return fragment(tag("h3", {}, "What is not met"), tag("ul", {}, items), beyond(open.length));
}

/** All slices that the view holds, as a table and as plots. */
export function sliceSection(view: MeasuredView, id: string): Markup | null {
  const { slices } = view;
  if (slices.rows.length === 0) return null;
  const columns: HtmlColumn<SliceRow>[] = [
    { head: "Slice", cell: ({ slice }) => tag("code", {}, slice.name) },
    { head: "Rows", isNumber: true, cell: ({ slice }) => formatCount(slice.rows) },
    ...slices.metrics.map(
      (metric, at): HtmlColumn<SliceRow> => ({
        head: withDirection(metric.label, metric.better),
        isNumber: true,
        cell: ({ cells }) => sliceCell(cells[at]),
      }),
    ),
  ];
  const hidden = [
    ...(slices.hiddenSlices > 0 ? [countText(slices.hiddenSlices, "more slice")] : []),
    ...(slices.hiddenMetrics > 0 ? [countText(slices.hiddenMetrics, "more metric")] : []),
  ];
  return fragment(
    tag("h3", {}, "Slices"),
    htmlTable("Slices", columns, slices.rows),
    tag(
      "p",
      { class: "soft" },
      "The candidate's value, and below it the difference from the baseline. Slices that block come first.",
    ),
    hidden.length === 0 ? null : tag("p", { class: "soft" }, `The report's JSON has ${hidden.join(" and ")}.`),
    slicePlots(view, id),
  );
}

function sliceCell(cell: SliceRow["cells"][number] | undefined): Child {
  if (cell === undefined) return null;
  const { candidate, difference, status: of } = cell;
  const value = `${of === null ? "" : `${of.icon} `}${candidate.value}`;
  const notes = [...(difference.value === "–" ? [] : [difference.value]), ...(of === null ? [] : [of.word])];
  return notes.length === 0 ? value : fragment(value, tag("small", {}, notes.join(" · ")));
}

/** Latency, size and what the training took. */
export function runningSection(view: MeasuredView): Markup | null {
  const isCompared = evaluatedBaseline(view.model) !== null;
  const columns: HtmlColumn<ShownMeasure>[] = [
    { head: "Measure", cell: ({ label, better }) => withDirection(label, better) },
    ...(isCompared
      ? [{ head: "Baseline", isNumber: true as const, cell: ({ baseline }: ShownMeasure) => htmlNumber(baseline) }]
      : []),
    { head: "Candidate", isNumber: true, cell: ({ candidate }) => htmlNumber(candidate) },
    ...(isCompared
      ? [
          {
            head: "Difference",
            isNumber: true as const,
            cell: ({ difference }: ShownMeasure) => htmlNumber(difference),
          },
        ]
      : []),
  ];
  const costs = stageCosts(view);
  return fragment(
    tag("h3", {}, "Latency, size and training"),
    htmlTable("Latency, size and training", columns, view.measures),
    costs.length === 0 ? null : htmlTable("Cost of each stage", COST_COLUMNS, costs),
    beyond(costs.length),
  );
}

type StageCost = Performance["stages"][number] & { readonly side: string };

const COST_COLUMNS: readonly HtmlColumn<StageCost>[] = [
  { head: "Stage", cell: ({ name }) => tag("code", {}, name) },
  { head: "Model", cell: ({ side }) => side },
  { head: "Time", isNumber: true, cell: ({ wallSeconds }) => formatSeconds(wallSeconds) },
  { head: "CPU", isNumber: true, cell: ({ cpuSeconds }) => (cpuSeconds === null ? "–" : formatSeconds(cpuSeconds)) },
  {
    head: "Memory",
    isNumber: true,
    cell: ({ peakMemoryBytes }) => (peakMemoryBytes === null ? "–" : formatBytes(peakMemoryBytes)),
  },
  { head: "How", cell: ({ restored }) => (restored ? "from the cache (numbers of the run that made it)" : "run") },
];

function stageCosts({ performance }: MeasuredView): StageCost[] {
  const of = (side: "candidate" | "baseline") =>
    (performance?.[side]?.stages ?? []).map((stage) => ({ ...stage, side }));
  return [...of("candidate"), ...of("baseline")].slice(0, MAX_ROWS);
}

/** The candidate beside a model that looks at no feature. */
export function naiveSection({ naive }: MeasuredView): Markup | null {
  if (naive.length === 0) return null;
  const columns: HtmlColumn<NaiveRow>[] = [
    { head: "Metric", cell: ({ label, better }) => withDirection(label, better) },
    { head: "Naive", isNumber: true, cell: (row) => htmlNumber(row.naive) },
    { head: "Candidate", isNumber: true, cell: ({ candidate }) => htmlNumber(candidate) },
    { head: "Difference", isNumber: true, cell: ({ difference }) => difference },
  ];
  return fragment(
    tag("h3", {}, "Better than naive?"),
    htmlTable("Compared with a naive model", columns, naive),
    tag("p", { class: "soft" }, "The naive model looks at no feature: it always says the same."),
  );
}
