import type { Metric, MetricOptions } from "../metrics/metric.ts";
import type { Observations, ObservationsOf, Task } from "../metrics/observations.ts";
import { bootstrap } from "../statistics/bootstrap.ts";
import { cellBootstrap } from "../statistics/cell-bootstrap.ts";
import { aucEstimates } from "../statistics/delong.ts";
import { meanEstimates } from "../statistics/paired-t.ts";
import type { Random } from "../statistics/random.ts";
import { type ComparedEstimates, type Estimate, IDENTICAL_DIFFERENCE } from "../statistics/uncertainty.ts";
import { type ProportionRows, pairedShareDifference, shareOf } from "./proportion.ts";

/** One model's rows with the metric prepared on them; its value is defined. */
export type Side<T extends Task> = {
  readonly observations: ObservationsOf<T>;
  readonly value: number;
  readonly resample: (counts: Uint32Array) => number;
};

export type EstimateRequest<T extends Task> = {
  readonly metric: Metric<T>;
  readonly options: MetricOptions;
  readonly rows: number;
  readonly groups: Int32Array | null;
  readonly candidate: Side<T>;
  readonly baseline: Side<T> | null;
  /** Both say the same in what the metric reads. */
  readonly identical: boolean;
  readonly resamples: number;
  readonly random: () => Random;
};

/**
 * The uncertainty of a metric and of its paired difference, by the method that the metric's kind asks for: DeLong for the
 * ROC AUC, Wilson and Tango for proportions, t or BCa for means of losses, else the bootstrap. Rows that belong together
 * are resampled together, whatever the metric.
 */
export function estimate<T extends Task>(request: EstimateRequest<T>): ComparedEstimates {
  const { uncertainty } = request.metric;
  if (request.groups !== null) return byRows(request);
  switch (uncertainty.kind) {
    case "auc":
      return byDeLong(request);
    case "proportion":
      return byScoreIntervals(request, uncertainty.rows);
    case "mean":
      return byLosses(request, uncertainty.losses, uncertainty.root === true);
    case "resampling":
      return uncertainty.fromConfusion === undefined ? byRows(request) : byCells(request, uncertainty.fromConfusion);
  }
}

/** Any metric, from whole rows or whole groups. */
function byRows<T extends Task>(request: EstimateRequest<T>): ComparedEstimates {
  const { rows, groups, candidate, baseline, identical, resamples, random } = request;
  return bootstrap({ rows, groups, candidate, baseline, identical, resamples, random: random() });
}

function byDeLong<T extends Task>(request: EstimateRequest<T>): ComparedEstimates {
  const { candidate, baseline } = request;
  const first: Observations = candidate.observations;
  const second: Observations | null = baseline?.observations ?? null;
  if (first.task !== "binary" || first.score === null)
    throw new RangeError("DeLong needs the scores of a binary model");
  const score = second?.task === "binary" ? second.score : null;
  const estimates = aucEstimates(first.positive, first.score, score);
  if (estimates === null) throw new RangeError("DeLong needs rows of both classes");
  return estimates;
}

/** Shares of successes: each with Wilson's interval, the difference with Tango's where the two share their trials. */
function byScoreIntervals<T extends Task>(
  request: EstimateRequest<T>,
  rowsOf: (observations: ObservationsOf<T>, options: MetricOptions) => ProportionRows,
): ComparedEstimates {
  const { candidate, baseline, options, identical } = request;
  const first = rowsOf(candidate.observations, options);
  const share = shareOf(first);
  if (baseline === null) return { candidate: share, baseline: null, difference: null };
  if (identical) return { candidate: share, baseline: share, difference: IDENTICAL_DIFFERENCE };
  const second = rowsOf(baseline.observations, options);
  const difference = pairedShareDifference(first, second) ?? resampledDifference(request);
  return { candidate: share, baseline: shareOf(second), difference };
}

/** Precision: what counts as a trial is each model's own. */
function resampledDifference<T extends Task>(request: EstimateRequest<T>): Estimate | null {
  const { uncertainty } = request.metric;
  const metric = uncertainty.kind === "proportion" ? uncertainty.fromConfusion : undefined;
  return (metric === undefined ? byRows(request) : byCells(request, metric)).difference;
}

/** Means of a loss per row, or the root of one. */
function byLosses<T extends Task>(
  request: EstimateRequest<T>,
  lossesOf: (observations: ObservationsOf<T>, options: MetricOptions) => Float64Array,
  root: boolean,
): ComparedEstimates {
  const { candidate, baseline, options, identical } = request;
  return meanEstimates({
    candidate: lossesOf(candidate.observations, options),
    baseline: baseline && lossesOf(baseline.observations, options),
    root,
    identical,
  });
}

/** Metrics of the confusion matrix, at a cost that does not grow with the rows. */
function byCells<T extends Task>(
  request: EstimateRequest<T>,
  metric: (counts: Float64Array, k: number) => number,
): ComparedEstimates {
  const { candidate, baseline, identical, resamples, random } = request;
  const { truth, predicted, k } = decisionsOf(candidate.observations);
  return cellBootstrap({
    truth,
    candidate: predicted,
    baseline: baseline && decisionsOf(baseline.observations).predicted,
    k,
    metric,
    identical,
    resamples,
    random: random(),
  });
}

function decisionsOf(observations: Observations): {
  readonly truth: Uint8Array | Int32Array;
  readonly predicted: Uint8Array | Int32Array;
  readonly k: number;
} {
  if (observations.task === "binary" && observations.predicted !== null) {
    return { truth: observations.positive, predicted: observations.predicted, k: 2 };
  }
  if (observations.task === "multiclass" && observations.predicted !== null) {
    return { truth: observations.codes, predicted: observations.predicted, k: observations.labels.length };
  }
  throw new RangeError("a confusion matrix needs decisions");
}
