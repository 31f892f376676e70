import type { Metric } from "../metric.ts";
import { givenDecisions } from "./given.ts";

/** A metric as a function of the four cells of the confusion matrix, whose sum is positive. */
export type CellFormula = {
  /** NaN where undefined, as 0 / 0 is. */
  readonly compute: (tn: number, fp: number, fn: number, tp: number) => number;
  /** Why these cells leave it undefined. */
  readonly whyUndefined: (tn: number, fp: number, fn: number, tp: number) => string;
  /** What a reader must know about the value; null: nothing. */
  readonly note?: (tn: number, fp: number, fn: number, tp: number) => string | null;
};

export type CellMetric = {
  readonly prepare: Metric<"binary">["prepare"];
  readonly fromConfusion: (counts: Float64Array, k: number) => number;
};

/** `prepare` and `fromConfusion` of a formula. Every resample counts the cells in one pass. */
export function cellMetric(formula: CellFormula): CellMetric {
  const prepare: CellMetric["prepare"] = (observations) =>
    givenDecisions(observations, (predicted) => {
      const { positive } = observations;
      const cells = countCells(positive, predicted);
      const { note } = formula;
      return {
        value: () => computeNonEmpty(formula, ...cells),
        resample: (counts) => resampleCells(positive, predicted, counts, formula),
        whyUndefined: () => formula.whyUndefined(...cells),
        ...(note === undefined ? {} : { note: () => note(...cells) }),
      };
    });
  const fromConfusion: CellMetric["fromConfusion"] = (counts) =>
    computeNonEmpty(formula, counts[0] as number, counts[1] as number, counts[2] as number, counts[3] as number);
  return { prepare, fromConfusion };
}

function resampleCells(positive: Uint8Array, predicted: Uint8Array, counts: Uint32Array, formula: CellFormula): number {
  let total = 0;
  let positives = 0;
  let predictedPositives = 0;
  let tp = 0;
  for (let row = 0; row < positive.length; row++) {
    const count = counts[row] as number;
    const ofPositive = count & -(positive[row] as number);
    const isPredicted = -(predicted[row] as number);
    total += count;
    positives += ofPositive;
    predictedPositives += count & isPredicted;
    tp += ofPositive & isPredicted;
  }
  const fp = predictedPositives - tp;
  return computeNonEmpty(formula, total - positives - fp, fp, positives - tp, tp);
}

type Cells = readonly [tn: number, fp: number, fn: number, tp: number];

function countCells(positive: Uint8Array, predicted: Uint8Array): Cells {
  let positives = 0;
  let predictedPositives = 0;
  let tp = 0;
  for (let row = 0; row < positive.length; row++) {
    positives += positive[row] as number;
    predictedPositives += predicted[row] as number;
    tp += (positive[row] as number) & (predicted[row] as number);
  }
  const fp = predictedPositives - tp;
  return [positive.length - positives - fp, fp, positives - tp, tp];
}

function computeNonEmpty(formula: CellFormula, tn: number, fp: number, fn: number, tp: number): number {
  return tn + fp + fn + tp === 0 ? Number.NaN : formula.compute(tn, fp, fn, tp);
}

/** Why a metric that needs rows of both classes has no value; `positive` is [n]. */
export function oneClassReason(positive: Uint8Array): string {
  return positive.includes(1) ? NO_NEGATIVES : NO_POSITIVES;
}

export const NO_POSITIVES = "no row is of the positive class";
export const NO_NEGATIVES = "no row is of the negative class";
