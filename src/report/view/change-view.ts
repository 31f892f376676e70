import type { Judgement, ModelJudgement, ObjectiveJudgement, Verdict } from "../../gate/verdict.ts";
import { findMetric } from "../../metrics/registry.ts";
import type { MeasuredModel, MetricDescriptor, ModelPerformance, ModelReport, Report } from "../schema.ts";
import { type Alert, changeAlerts, modelAlerts } from "./alerts.ts";
import { type Comparison, comparisonOf } from "./comparison.ts";
import { type ChangedSetting, changedDependencies, changedSettings } from "./lineage-view.ts";
import { indexMeasurements } from "./measurement-index.ts";
import { differenceCell, type NumberCell, noteOf, valueCell } from "./number-cells.ts";
import { ownEntry } from "./own-entry.ts";
import { performanceMeasures, type ShownMeasure } from "./performance-view.ts";
import { type ResultRow, type ResultSource, resultRows } from "./result-rows.ts";
import { type SliceTable, sliceTable } from "./slice-rows.ts";
import { openLeaves } from "./status-text.ts";

/**
 * Report and judgement, put together once and cut to what can be shown; comment, summary, terminal and page render this.
 * All text in it is as it came.
 */
export type ChangeView = {
  readonly report: Report;
  readonly verdict: Verdict;
  /** The judge's reason as a sentence. */
  readonly reason: string;
  readonly judgement: Judgement;
  readonly comparison: Comparison;
  readonly alerts: readonly Alert[];
  /** Those that block first. */
  readonly models: readonly ModelView[];
  /** Models that the change does not reach, where the judge agrees that it does not. */
  readonly untouched: readonly string[];
};

export type ModelView = MeasuredView | FailedView | AbsentView;

/** A model that was measured. */
export type MeasuredView = {
  readonly kind: "measured";
  readonly name: string;
  readonly judgement: ModelJudgement | null;
  readonly model: MeasuredModel;
  readonly performance: ModelPerformance | null;
  readonly rows: readonly ResultRow[];
  readonly slices: SliceTable;
  readonly measures: readonly ShownMeasure[];
  /** Null without a baseline. */
  readonly changedSettings: readonly ChangedSetting[] | null;
  readonly changedDependencies: readonly string[];
  readonly naive: readonly NaiveRow[];
  readonly notes: readonly Note[];
  readonly alerts: readonly Alert[];
  /** All that is not met, what weighs most first. */
  readonly open: readonly ObjectiveJudgement[];
};

/** A model that could not be trained or evaluated. */
type FailedView = {
  readonly kind: "failed";
  readonly name: string;
  readonly judgement: ModelJudgement | null;
  readonly report: Extract<ModelReport, { outcome: "failed" }>;
};

/** A model that is judged and of which the report has no measurement. */
type AbsentView = { readonly kind: "absent"; readonly name: string; readonly judgement: ModelJudgement };

/** The candidate beside a model that looks at no feature. */
export type NaiveRow = {
  readonly label: string;
  readonly better: "higher" | "lower";
  readonly naive: NumberCell;
  readonly candidate: NumberCell;
  /** Candidate minus naive, without an interval: it is not measured as a difference. */
  readonly difference: string;
};

/** What a reader must know of one number. */
type Note = {
  readonly metric: string;
  readonly sides: readonly ("candidate" | "baseline" | "difference")[];
  readonly text: string;
};

/** How much of a report is shown. */
export type ViewLimits = {
  readonly blockingSlices: number;
  readonly slices: number;
  readonly sliceMetrics: number;
};

const WEIGHT: Readonly<Record<Verdict, number>> = { error: 3, fail: 2, inconclusive: 1, pass: 0 };

/** Puts a report and its judgement together. Models keep the judgement's order within one verdict. */
export function changeView(report: Report, judgement: Judgement, limits: ViewLimits): ChangeView {
  const judged = new Map(judgement.models.map((model) => [model.model, model]));
  const reported = report.evidence.models.filter((model) => model.outcome !== "untouched");
  const models: ModelView[] = reported.map((model) => modelView(report, model, judged.get(model.name) ?? null, limits));
  const untouched = report.evidence.models
    .filter(({ outcome, name }) => outcome === "untouched" && (judged.get(name)?.verdict ?? "pass") === "pass")
    .map(({ name }) => name);
  const known = new Set([...reported.map((model) => model.name), ...untouched]);
  for (const each of judgement.models) {
    if (!known.has(each.model)) models.push({ kind: "absent", name: each.model, judgement: each });
  }
  return {
    report,
    judgement,
    comparison: comparisonOf(report),
    alerts: changeAlerts(report.evidence),
    verdict: judgement.verdict,
    reason: asSentence(judgement.reason, judgement),
    models: models.sort((a, b) => weight(b) - weight(a)),
    untouched,
  };
}

