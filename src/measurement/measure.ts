import type { AnyMetric, MetricOptions } from "../metrics/metric.ts";
import type { Predictions, Target, Task } from "../metrics/observations.ts";
import { findMetric } from "../metrics/registry.ts";
import type { SliceRows } from "../ports.ts";
import type { Measurement, MetricDescriptor, SliceDescriptor } from "../report/schema.ts";
import { createRandom } from "../statistics/random.ts";
import { resamplesFor } from "../statistics/resamples-for.ts";
import { type MeasureSettings, measureMetric } from "./measure-metric.ts";
import { naiveModel } from "./naive.ts";
import { cutRows, type Scope, scopeOf } from "./scope.ts";
import { memberRows } from "./subset.ts";

export type MeasureRequest = {
  readonly target: Target;
  readonly candidate: Predictions;
  /** On the same rows, in the same order; null where there is nothing to compare with. */
  readonly baseline: Predictions | null;
  /** `codes` is [n], of 0 to count − 1: rows of one group are resampled together. Null: each row stands for itself. */
  readonly groups: { readonly codes: Int32Array; readonly count: number } | null;
  readonly slices: readonly SliceRows[];
  /** Names of metrics of the target's task. */
  readonly metrics: readonly string[];
  readonly options: MetricOptions;
  /** Smaller slices are measured, but no tests are made ready for: they are not judged. */
  readonly minRows: number;
  /** Seeds all resampling: the digest of the data, so that the same data give the same report. */
  readonly seed: string;
  /** How many comparisons will be judged together: the more, the more resamples. */
  readonly tests: number;
};

export type MeasureResult = {
  readonly metrics: MetricDescriptor[];
  readonly slices: SliceDescriptor[];
  readonly measurements: Measurement[];
};

/** The level at which comparisons are judged, which the resamples must be able to reach. */
const TEST_LEVEL = 0.05;

/**
 * Measures every metric on all rows and on every slice: the candidate, the baseline, their paired difference and the naive
 * model, each with its uncertainty or with the reason why it has no value. All rows come first, then slice by slice.
 *
 * @throws RangeError for a metric that the task does not have, and for predictions of another task.
 */
export function measure(request: MeasureRequest): MeasureResult {
  const steps = measureSteps(request);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As `measure`, with a pause after each metric of each slice, so that who drives it can see to other things or stop. */
export function* measureSteps(request: MeasureRequest): Generator<undefined, MeasureResult> {
  const { target, candidate, baseline, options, slices, minRows, seed } = request;
  const metrics = request.metrics.map((name) => metricOf(target.task, name));
  const naive = naiveModel(target, options.quantile);
  const whole = { target, candidate, baseline, groups: request.groups?.codes ?? null };
  const settings = (tests: number): MeasureSettings => ({
    options,
    resamples: resamplesFor(TEST_LEVEL, Math.max(1, tests)),
    random: (metric, slice) => createRandom(JSON.stringify([seed, metric, slice])),
  });
  const measurements: Measurement[] = [];
  function* measureAll(scope: Scope, tests: number): Generator<undefined, void> {
    for (const metric of metrics) {
      measurements.push(measureMetric(metric, scope, settings(tests)));
      yield;
    }
  }

  yield* measureAll(scopeOf(null, whole, naive), 1);
  for (const slice of slices) {
    const scope = scopeOf(slice.name, cutRows(whole, memberRows(slice.member)), naive);
    yield* measureAll(scope, slice.rows < minRows ? 1 : request.tests);
  }
  return {
    metrics: metrics.map(describeMetric),
    slices: slices.map(({ name, declared, rows }) => ({ name, declared, rows })),
    measurements,
  };
}

function metricOf(task: Task, name: string): AnyMetric {
  const metric = findMetric(task, name);
  if (metric === null) throw new RangeError(`there is no ${task} metric called ${name}`);
  return metric;
}

/** What the report says of a metric: an infinite bound is none. */
function describeMetric({ name, label, better, range: [low, high], definition }: AnyMetric): MetricDescriptor {
  const finite = (bound: number) => (Number.isFinite(bound) ? bound : null);
  return { name, label, better, range: [finite(low), finite(high)], unit: null, definition };
}
