import { formatCount } from "../gate/number-text.ts";
import type { Judgement, ObjectiveJudgement, Verdict } from "../gate/verdict.ts";
import type { Measurement, MetricDescriptor, Report } from "./schema.ts";
import { measurementLines } from "./terminal/terminal-measurements.ts";
import { resultLines } from "./terminal/terminal-results.ts";
import { painter, type TerminalStyle, wrapped } from "./terminal/terminal-style.ts";
import { wrapText } from "./text-table.ts";
import { type Alert, rowsText } from "./view/alerts.ts";
import {
  type ChangeView,
  changeView,
  type MeasuredView,
  type ModelView,
  ownReason,
  verdictOf,
} from "./view/change-view.ts";
import { comparisonText, type TextPart } from "./view/comparison.ts";
import { countText } from "./view/count-text.ts";
import { COMMAND } from "./view/lineage-view.ts";
import { verdictText } from "./view/status-text.ts";
import { visibleName, visibleSentence } from "./visible-text.ts";

const VERDICT_COLOURS: Readonly<Record<Verdict, "red" | "green" | "yellow">> = {
  pass: "green",
  fail: "red",
  inconclusive: "yellow",
  error: "red",
};
const VERDICT_SIGNS: Readonly<Record<Verdict, string>> = { pass: "✓", fail: "✗", inconclusive: "?", error: "!" };

const LIMITS = { blockingSlices: 20, slices: 0, sliceMetrics: 0 };

/** Report and judgement for a terminal or a log: plain text, ending in a line break; control characters in names are shown, not sent. */
export function renderTerminal(report: Report, judgement: Judgement, style: TerminalStyle): string {
  const view = changeView(report, judgement, LIMITS);
  const paint = painter(style);
  const headline = `${VERDICT_SIGNS[view.verdict]} ${verdictText(view.verdict).headline}`;
  const changes = report.evidence.policy.proposedChanges.map((change) => `  - ${visibleSentence(change, 300)}`);
  const blocks = [
    [
      paint(headline, VERDICT_COLOURS[view.verdict], "bold"),
      ...wrapped(visibleSentence(view.reason, 600), style),
      ...alertLines(view.alerts, style),
      ...wrapped(partsText(comparisonText(view.comparison)), style).map((line) => paint(line, "dim")),
    ],
    ...view.models.map((model) => modelLines(model, view, style)),
    view.untouched.length === 0
      ? []
      : wrapped(
          `Not touched by this change, and not trained: ${view.untouched.map((name) => visibleName(name, 60)).join(", ")}`,
          style,
        ),
    changes.length === 0 ? [] : [paint("This change would alter the policy:", "bold"), ...changes],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function modelLines(model: ModelView, change: ChangeView, style: TerminalStyle): string[] {
  const paint = painter(style);
  const verdict = verdictOf(model);
  const word = verdict === null ? "" : `  ${paint(verdictText(verdict).word, VERDICT_COLOURS[verdict])}`;
  const rows = model.kind === "measured" ? `  ${rowsText(model.model.dataset)}` : "";
  const title = `${paint(visibleName(model.name, 80), "bold")}${word}${rows}`;
  const reason = ownReason(model, change);
  const reasonLines = reason === null ? [] : wrapped(visibleSentence(reason, 400), style);
  switch (model.kind) {
    case "absent":
      return [title, ...reasonLines];
    case "failed": {
      const { problem, logTail } = model.report;
      const sentence = visibleSentence(`${problem.where}: ${problem.what}; ${problem.mend}.`, 900);
      return [
        title,
        ...wrapped(sentence, style),
        ...logTail.slice(-20).map((line) => paint(`  | ${visibleName(line || " ", 400)}`, "dim")),
      ];
    }
    case "measured":
      return [title, ...reasonLines, ...alertLines(model.alerts, style), ...measuredLines(model, style)];
  }
}

function measuredLines(view: MeasuredView, style: TerminalStyle): string[] {
  const settings = (view.changedSettings ?? []).slice(0, 10).map(({ stage, name, baseline, candidate }) => {
    const what = name === COMMAND ? COMMAND : visibleName(name, 60);
    const from = baseline === null ? "nothing" : visibleName(baseline, 60);
    const to = candidate === null ? "nothing" : visibleName(candidate, 60);
    return `  changed: ${visibleName(stage, 40)} ${what} ${from} → ${to}`;
  });
  const hidden = view.open.length - 12;
  return [
    ...resultLines(view, style),
    ...view.open.slice(0, 12).flatMap((leaf) => openLines(leaf, style)),
    ...(hidden > 0 ? [`  … and ${formatCount(hidden)} more`] : []),
    ...view.notes.slice(0, 6).flatMap(({ metric, sides, text }) => {
      return wrapped(`note: ${visibleSentence(`${metric} of ${sides.join(" and ")}: ${text}`, 240)}`, style);
    }),
    ...settings,
  ];
}

function openLines(leaf: ObjectiveJudgement, style: TerminalStyle): string[] {
  const paint = painter(style);
  const sign = leaf.blocks ? paint("✗", "red") : paint(leaf.status === "undecided" ? "?" : "!", "yellow");
  return signedLines(sign, leaf.reason, style);
}

function alertLines(alerts: readonly Alert[], style: TerminalStyle): string[] {
  const paint = painter(style);
  return alerts.flatMap(({ level, text }) => {
    return signedLines(level === "warning" ? paint("!", "yellow") : "·", text, style);
  });
}

function signedLines(sign: string, text: string, style: TerminalStyle): string[] {
  const [first = "", ...others] = wrapText(visibleSentence(text, 400), style.width - 4, "    ");
  return [`  ${sign} ${first}`, ...others];
}

function partsText(parts: readonly TextPart[]): string {
  return parts.map((part) => (part.kind === "name" ? visibleName(part.text, 80) : part.text)).join("");
}

/** What a file of predictions shows, without any policy. */
export type MeasuredPredictions = {
  readonly metrics: readonly MetricDescriptor[];
  readonly measurements: readonly Measurement[];
};

/** Measurements for a terminal, a table for all rows and one for each slice; ends in a line break. */
export function renderMeasurements({ metrics, measurements }: MeasuredPredictions, style: TerminalStyle): string {
  const bySlice = Map.groupBy(measurements, (measurement) => measurement.slice);
  const tables = [...bySlice].map(([slice, measured]) => {
    const title = slice === null ? "All rows" : visibleName(slice, 80);
    const heading = `${painter(style)(title, "bold")}  ${countText(measured[0]?.rows ?? 0, "row")}`;
    return [heading, ...measurementLines(measured, metrics, style)].join("\n");
  });
  return `${tables.join("\n\n")}\n`;
}
