import type { EvidenceNumber, Found, JudgedMetric } from "../../gate/evidence.ts";
import { formatDifference, formatValue } from "../../gate/number-text.ts";
import { compareResource, findResource } from "../../gate/resource-evidence.ts";
import { RESOURCE_METRICS, type ResourceMetric } from "../../metrics/resource-metrics.ts";
import type { Evaluated, MeasuredModel, ModelPerformance } from "../schema.ts";
import { differenceCell, EMPTY_CELL, type NumberCell, type Shown, valueCell } from "./number-cells.ts";

/** A measure of how the model runs and what its training took, as the table shows it. */
export type ShownMeasure = {
  readonly name: string;
  readonly label: string;
  readonly better: "higher" | "lower";
  readonly unit: string;
  readonly baseline: NumberCell;
  readonly candidate: NumberCell;
  readonly difference: NumberCell;
};

/** Every measure that the report has of the candidate, found just as the gate finds it. */
export function performanceMeasures(
  model: MeasuredModel,
  performance: ModelPerformance | null,
): readonly ShownMeasure[] {
  return RESOURCE_METRICS.flatMap((metric) => shownMeasure(metric, model, performance) ?? []);
}

/** The measure of one name, or null where the report has none. */
export function performanceMeasure(
  name: string,
  model: MeasuredModel,
  performance: ModelPerformance | null,
): ShownMeasure | null {
  const metric = RESOURCE_METRICS.find((each) => each.name === name);
  return metric === undefined ? null : shownMeasure(metric, model, performance);
}

function shownMeasure(
  metric: ResourceMetric,
  model: MeasuredModel,
  performance: ModelPerformance | null,
): ShownMeasure | null {
  const report = { model, performance };
  const candidate = findResource(report, metric);
  if (!candidate.found) return null;
  const comparison = compareResource(report, metric);
  const { name, label, better, unit } = metric;
  return {
    name,
    label,
    better,
    unit,
    baseline: comparison.found ? { value: formatValue(comparison.value.baseline, unit), interval: null } : EMPTY_CELL,
    candidate: numberCell(candidate, metric, "value"),
    difference: comparison.found
      ? numberCell({ found: true, value: comparison.value.difference }, metric, "difference")
      : EMPTY_CELL,
  };
}

function numberCell(number: Found<EvidenceNumber>, metric: JudgedMetric, role: "value" | "difference"): NumberCell {
  if (!number.found) return EMPTY_CELL;
  const { value } = number;
  if (value.nature !== "sampled") {
    const text = role === "value" ? formatValue(value.value, metric.unit) : formatDifference(value.value, metric.unit);
    return { value: text, interval: null };
  }
  const shown: Shown = { name: metric.name, unit: metric.unit, range: [0, null] };
  const measured = { measured: true, value: value.value, uncertainty: value.uncertainty } as const;
  return role === "value" ? valueCell(measured, shown) : differenceCell(measured, shown);
}

/** The baseline's own part of the report, or null where there is none. */
export function evaluatedBaseline(model: MeasuredModel): Evaluated | null {
  return "absent" in model.baseline ? null : model.baseline;
}
