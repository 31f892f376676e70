import type { AnyMetric, Metric, MetricOptions } from "../metrics/metric.ts";
import type { Observations, ObservationsOf, Task } from "../metrics/observations.ts";
import type { Measured, Measurement } from "../report/schema.ts";
import type { Random } from "../statistics/random.ts";
import { type Estimate, type Uncertainty, unknownUncertainty } from "../statistics/uncertainty.ts";
import { estimate, type Side } from "./estimate.ts";
import { observationsOfTask } from "./observe.ts";
import { reported } from "./report-estimate.ts";
import type { Scope } from "./scope.ts";

/** How a metric is to be measured, besides on which rows. */
export type MeasureSettings = {
  readonly options: MetricOptions;
  readonly resamples: number;
  /** A generator of its own for each metric and slice, made only where something is resampled. */
  readonly random: (metric: string, slice: string | null) => Random;
};

const YARDSTICK = unknownUncertainty("the naive model is a yardstick and is not judged");

/** Measures one metric of both models, of their difference, and of the naive model, on one set of rows. */
export function measureMetric(metric: AnyMetric, scope: Scope, settings: MeasureSettings): Measurement {
  switch (metric.task) {
    case "binary":
      return measureOf(metric, scope, settings);
    case "multiclass":
      return measureOf(metric, scope, settings);
    case "regression":
      return measureOf(metric, scope, settings);
  }
}

type Prepared<T extends Task> =
  | { readonly defined: true; readonly side: Side<T>; readonly note: string | undefined }
  | { readonly defined: false; readonly reason: string };

function measureOf<T extends Task>(metric: Metric<T>, scope: Scope, settings: MeasureSettings): Measurement {
  const { options } = settings;
  const candidate = prepare(metric, scope.candidate, options);
  const baseline = scope.baseline && prepare(metric, scope.baseline, options);
  return {
    metric: metric.name,
    slice: scope.slice,
    rows: scope.rows,
    ...compare(metric, scope, settings, candidate, baseline),
    naive: measureNaive(metric, scope, options),
  };
}

function prepare<T extends Task>(metric: Metric<T>, observations: Observations, options: MetricOptions): Prepared<T> {
  const own: ObservationsOf<T> = observationsOfTask(observations, metric.task);
  const { value, resample } = metric.prepare(own, options);
  if (!value.defined) return value;
  return { defined: true, side: { observations: own, value: value.value, resample }, note: value.note };
}

function compare<T extends Task>(
  metric: Metric<T>,
  scope: Scope,
  settings: MeasureSettings,
  candidate: Prepared<T>,
  baseline: Prepared<T> | null,
): Pick<Measurement, "candidate" | "baseline" | "difference"> {
  const first = candidate.defined ? candidate.side : null;
  const second = baseline?.defined === true ? baseline.side : null;
  const estimates = estimateSides(metric, scope, settings, first, second);
  return {
    candidate: toMeasured(candidate, estimates.candidate),
    baseline: baseline && toMeasured(baseline, estimates.baseline),
    difference: baseline && measuredDifference(candidate, baseline, estimates.difference),
  };
}

type EstimatedSides = {
  readonly candidate: Estimate | null;
  readonly baseline: Estimate | null;
  readonly difference: Estimate | null;
};

/** Estimates whichever sides have a value, together where both do. */
function estimateSides<T extends Task>(
  metric: Metric<T>,
  scope: Scope,
  settings: MeasureSettings,
  candidate: Side<T> | null,
  baseline: Side<T> | null,
): EstimatedSides {
  const run = (first: Side<T>, second: Side<T> | null) =>
    estimate({
      metric,
      options: settings.options,
      rows: scope.rows,
      groups: scope.groups,
      candidate: first,
      baseline: second,
      identical: second !== null && first.value === second.value && scope.isIdentical(metric.needs),
      resamples: settings.resamples,
      random: () => settings.random(metric.name, scope.slice),
    });
  if (candidate !== null) return run(candidate, baseline);
  if (baseline === null) return { candidate: null, baseline: null, difference: null };
  return { candidate: null, baseline: run(baseline, null).candidate, difference: null };
}

/** The metric's own value, to the last bit, with the uncertainty that was found for it. */
function toMeasured<T extends Task>(prepared: Prepared<T>, found: Estimate | null): Measured {
  if (!prepared.defined) return { measured: false, reason: prepared.reason };
  return reported({ value: prepared.side.value, uncertainty: uncertaintyOf(found) }, prepared.note);
}

function measuredDifference<T extends Task>(
  candidate: Prepared<T>,
  baseline: Prepared<T>,
  found: Estimate | null,
): Measured {
  if (!candidate.defined) return { measured: false, reason: `the candidate has no value: ${candidate.reason}` };
  if (!baseline.defined) return { measured: false, reason: `the baseline has no value: ${baseline.reason}` };
  return reported({ value: candidate.side.value - baseline.side.value, uncertainty: uncertaintyOf(found) });
}

function uncertaintyOf(found: Estimate | null): Uncertainty {
  if (found === null) throw new RangeError("a value was measured without its uncertainty");
  return found.uncertainty;
}

function measureNaive<T extends Task>(metric: Metric<T>, scope: Scope, options: MetricOptions): Measured | null {
  if (scope.naive === null) return null;
  const naive = prepare(metric, scope.naive(metric.name), options);
  return toMeasured(naive, naive.defined ? { value: naive.side.value, uncertainty: YARDSTICK } : null);
}
