import type { ObjectiveJudgement } from "../../gate/verdict.ts";
import type { MetricDescriptor, SliceDescriptor } from "../schema.ts";
import { differenceCell, type NumberCell, valueCell } from "./number-cells.ts";
import type { ResultSource } from "./result-rows.ts";
import { type StatusText, statusText } from "./status-text.ts";

/** Slices side by side: one line a slice, a few metrics wide. */
export type SliceTable = {
  /** The metrics that are shown, those with objectives on slices first. */
  readonly metrics: readonly MetricDescriptor[];
  readonly rows: readonly SliceRow[];
  /** How many metrics and slices there are beyond those shown. */
  readonly hiddenMetrics: number;
  readonly hiddenSlices: number;
};

export type SliceRow = {
  readonly slice: SliceDescriptor;
  readonly cells: readonly {
    readonly candidate: NumberCell;
    readonly difference: NumberCell;
    /** Of the objective with the most weight here; null where nothing is asked. */
    readonly status: StatusText | null;
  }[];
};

/** At most `metrics` × `slices` of the model's slices; those that block come first, then those that are not met. */
export function sliceTable(
  { model, judgement, find }: ResultSource,
  limits: { readonly metrics: number; readonly slices: number },
): SliceTable {
  const leaves = Map.groupBy(
    (judgement?.objectives ?? []).filter((leaf) => leaf.slice !== null),
    (leaf) => leaf.slice ?? "",
  );
  const judgedMetrics = new Set([...leaves.values()].flat().map((leaf) => leaf.objective.metric));
  const measuredMetrics = new Set(model.measurements.filter((each) => each.slice !== null).map((each) => each.metric));
  const metrics = model.metrics
    .filter((metric) => measuredMetrics.has(metric.name))
    .sort((a, b) => Number(judgedMetrics.has(b.name)) - Number(judgedMetrics.has(a.name)))
    .slice(0, limits.metrics);
  const shown = model.slices
    .map((slice) => ({ slice, weight: heaviest(leaves.get(slice.name) ?? []) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, limits.slices);
  const rows = shown.map(({ slice }): SliceRow => {
    const ofSlice = leaves.get(slice.name) ?? [];
    return {
      slice,
      cells: metrics.map((metric) => {
        const measurement = find(metric.name, slice.name);
        return {
          candidate: valueCell(measurement?.candidate ?? null, metric),
          difference: differenceCell(measurement?.difference ?? null, metric),
          status: heaviestStatus(ofSlice.filter((leaf) => leaf.objective.metric === metric.name)),
        };
      }),
    };
  });
  return {
    metrics,
    rows,
    hiddenMetrics: measuredMetrics.size - metrics.length,
    hiddenSlices: model.slices.length - rows.length,
  };
}

function heaviestStatus(leaves: readonly ObjectiveJudgement[]): StatusText | null {
  const [heaviestLeaf] = [...leaves].sort((a, b) => weightOf(b) - weightOf(a));
  return heaviestLeaf === undefined ? null : statusText(heaviestLeaf);
}

function heaviest(leaves: readonly ObjectiveJudgement[]): number {
  return leaves.reduce((most, leaf) => Math.max(most, weightOf(leaf)), 0);
}

function weightOf(leaf: ObjectiveJudgement): number {
  if (leaf.blocks) return 4;
  if (leaf.status === "missed") return 3;
  if (leaf.status === "unmeasured" || leaf.status === "undecided") return 2;
  return 1;
}
