import { formatCount } from "../../gate/number-text.ts";
import { markdownCode, markdownCodeBlock, markdownFold, markdownGrid, markdownText } from "../markdown-text.ts";
import { type Alert, alertIcon, rowsText } from "../view/alerts.ts";
import { type ChangeView, type MeasuredView, type ModelView, ownReason, verdictOf } from "../view/change-view.ts";
import { comparisonText } from "../view/comparison.ts";
import { countText } from "../view/count-text.ts";
import { shortDigest } from "../view/lineage-view.ts";
import { reproduceCommand } from "../view/reproduce-command.ts";
import { foremostRows, type ResultRow, repeatsNumbers } from "../view/result-rows.ts";
import { verdictText } from "../view/status-text.ts";
import { metricCell, partsText, stacked, unbroken } from "./comment-cells.ts";
import { FOLD_NAMES, FOLDS, foldedSection } from "./comment-folds.ts";
import type { CommentPlan } from "./comment-plan.ts";

/** The verdict in a headline and a sentence, and what was compared with what. */
export function headlineOf(view: ChangeView): string {
  const { icon, headline } = verdictText(view.verdict);
  const compared = `<sub>${partsText(comparisonText(view.comparison))}</sub>`;
  return [`### ${icon} ${headline}`, markdownText(view.reason, 600), ...alertsList(view.alerts), compared].join("\n\n");
}

/** One model: its verdict, its table, what must be seen at once, and its folded sections. */
export function modelSection(view: ModelView, change: ChangeView, plan: CommentPlan): string {
  const verdict = verdictOf(view);
  const icon = verdict === null ? "" : `${verdictText(verdict).icon} `;
  const heading = `#### ${icon}${markdownCode(view.name, 80)}`;
  const sentence = ownReason(view, change);
  const reason = sentence === null ? [] : [markdownText(sentence, 400)];
  return [heading, ...reason, ...bodyOf(view, plan)].join("\n\n");
}

function bodyOf(view: ModelView, plan: CommentPlan): string[] {
  if (view.kind === "absent") return ["There is no measurement of this model."];
  if (view.kind === "failed") return [failedSection(view, plan.lines)];
  const folds = plan.folds.map((fold) => foldedSection(fold, view, { slices: plan.sliceRows, lines: plan.lines }));
  return [...alertsList(view.alerts), ...resultTable(view, plan.resultRows), ...folds.filter((fold) => fold !== null)];
}

function alertsList(alerts: readonly Alert[]): string[] {
  return alerts.map((alert) => `${alertIcon(alert)} ${markdownText(alert.text, 400)}`);
}

function resultTable(view: MeasuredView, limit: number): string[] {
  const shown = foremostRows(view.rows, limit);
  if (shown.length === 0) return ["The report has no metric of this model."];
  // Without a baseline two columns would be empty.
  const columns = "absent" in view.model.baseline ? COLUMNS.filter(({ compares }) => !compares) : COLUMNS;
  const rows = shown.map((row, at) => columns.map(({ cell }) => cell(row, repeatsNumbers(row, shown[at - 1]))));
  const table = markdownGrid(
    [columns.map(({ head }) => head), ...rows],
    columns.map(({ align }) => align),
  );
  const left = view.rows.length - shown.length;
  const caption = [
    rowsText(view.model.dataset),
    "small: 95% interval",
    "↑ higher is better, ↓ lower is better",
    ...(left > 0 ? [`${countText(left, "more line")} in the report`] : []),
  ].join(" · ");
  return [table, `<sub>${caption}</sub>`, ...notesList(view)];
}

function notesList({ notes }: MeasuredView): string[] {
  if (notes.length === 0) return [];
  const shown = notes
    .slice(0, 6)
    .map(({ metric, sides, text }) => `- ${markdownText(`${metric} of ${sides.join(" and ")}: ${text}`, 240)}`);
  const hidden = notes.length - shown.length;
  return [[...shown, ...(hidden > 0 ? [`- … and ${countText(hidden, "more note")} in the report`] : [])].join("\n")];
}

/** The sign of the status stands in the first column, which is all that a phone shows at first; its word in the last. */
const COLUMNS: readonly {
  readonly head: string;
  readonly align: "l" | "r";
  readonly compares: boolean;
  readonly cell: (row: ResultRow, repeats: boolean) => string;
}[] = [
  { head: "Metric", align: "l", compares: false, cell: subjectCell },
  {
    head: "Baseline",
    align: "r",
    compares: true,
    cell: ({ baseline }, repeats) => (repeats ? "" : unbroken(baseline.value)),
  },
  {
    head: "Candidate",
    align: "r",
    compares: false,
    cell: ({ candidate }, repeats) => (repeats ? "" : stacked(candidate)),
  },
  {
    head: "Difference",
    align: "r",
    compares: true,
    cell: ({ difference }, repeats) => (repeats ? "" : stacked(difference)),
  },
  { head: "Objective", align: "l", compares: false, cell: ({ objective }) => boundCell(objective) },
  {
    head: "Status",
    align: "l",
    compares: false,
    cell: ({ statuses }) => statuses.map(({ word }) => word).join("<br>"),
  },
];

