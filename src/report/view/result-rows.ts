import type { ModelJudgement, ObjectiveJudgement } from "../../gate/verdict.ts";
import type { MeasuredModel, ModelPerformance } from "../schema.ts";
import { countText } from "./count-text.ts";
import type { MeasurementIndex } from "./measurement-index.ts";
import { differenceCell, EMPTY_CELL, type NumberCell, valueCell } from "./number-cells.ts";
import { performanceMeasure } from "./performance-view.ts";
import { boundText, type StatusText, statusCounts, statusText } from "./status-text.ts";

/** One line of the table that a reviewer reads. Texts are as they came; whoever renders them escapes them. */
export type ResultRow = {
  readonly metric: { readonly name: string; readonly label: string; readonly better: "higher" | "lower" | null };
  readonly where: RowScope;
  readonly baseline: NumberCell;
  readonly candidate: NumberCell;
  readonly difference: NumberCell;
  /** Null where nothing is asked of the metric. */
  readonly objective: string | null;
  readonly statuses: readonly StatusText[];
  readonly blocks: boolean;
};

/** Which rows of the data a line is about; `text` is the program's own, and stands behind the slice's name. */
type RowScope =
  | { readonly kind: "all rows" }
  /** `text` is "31 rows", or null where it is not known. */
  | { readonly kind: "slice"; readonly name: string; readonly text: string | null }
  /** `text` is "5 slices", or "3 other slices" beside slices that have lines of their own. */
  | { readonly kind: "slices"; readonly text: string };

/** What the rows of one model are made of. */
export type ResultSource = {
  readonly model: MeasuredModel;
  readonly judgement: ModelJudgement | null;
  readonly performance: ModelPerformance | null;
  readonly find: MeasurementIndex;
};

type ShownMetric = {
  readonly name: string;
  readonly label: string;
  readonly better: "higher" | "lower" | null;
  readonly numbers: (slice: string | null) => Pick<ResultRow, "baseline" | "candidate" | "difference">;
  readonly unit: string | null;
};

const BLANK: NumberCell = { value: "", interval: null };
const NO_NUMBERS = { baseline: EMPTY_CELL, candidate: EMPTY_CELL, difference: EMPTY_CELL } as const;

/**
 * The table's rows: first the metrics with an objective that blocks, then the others with objectives, then those that
 * nothing is asked of. Slices have a row each where they block (at most `blockingSlices` of a metric) and one row
 * together where they do not.
 */
export function resultRows(source: ResultSource, blockingSlices: number): readonly ResultRow[] {
  const leaves = Map.groupBy(source.judgement?.objectives ?? [], (leaf) => leaf.objective.metric);
  const names = [...new Set([...leaves.keys(), ...source.model.metrics.map((metric) => metric.name)])];
  const weight = (name: string) => {
    const judged = leaves.get(name);
    if (judged === undefined) return 2;
    return judged.some((leaf) => leaf.blocks) ? 0 : 1;
  };
  return names
    .sort((a, b) => weight(a) - weight(b))
    .flatMap((name) => metricRows(shownMetric(name, source), leaves.get(name) ?? [], blockingSlices, source));
}

/** True where the row above shows the same numbers: only the objective is new. */
export function repeatsNumbers(row: ResultRow, above: ResultRow | undefined): boolean {
  if (above === undefined || above.metric.name !== row.metric.name || row.where.kind === "slices") return false;
  if (row.where.kind === "slice") return above.where.kind === "slice" && above.where.name === row.where.name;
  return above.where.kind === "all rows";
}

/** At most `count` rows in their order; where some must go, those that block stay longest. */
export function foremostRows(rows: readonly ResultRow[], count: number): readonly ResultRow[] {
  if (rows.length <= count) return rows;
  const blocking = rows.filter((row) => row.blocks);
  const chosen = new Set([...blocking, ...rows.filter((row) => !row.blocks)].slice(0, count));
  return rows.filter((row) => chosen.has(row));
}

