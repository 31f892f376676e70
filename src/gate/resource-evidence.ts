import type { MeasuredModel, ModelPerformance, Performance, Report } from "../report/schema.ts";
import { fewestRuns } from "../statistics/latency.ts";
import type { Estimate } from "../statistics/uncertainty.ts";
import { checkedEstimate, isDifferenceOf } from "./checked-estimate.ts";
import {
  type ComparisonNumbers,
  type EvidenceNumber,
  type Found,
  found,
  type JudgedMetric,
  missing,
} from "./evidence.ts";
import { whyNoBaseline } from "./quality-evidence.ts";

/** Where a model's times, memory and size stand in the report. */
export type ResourceReport = { readonly model: MeasuredModel; readonly performance: ModelPerformance | null };

type Side = "candidate" | "baseline";

const BYTES_PER_MB = 1e6;
const SECONDS_PER_MINUTE = 60;

/** The resources of one model; `performance` is null where the report has no timings of it. */
export function resourceReport(report: Report, model: MeasuredModel): ResourceReport {
  const { performance } = report.run;
  const own = Object.hasOwn(performance, model.name) ? performance[model.name] : undefined;
  return { model, performance: own ?? null };
}

/** The candidate's time, memory or size. Timings with too few runs, and stages without a number, are no evidence. */
export function findResource(report: ResourceReport, metric: JudgedMetric): Found<EvidenceNumber> {
  return resourceOf(report, metric, "candidate");
}

/** Candidate and baseline; the difference of quantiles comes from interleaved runs, any other is taken here. */
export function compareResource(report: ResourceReport, metric: JudgedMetric): Found<ComparisonNumbers> {
  const candidate = resourceOf(report, metric, "candidate");
  if (!candidate.found) return candidate;
  const baseline = resourceOf(report, metric, "baseline");
  if (!baseline.found) return missing(`of the baseline ${baseline.reason}`);
  const difference = differenceOf(report, metric, candidate.value, baseline.value);
  if (!difference.found) return difference;
  if (!isDifferenceOf(difference.value.value, candidate.value.value, baseline.value.value)) {
    return missing("contradicts itself in the report: the difference is not candidate minus baseline");
  }
  return found({
    candidate: candidate.value.value,
    baseline: baseline.value.value,
    difference: difference.value,
  });
}

function resourceOf(report: ResourceReport, metric: JudgedMetric, side: Side): Found<EvidenceNumber> {
  const number = rawResource(report, metric.name, side);
  if (!number.found) return number;
  const { value } = number.value;
  return Number.isFinite(value) && value >= 0 ? number : missing("is not a finite number of at least 0");
}

function rawResource({ model, performance }: ResourceReport, name: string, side: Side): Found<EvidenceNumber> {
  if (name === "model_size_mb") return sizeOf(model, side);
  const own = performance?.[side] ?? null;
  if (own === null) {
    return missing(side === "baseline" ? `is not measured: ${whyNoBaseline(model)}` : "is not in the report");
  }
  switch (name) {
    case "latency_p50_ms":
      return latencyOf(own, "p50Ms");
    case "latency_p95_ms":
      return latencyOf(own, "p95Ms");
    case "throughput_rows_per_second":
      return latencyOf(own, "rowsPerSecond");
    case "train_minutes":
      return trainingOf(
        model,
        own,
        side,
        (stages) => sum(stages.map((stage) => stage.wallSeconds)) / SECONDS_PER_MINUTE,
      );
    case "train_cpu_minutes":
      return trainingOf(model, own, side, (stages) => {
        const seconds = known(stages.map((stage) => stage.cpuSeconds));
        return seconds === null ? null : sum(seconds) / SECONDS_PER_MINUTE;
      });
    case "train_peak_memory_mb":
      return trainingOf(model, own, side, (stages) => {
        const bytes = known(stages.map((stage) => stage.peakMemoryBytes));
        return bytes === null ? null : Math.max(...bytes) / BYTES_PER_MB;
      });
    default:
      return missing("is not something that the gate knows how to find");
  }
}

function sizeOf(model: MeasuredModel, side: Side): Found<EvidenceNumber> {
  const evaluated = side === "candidate" ? model.candidate : model.baseline;
  if ("absent" in evaluated) return missing(`is not measured: ${whyNoBaseline(model)}`);
  return found({ nature: "exact", value: evaluated.artifact.bytes / BYTES_PER_MB });
}

function latencyOf(performance: Performance, key: "p50Ms" | "p95Ms" | "rowsPerSecond"): Found<EvidenceNumber> {
  const { latency } = performance;
  if (latency === null) return missing("is not measured: no calls were timed");
  const quantile = { p50Ms: 0.5, p95Ms: 0.95, rowsPerSecond: null }[key];
  const needed = quantile === null ? 1 : fewestRuns(quantile);
  if (latency.runs < needed) {
    return missing(`is not measured: it takes ${needed} timed calls, and there are ${latency.runs}`);
  }
  const estimate = checkedEstimate(latency[key], "value");
  return estimate.found ? found({ nature: "sampled", ...estimate.value }) : estimate;
}

/** A sum or maximum over all stages of the pipeline; null from `measure` where a stage has no such number. */
function trainingOf(
  model: MeasuredModel,
  performance: Performance,
  side: Side,
  measure: (stages: Performance["stages"]) => number | null,
): Found<EvidenceNumber> {
  const evaluated = side === "candidate" ? model.candidate : model.baseline;
  if ("absent" in evaluated) return missing(`is not measured: ${whyNoBaseline(model)}`);
  const { stages } = performance;
  if (stages.length === 0) return missing("is not measured: the report has no stage's timing");
  const timed = new Set(stages.map((stage) => stage.name));
  const untimed = evaluated.stages.find((stage) => !timed.has(stage.name));
  if (untimed !== undefined) return missing(`is not measured: the stage “${untimed.name}” has no timing`);
  const value = measure(stages);
  return value === null ? missing("is not measured for every stage") : found({ nature: "single run", value });
}

function differenceOf(
  { performance }: ResourceReport,
  metric: JudgedMetric,
  candidate: EvidenceNumber,
  baseline: EvidenceNumber,
): Found<EvidenceNumber> {
  const value = candidate.value - baseline.value;
  if (candidate.nature !== "sampled" || baseline.nature !== "sampled") return found({ ...candidate, value });
  if (metric.name === "throughput_rows_per_second") {
    return found({ nature: "sampled", ...independentDifference(candidate, baseline) });
  }
  const differences = performance?.differences ?? null;
  if (differences === null) return missing("is not compared: the report has no difference of timings");
  const measured = metric.name === "latency_p50_ms" ? differences.p50Ms : differences.p95Ms;
  const estimate = checkedEstimate(measured, "difference");
  return estimate.found ? found({ nature: "sampled", ...estimate.value }) : estimate;
}

/** Runs are interleaved and slow down together: taking them as independent makes the interval too wide, never too narrow. */
function independentDifference(candidate: Estimate, baseline: Estimate): Estimate {
  const value = candidate.value - baseline.value;
  const [a, b] = [candidate.uncertainty, baseline.uncertainty];
  if (a.kind !== "normal" || b.kind !== "normal" || a.scale !== "identity" || b.scale !== "identity") {
    const reason = "the two rates do not both have a standard error";
    return { value, uncertainty: { kind: "unknown", method: "none", reason } };
  }
  const standardError = Math.hypot(a.standardError, b.standardError);
  return {
    value,
    uncertainty: { kind: "normal", method: "difference of two rates", standardError, scale: "identity" },
  };
}

function known(values: readonly (number | null)[]): readonly number[] | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === values.length ? numbers : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