/** Line breaks only before `proven`. */
function boundCell(objective: string | null): string {
  return unbroken(objective ?? "").replace(/,\u00a0/, ", ");
}

function subjectCell(row: ResultRow, repeats: boolean): string {
  const [heaviest] = row.statuses;
  const icon = heaviest === undefined ? "" : `${heaviest.icon} `;
  return repeats ? icon.trim() : `${icon}${subjectText(row)}`;
}

function subjectText({ metric, where }: ResultRow): string {
  const label = metricCell(metric, 60);
  if (where.kind === "all rows") return `**${label}**`;
  if (where.kind === "slices") return `${label}<br><sub>${where.text}</sub>`;
  return `${label}<br><sub>${markdownCode(where.name, 60)}${where.text === null ? "" : `, ${where.text}`}</sub>`;
}

/** Why a model could not be measured, with the end of its log. */
function failedSection(view: Extract<ModelView, { kind: "failed" }>, lines: number): string {
  const { problem, logTail } = view.report;
  const why = `**${markdownText(problem.where, 160)}**: ${markdownText(problem.what, 400)}; ${markdownText(problem.mend, 300)}.`;
  if (logTail.length === 0 || lines === 0) return why;
  const tail = logTail.slice(-lines);
  return `${why}\n\n${markdownFold(`Last ${countText(tail.length, "line")} of its log`, markdownCodeBlock(tail))}`;
}

/** Models without a section of their own, in one line; null where there is none. */
export function modelsLine(models: readonly ModelView[], kind: "pass" | "more"): string | null {
  if (models.length === 0) return null;
  const names = namesOf(models.map((model) => model.name));
  if (kind === "pass") return `✅ ${models.length === 1 ? "This model passes" : "These models pass"}: ${names}.`;
  const blocked = models.filter((model) => (verdictOf(model) ?? "pass") !== "pass").length;
  return `${countText(models.length, "more model")}, ${formatCount(blocked)} of them blocked: ${names}.`;
}

/** The models that the change does not reach, in one line; null where there is none. */
export function untouchedLine({ untouched }: ChangeView): string | null {
  if (untouched.length === 0) return null;
  return `➖ Not touched by this change, and not trained: ${namesOf(untouched)}.`;
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => markdownCode(name, 60));
  return `${shown.join(", ")}${names.length > shown.length ? ` and ${formatCount(names.length - shown.length)} more` : ""}`;
}

/** What the pull request would change in the policy, in sight; null where it changes nothing. */
export function policySection({ report }: ChangeView, { lines }: CommentPlan): string | null {
  const { proposedChanges, source } = report.evidence.policy;
  if (proposedChanges.length === 0) return null;
  const shown = proposedChanges.slice(0, Math.max(5, lines)).map((change) => `- ${markdownText(change, 300)}`);
  const hidden = proposedChanges.length - shown.length;
  const tail = hidden > 0 ? [`- … and ${formatCount(hidden)} more in the report`] : [];
  const judged = source === "base" ? " The verdict above is by the base branch's policy, without these changes." : "";
  return [
    "#### ✏️ This pull request changes the policy",
    `Merging it would change what models are judged by.${judged}`,
    [...shown, ...tail].join("\n"),
  ].join("\n\n");
}

/** How to do the same on a laptop: one command. */
export function reproduceFold({ report }: ChangeView): string | null {
  const command = reproduceCommand(report);
  return command === null ? null : markdownFold("Reproduce this", markdownCodeBlock([command], "sh"));
}

/** What a shorter plan does not tell, and where it stands; null where nothing is missing. */
export function leftOutLine({ models }: ChangeView, plan: CommentPlan, reportUrl: string | null): string | null {
  const isMeasured = models.some((model) => model.kind === "measured");
  const dropped = isMeasured ? FOLDS.filter((fold) => !plan.folds.includes(fold)) : [];
  if (dropped.length === 0) return null;
  const where = link("HTML report", reportUrl) ?? "HTML report";
  return `ℹ️ Left out here for lack of room: ${dropped.map((fold) => FOLD_NAMES[fold]).join(", ")}. The ${where} has all of it.`;
}

/** Where to read on, and what made this. */
export function footerOf({ report }: ChangeView, reportUrl: string | null): string {
  const parts = [
    link("HTML report with plots", reportUrl),
    link("run", report.run.url),
    `evidence ${markdownCode(shortDigest(report.digest))}`,
    `modelgate ${markdownText(report.evidence.tool.version, 40)}`,
  ];
  return `<sub>${parts.filter((part) => part !== null).join(" · ")}</sub>`;
}

/** A link, or null where the address is none that can stand in Markdown as it is. */
function link(text: string, url: string | null): string | null {
  if (url === null || !/^https?:\/\/[A-Za-z0-9.:_~/?#@!$&*+,;=%-]+$/.test(url)) return null;
  return `[${text}](${url})`;
}