function metricRows(
  metric: ShownMetric,
  leaves: readonly ObjectiveJudgement[],
  blockingSlices: number,
  { model }: ResultSource,
): ResultRow[] {
  const overall = leaves.filter((leaf) => leaf.slice === null);
  const onSlices = leaves.filter((leaf) => leaf.slice !== null);
  const blocking = onSlices.filter((leaf) => leaf.blocks);
  const alone = (leaf: ObjectiveJudgement) => (leaf.blocks ? blocking.indexOf(leaf) < blockingSlices : false);
  const together = Map.groupBy(
    onSlices.filter((leaf) => !alone(leaf)),
    (leaf) => `${leaf.bound} ${boundText(leaf.objective, leaf.bound, metricOf(metric))}`,
  );
  const allRows = metric.numbers(null);
  const base = { metric, where: { kind: "all rows" }, ...allRows } as const;
  const first: ResultRow[] =
    overall.length === 0
      ? [{ ...base, objective: null, statuses: [], blocks: false }]
      : overall.map((leaf) => ({ ...base, ...objectiveCells(leaf, metric) }));
  const slices = blocking.slice(0, blockingSlices).map((leaf): ResultRow => {
    const name = leaf.slice ?? "";
    const rows = model.slices.find((slice) => slice.name === name)?.rows ?? null;
    return {
      metric,
      where: { kind: "slice", name, text: rows === null ? null : countText(rows, "row") },
      ...metric.numbers(name),
      ...objectiveCells(leaf, metric),
    };
  });
  const rest = [...together.values()].map((group): ResultRow => togetherRow(metric, group, slices.length > 0));
  return [...first, ...slices, ...rest];
}

function togetherRow(metric: ShownMetric, group: readonly ObjectiveJudgement[], areOthers: boolean): ResultRow {
  const [leaf] = group;
  return {
    metric,
    where: { kind: "slices", text: countText(group.length, areOthers ? "other slice" : "slice") },
    baseline: BLANK,
    candidate: BLANK,
    difference: BLANK,
    objective: leaf === undefined ? null : boundText(leaf.objective, leaf.bound, metricOf(metric)),
    statuses: statusCounts(group),
    blocks: group.some((each) => each.blocks),
  };
}

function objectiveCells(leaf: ObjectiveJudgement, metric: ShownMetric) {
  return {
    objective: boundText(leaf.objective, leaf.bound, metricOf(metric)),
    statuses: [statusText(leaf)],
    blocks: leaf.blocks,
  };
}

function metricOf(metric: ShownMetric): { better: "higher" | "lower"; unit: string | null } {
  return { better: metric.better ?? "higher", unit: metric.unit };
}

function shownMetric(name: string, source: ResultSource): ShownMetric {
  const descriptor = source.model.metrics.find((metric) => metric.name === name);
  if (descriptor === undefined) return shownMeasure(name, source);
  return {
    name,
    label: descriptor.label,
    better: descriptor.better,
    unit: descriptor.unit,
    numbers: (slice) => {
      const measurement = source.find(name, slice);
      if (measurement === undefined) return NO_NUMBERS;
      return {
        baseline: valueCell(measurement.baseline, descriptor),
        candidate: valueCell(measurement.candidate, descriptor),
        difference: differenceCell(measurement.difference, descriptor),
      };
    },
  };
}

/** What is no metric of the predictions: latency, size, training time; or what is not in the report at all. */
function shownMeasure(name: string, { model, performance }: ResultSource): ShownMetric {
  const measure = performanceMeasure(name, model, performance);
  if (measure === null) return { name, label: name, better: null, unit: null, numbers: () => NO_NUMBERS };
  const { label, better, unit, baseline, candidate, difference } = measure;
  return { name, label, better, unit, numbers: () => ({ baseline, candidate, difference }) };
}