/** What a section of the model is headed with; a model that nothing is asked of has no verdict. */
export function verdictOf(view: ModelView): Verdict | null {
  return view.judgement?.verdict ?? null;
}

/** The judge's sentence about a model, where the headline has not said it already. */
export function ownReason(view: ModelView, { judgement }: ChangeView): string | null {
  const reason = view.judgement?.reason ?? null;
  const isSaid = reason === judgement.reason || `${view.name}: ${reason}` === judgement.reason;
  return reason === null || isSaid ? null : asSentence(reason, judgement);
}

/** With a capital letter and a full stop; a model's name that it begins with stays as it is. */
function asSentence(reason: string, { models }: Judgement): string {
  const beginsWithName = models.some(({ model }) => model !== "" && reason.startsWith(model));
  const start = beginsWithName ? reason.slice(0, 1) : reason.slice(0, 1).toUpperCase();
  return `${start}${reason.slice(1)}${/[.!?…]$/.test(reason) ? "" : "."}`;
}

function weight(view: ModelView): number {
  const verdict = verdictOf(view);
  return verdict === null ? 0 : WEIGHT[verdict];
}

function modelView(
  report: Report,
  model: Exclude<ModelReport, { outcome: "untouched" }>,
  judgement: ModelJudgement | null,
  limits: ViewLimits,
): ModelView {
  // A working tree is more than the commit that is checked out.
  const isCommitted = comparisonOf(report).candidate.kind === "commit";
  if (model.outcome === "failed") return { kind: "failed", name: model.name, judgement, report: model };
  return measuredView(
    {
      ...model,
      metrics: model.metrics.map((metric) => asRegistered(metric, model.task)),
      candidate: { ...model.candidate, commit: isCommitted ? model.candidate.commit : null },
    },
    report,
    judgement,
    limits,
  );
}

function measuredView(
  model: MeasuredModel,
  report: Report,
  judgement: ModelJudgement | null,
  limits: ViewLimits,
): MeasuredView {
  const performance = ownEntry(report.run.performance, model.name) ?? null;
  const source: ResultSource = { model, judgement, performance, find: indexMeasurements(model) };
  return {
    kind: "measured",
    name: model.name,
    judgement,
    model,
    performance,
    rows: resultRows(source, limits.blockingSlices),
    slices: sliceTable(source, { slices: limits.slices, metrics: limits.sliceMetrics }),
    measures: performanceMeasures(model, performance),
    changedSettings: changedSettings(model),
    changedDependencies: changedDependencies(model),
    naive: naiveRows(source),
    notes: notesOf(source),
    alerts: modelAlerts(model),
    open: openLeaves(judgement?.objectives ?? []),
  };
}

/** Name and direction of a known metric come from the registry: a report must not show a loss as a gain. */
function asRegistered(metric: MetricDescriptor, task: MeasuredModel["task"]): MetricDescriptor {
  const known = findMetric(task, metric.name);
  if (known === null) return metric;
  const bound = (value: number) => (Number.isFinite(value) ? value : null);
  const { label, better, range, definition } = known;
  return { ...metric, label, better, range: [bound(range[0]), bound(range[1])], definition };
}

function naiveRows({ model, find }: ResultSource): NaiveRow[] {
  return model.metrics.flatMap((metric) => {
    const measurement = find(metric.name, null);
    if (measurement === undefined || measurement.naive === null) return [];
    const { naive, candidate } = measurement;
    const isComparable = naive.measured && candidate.measured;
    const difference = isComparable
      ? differenceCell(
          {
            measured: true,
            value: candidate.value - naive.value,
            uncertainty: { kind: "unknown", method: "none", reason: "not measured as a difference" },
          },
          metric,
        ).value
      : "–";
    return [
      {
        label: metric.label,
        better: metric.better,
        naive: valueCell(naive, metric),
        candidate: valueCell(candidate, metric),
        difference,
      },
    ];
  });
}

/** Notes on the numbers over all rows, each once; those on slices are in the report itself. */
function notesOf({ model, find }: ResultSource): Note[] {
  return model.metrics.flatMap((metric) => {
    const measurement = find(metric.name, null);
    if (measurement === undefined) return [];
    const sides = (["candidate", "baseline", "difference"] as const).filter(
      (side) => noteOf(measurement[side]) !== null,
    );
    const byText = Map.groupBy(sides, (side) => noteOf(measurement[side]) ?? "");
    return [...byText].map(([text, of]): Note => ({ metric: metric.label, sides: of, text }));
  });
}
