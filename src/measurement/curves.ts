import type { MetricOptions } from "../metrics/metric.ts";
import type { FloatArray, Observations, ObservationsOf } from "../metrics/observations.ts";
import { inspect } from "../metrics/validate.ts";
import type { Curves } from "../report/schema.ts";
import { calibrationBins } from "./calibration-bins.ts";
import { thresholdCurves } from "./threshold-curves.ts";

type Point = [number, number];
type Residuals = NonNullable<Curves["residuals"]>;

/** More classes than this make a table that nobody reads, and a report that nobody wants to load. */
const MOST_CONFUSION_CLASSES = 50;
const HISTOGRAM_BINS = 30;
const MOST_RESIDUAL_POINTS = 500;

/**
 * What a model's plots are drawn from. What cannot be drawn is left out: curves of a single class, calibration of scores
 * that are no probabilities, anything of observations that are not valid. `classNames` are the negative and the positive class's.
 */
export function curvesOf(
  observations: Observations,
  options: Pick<MetricOptions, "calibrationBins">,
  classNames: readonly string[] = ["negative", "positive"],
): Curves {
  if (inspect(observations).defect !== null) return {};
  switch (observations.task) {
    case "binary":
      return binaryCurves(observations, options.calibrationBins, classNames);
    case "multiclass":
      return multiclassCurves(observations, options.calibrationBins);
    case "regression":
      return { residuals: residualsOf(observations) };
  }
}

function binaryCurves(observations: ObservationsOf<"binary">, bins: number, classNames: readonly string[]): Curves {
  const { positive, score, predicted } = observations;
  const curves: Curves = {};
  if (score !== null) {
    Object.assign(curves, thresholdCurves(positive, score));
    if (inspect(observations).notProbability === null) curves.calibration = calibrationBins(score, positive, bins);
  }
  if (predicted !== null) curves.confusion = confusionOf(positive, predicted, classNames);
  return curves;
}

function multiclassCurves(observations: ObservationsOf<"multiclass">, bins: number): Curves {
  const { codes, labels, probabilities, predicted } = observations;
  const curves: Curves = {};
  if (probabilities !== null && inspect(observations).notProbability === null) {
    const { confidence, isRight } = mostProbable(codes, probabilities, labels.length);
    curves.calibration = calibrationBins(confidence, isRight, bins);
  }
  if (predicted !== null && labels.length <= MOST_CONFUSION_CLASSES) {
    curves.confusion = confusionOf(codes, predicted, labels);
  }
  return curves;
}

/** The largest probability of each row, and whether its class is the true one. */
function mostProbable(
  codes: Int32Array,
  probabilities: FloatArray,
  k: number,
): { readonly confidence: Float64Array; readonly isRight: Uint8Array } {
  const confidence = new Float64Array(codes.length);
  const isRight = new Uint8Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    let best = 0;
    for (let label = 1; label < k; label++) {
      if ((probabilities[row * k + label] as number) > (probabilities[row * k + best] as number)) best = label;
    }
    confidence[row] = probabilities[row * k + best] as number;
    isRight[row] = codes[row] === best ? 1 : 0;
  }
  return { confidence, isRight };
}

function confusionOf(
  truth: Uint8Array | Int32Array,
  predicted: Uint8Array | Int32Array,
  labels: readonly string[],
): NonNullable<Curves["confusion"]> {
  const counts = labels.map(() => new Array<number>(labels.length).fill(0));
  for (let row = 0; row < truth.length; row++) {
    const ofTruth = counts[truth[row] as number] as number[];
    const at = predicted[row] as number;
    ofTruth[at] = (ofTruth[at] as number) + 1;
  }
  return { labels: [...labels], counts };
}

function residualsOf({ values, predicted }: ObservationsOf<"regression">): Residuals {
  const residuals = values.map((value, row) => value - (predicted[row] as number));
  const count = Math.min(MOST_RESIDUAL_POINTS, residuals.length);
  const points = Array.from({ length: count }, (_, at): Point => {
    const row = Math.floor((at * residuals.length) / count);
    return [predicted[row] as number, residuals[row] as number];
  });
  return { histogram: histogramOf(residuals), points };
}

/** Equal-width bins from the least to the greatest value, the greatest belonging to the last; one bin if all are equal. */
function histogramOf(values: Float64Array): Residuals["histogram"] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const width = (high - low) / HISTOGRAM_BINS;
  if (!(width > 0) || !Number.isFinite(width)) return [{ low, high, rows: values.length }];
  const rows = new Array<number>(HISTOGRAM_BINS).fill(0);
  for (const value of values) {
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor((value - low) / width));
    rows[bin] = (rows[bin] as number) + 1;
  }
  return rows.map((count, bin) => ({
    low: low + bin * width,
    high: bin === HISTOGRAM_BINS - 1 ? high : low + (bin + 1) * width,
    rows: count,
  }));
}
