import type { MeasuredModel, Measurement, SliceDescriptor } from "../report/schema.ts";
import { checkedEstimate, isDifferenceOf } from "./checked-estimate.ts";
import {
  type ComparisonNumbers,
  type EvidenceNumber,
  type Found,
  found,
  type JudgedMetric,
  missing,
} from "./evidence.ts";

/**
 * The candidate's value of a metric on all rows or on one slice.
 *
 * What is missing, not finite, out of the metric's range, or reported twice is no evidence.
 */
export function findValue(
  report: MeasuredModel,
  metric: JudgedMetric,
  slice: SliceDescriptor | null,
): Found<EvidenceNumber> {
  const measurement = findMeasurement(report, metric, slice);
  if (!measurement.found) return measurement;
  const value = checkedEstimate(measurement.value.candidate, "value");
  if (!value.found) return value;
  const outside = outsideRange(value.value.value, metric);
  return outside === null ? found({ nature: "sampled", ...value.value }) : missing(outside);
}

/** Candidate, baseline and their difference on the same rows. */
export function findComparison(
  report: MeasuredModel,
  metric: JudgedMetric,
  slice: SliceDescriptor | null,
): Found<ComparisonNumbers> {
  const measurement = findMeasurement(report, metric, slice);
  if (!measurement.found) return measurement;
  const { candidate, baseline, difference } = measurement.value;
  const value = checkedEstimate(candidate, "value");
  if (!value.found) return value;
  if (baseline === null || difference === null) return missing(`is not compared: ${whyNoBaseline(report)}`);
  const base = checkedEstimate(baseline, "value");
  if (!base.found) return missing(`of the baseline ${base.reason}`);
  const gap = checkedEstimate(difference, "difference");
  if (!gap.found) return missing(`as a difference from the baseline ${gap.reason}`);
  const outside = outsideRange(value.value.value, metric) ?? outsideRange(base.value.value, metric);
  if (outside !== null) return missing(outside);
  if (!isDifferenceOf(gap.value.value, value.value.value, base.value.value)) {
    return missing("contradicts itself in the report: the difference is not candidate minus baseline");
  }
  return found({
    candidate: value.value.value,
    baseline: base.value.value,
    difference: { nature: "sampled", ...gap.value },
  });
}

/** Why there is nothing to compare with, in words. */
export function whyNoBaseline(report: MeasuredModel): string {
  if (!("absent" in report.baseline)) return "the report has no number of the baseline";
  return report.baseline.absent === "failed"
    ? "the baseline could not be measured"
    : "the report says that the base branch does not have this model";
}

function findMeasurement(
  report: MeasuredModel,
  metric: JudgedMetric,
  slice: SliceDescriptor | null,
): Found<Measurement> {
  const name = slice?.name ?? null;
  const matches = report.measurements.filter((each) => each.metric === metric.name && each.slice === name);
  const [measurement] = matches;
  if (measurement === undefined) return missing("is not in the report");
  if (matches.length > 1) return missing("is in the report more than once");
  const rows = slice?.rows ?? report.dataset.rows;
  if (measurement.rows !== rows) {
    return missing(`is measured on ${measurement.rows} rows where the report speaks of ${rows}`);
  }
  return found(measurement);
}

function outsideRange(value: number, metric: JudgedMetric): string | null {
  const [low, high] = metric.range;
  // A mean of many numbers may miss the bound by a rounding.
  const slack = 1e-9;
  if (value >= low - slack && value <= high + slack) return null;
  return `is ${value} in the report, which is outside its range`;
}
