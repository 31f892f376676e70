import { toleranceOf } from "../../gate/tolerance.ts";
import type { ObjectiveJudgement } from "../../gate/verdict.ts";
import type { MeasuredModel, Measurement, MetricDescriptor } from "../schema.ts";
import type { DifferenceRow, ForestMark, ForestRow } from "../svg/forest-plot.ts";
import type { MeasuredView } from "./change-view.ts";
import { indexMeasurements } from "./measurement-index.ts";
import { differenceCell, differenceInterval, valueCell, valueInterval } from "./number-cells.ts";

/** The least acceptable or greatest acceptable value that an objective names for the metric, or null. */
type BoundOf = (metric: string) => number | null;

/** What the forest plots of one model are drawn from: plain numbers and texts. */

/** Every metric on all rows, candidate above baseline. */
export function valueRows(view: MeasuredView): readonly ForestRow[] {
  const boundOf = bounds(view, (leaf) => leaf.slice === null);
  return overall(view.model).map(({ metric, measurement }) =>
    valueRow(metric.label, metric, measurement, boundOf(metric.name)),
  );
}

/** Every metric's difference on all rows, turned so that right is better, with the allowed change for the worse. */
export function differenceRows(view: MeasuredView): readonly DifferenceRow[] {
  return overall(view.model).flatMap(({ metric, measurement }): DifferenceRow[] => {
    const { difference } = measurement;
    if (difference === null || !difference.measured) return [];
    const turn = metric.better === "higher" ? 1 : -1;
    const interval = differenceInterval(difference, metric);
    const ends = interval === null ? null : [interval.low * turn, interval.high * turn];
    const marks: ForestMark[] = [
      {
        side: "candidate",
        value: difference.value * turn,
        interval: ends === null ? null : { low: Math.min(...ends), high: Math.max(...ends) },
      },
    ];
    const numbers = differenceCell(difference, metric);
    return [{ label: metric.label, numbers, marks, bound: null, tolerance: toleranceFor(view, metric, measurement) }];
  });
}

/** One metric on the slices that the view shows, in its order. */
export type SliceForest = {
  readonly metric: MetricDescriptor;
  readonly rows: readonly ForestRow[];
  readonly overall: number | null;
};

/** At most `metrics` forests of at most `slices` rows. */
export function sliceForests(
  view: MeasuredView,
  limits: { readonly metrics: number; readonly slices: number },
): readonly SliceForest[] {
  const find = indexMeasurements(view.model);
  const boundOf = bounds(view, (leaf) => leaf.slice !== null);
  return view.slices.metrics.slice(0, limits.metrics).flatMap((metric): SliceForest[] => {
    const rows = view.slices.rows.slice(0, limits.slices).flatMap(({ slice }): ForestRow[] => {
      const measurement = find(metric.name, slice.name);
      return measurement === undefined ? [] : [valueRow(slice.name, metric, measurement, boundOf(metric.name))];
    });
    const all = find(metric.name, null)?.candidate;
    const isDrawn = rows.some((row) => row.marks.length > 0);
    return isDrawn ? [{ metric, rows, overall: all?.measured ? all.value : null }] : [];
  });
}

function overall(model: MeasuredModel): { metric: MetricDescriptor; measurement: Measurement }[] {
  const find = indexMeasurements(model);
  return model.metrics.flatMap((metric) => {
    const measurement = find(metric.name, null);
    return measurement === undefined ? [] : [{ metric, measurement }];
  });
}

function valueRow(label: string, metric: MetricDescriptor, measurement: Measurement, bound: number | null): ForestRow {
  const marks = (["candidate", "baseline"] as const).flatMap((side): ForestMark[] => {
    const measured = measurement[side];
    return measured?.measured ? [{ side, value: measured.value, interval: valueInterval(measured, metric) }] : [];
  });
  return { label, numbers: valueCell(measurement.candidate, metric), marks, bound };
}

function bounds(view: MeasuredView, applies: (leaf: ObjectiveJudgement) => boolean): BoundOf {
  const leaves = (view.judgement?.objectives ?? []).filter((leaf) => leaf.bound !== "baseline" && applies(leaf));
  const byMetric = new Map(
    leaves.map(({ objective, bound }) => [objective.metric, (bound === "min" ? objective.min : objective.max) ?? null]),
  );
  return (metric) => byMetric.get(metric) ?? null;
}

function toleranceFor(view: MeasuredView, metric: MetricDescriptor, { baseline }: Measurement): number | null {
  const leaf = view.judgement?.objectives.find(
    ({ objective, bound, slice }) => objective.metric === metric.name && bound === "baseline" && slice === null,
  );
  if (leaf?.objective.baseline === undefined || baseline === null || !baseline.measured) return null;
  const tolerance = toleranceOf(leaf.objective.baseline.tolerance, baseline.value, metric.unit);
  return tolerance.found ? tolerance.value.margin : null;
}
