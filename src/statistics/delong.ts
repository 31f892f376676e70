import type { FloatArray } from "../metrics/observations.ts";
import { argsort } from "../metrics/order.ts";
import { arePredictionsIdentical } from "./identical.ts";
import { comparedEstimates, type SideUncertainties } from "./side-uncertainties.ts";
import { type ComparedEstimates, type Uncertainty, unknownUncertainty } from "./uncertainty.ts";

/** A standard error below this is rounding: placements are whole numbers, and an AUC is of the order of 1. */
const ROUNDING = 1e-12;

/**
 * With fewer rows than this in the smaller class DeLong's variance is itself too uncertain for a single area: 5 to 40
 * positives of an AUC above 0.9 gave 70–94% simulated coverage of 95% intervals; the larger of it and Hanley & McNeil's
 * gave 95–99%. The paired difference does not need it: 5% tests rejected 0.1–5.8%.
 */
const FEW_ROWS = 200;

/** AUCs of several models on the same rows, and how they vary together. */
export type DeLong = {
  /** [models] */
  readonly aucs: readonly number[];
  /** [models][models]; NaN with fewer than 2 positive or negative rows. */
  readonly covariance: readonly (readonly number[])[];
};

/** Where each row's score stands among those of the other class. */
type Placements = {
  /**
   * [n], whole numbers: of a positive row twice the negatives with a lower score plus those with an equal one, of a
   * negative row the same of positives with a higher score.
   */
  readonly twice: Float64Array;
  /** Of the positive rows, and as much again of the negative rows: 2 · positives · negatives · AUC. */
  readonly sum: number;
};

type Classes = { readonly positive: Uint8Array; readonly positives: number; readonly negatives: number };

/**
 * Areas under the ROC curves of models on the same rows with their covariance (DeLong, DeLong & Clarke-Pearson 1988),
 * in O(n log n) by one sort a model (Sun & Xu 2014). `positive` is [n] of 0 and 1, each of `scores` [n] and finite; a
 * tie counts one half. Null where a class has no row: the area is then undefined.
 */
export function delong(positive: Uint8Array, scores: readonly FloatArray[]): DeLong | null {
  const classes = countClasses(positive);
  if (classes === null) return null;
  const placements = scores.map((score) => placementsOf(classes, score));
  return {
    aucs: placements.map((placement) => aucOf(classes, placement)),
    covariance: placements.map((a) => placements.map((b) => covarianceOf(classes, a, b))),
  };
}

/**
 * ROC AUC of one or two models with DeLong's standard errors: on the logit scale for each (see `FEW_ROWS` for small
 * classes), and for their difference from the differences of placements. Unknown where nothing varies (a perfect
 * ranking, say), which is not certainty, and with a single positive or negative row. Equal scores throughout are
 * *identical*.
 * Null where a class has no row.
 */
export function aucEstimates(
  positive: Uint8Array,
  candidate: FloatArray,
  baseline: FloatArray | null,
): ComparedEstimates | null {
  const classes = countClasses(positive);
  if (classes === null) return null;
  const identical = baseline !== null && arePredictionsIdentical(candidate, baseline);
  const first = placementsOf(classes, candidate);
  const second = baseline === null || identical ? null : placementsOf(classes, baseline);
  const values = {
    candidate: aucOf(classes, first),
    baseline: baseline === null ? null : aucOf(classes, second ?? first),
    identical,
  };
  return comparedEstimates(values, uncertaintiesOf(classes, first, second));
}

function uncertaintiesOf(classes: Classes, first: Placements, second: Placements | null): SideUncertainties {
  const sides = second === null ? [first] : [first, second];
  return {
    sides: sides.map((side) => singleUncertainty(classes, side)),
    difference: second && differenceUncertainty(classes, first, second),
  };
}

function differenceUncertainty(classes: Classes, first: Placements, second: Placements): Uncertainty {
  const twice = new Float64Array(first.twice.length);
  for (let row = 0; row < twice.length; row++) {
    twice[row] = (first.twice[row] as number) - (second.twice[row] as number);
  }
  const difference = { twice, sum: first.sum - second.sum };
  return normal("DeLong", covarianceOf(classes, difference, difference), "identity");
}

function singleUncertainty(classes: Classes, placements: Placements): Uncertainty {
  const variance = covarianceOf(classes, placements, placements);
  const parametric = hanleyMcNeilVariance(classes, aucOf(classes, placements));
  const isFew = Math.min(classes.positives, classes.negatives) < FEW_ROWS;
  return isFew && variance > ROUNDING * ROUNDING && parametric > variance
    ? normal("Hanley–McNeil", parametric, "logit")
    : normal("DeLong", variance, "logit");
}

/**
 * Variance of an area if scores were exponential in both classes (Hanley & McNeil 1982): rough, but as steady as the
 * area.
 */
function hanleyMcNeilVariance({ positives, negatives }: Classes, auc: number): number {
  const square = auc * auc;
  const sameNegative = (positives - 1) * (auc / (2 - auc) - square);
  const samePositive = (negatives - 1) * ((2 * square) / (1 + auc) - square);
  return (auc * (1 - auc) + sameNegative + samePositive) / (positives * negatives);
}

function aucOf({ positives, negatives }: Classes, { sum }: Placements): number {
  return sum / (2 * positives * negatives);
}

function normal(method: string, variance: number, scale: "identity" | "logit"): Uncertainty {
  if (Number.isNaN(variance)) return unknownUncertainty("a class has only one row");
  const standardError = Math.sqrt(variance);
  if (standardError < ROUNDING) return unknownUncertainty("the ranking shows no variation, which is not certainty");
  return { kind: "normal", method, standardError, scale };
}

function countClasses(positive: Uint8Array): Classes | null {
  let positives = 0;
  for (let row = 0; row < positive.length; row++) positives += positive[row] as number;
  const negatives = positive.length - positives;
  return positives === 0 || negatives === 0 ? null : { positive, positives, negatives };
}

function placementsOf({ positive, positives }: Classes, score: FloatArray): Placements {
  const order = argsort(score);
  // Gathered first, so that the walk below reads in order.
  const sorted = score.slice();
  const isPositive = new Uint8Array(order.length);
  for (let at = 0; at < order.length; at++) {
    const row = order[at] as number;
    sorted[at] = score[row] as number;
    isPositive[at] = positive[row] as number;
  }
  const twice = new Float64Array(order.length);
  let positivesBelow = 0;
  let negativesBelow = 0;
  let sum = -0; // a double from the start: V8 would box an integer that turns into one
  for (let start = 0; start < order.length; ) {
    let tiedPositives = isPositive[start] as number;
    let end = start + 1;
    for (; end < order.length && sorted[end] === sorted[start]; end++) tiedPositives += isPositive[end] as number;
    const tiedNegatives = end - start - tiedPositives;
    const ofPositive = 2 * negativesBelow + tiedNegatives;
    const ofNegative = 2 * (positives - positivesBelow) - tiedPositives;
    for (let at = start; at < end; at++) {
      twice[order[at] as number] = isPositive[at] === 1 ? ofPositive : ofNegative;
    }
    sum += tiedPositives * ofPositive;
    positivesBelow += tiedPositives;
    negativesBelow += tiedNegatives;
    start = end;
  }
  return { twice, sum };
}

/** Covariance of two areas: of the placements within each class, over the number of the class's rows. */
function covarianceOf({ positive, positives, negatives }: Classes, a: Placements, b: Placements): number {
  const positiveMeanA = a.sum / positives;
  const positiveMeanB = b.sum / positives;
  const negativeMeanA = a.sum / negatives;
  const negativeMeanB = b.sum / negatives;
  let ofPositives = 0;
  let ofNegatives = 0;
  for (let row = 0; row < positive.length; row++) {
    const inA = a.twice[row] as number;
    const inB = b.twice[row] as number;
    if (positive[row] === 1) ofPositives += (inA - positiveMeanA) * (inB - positiveMeanB);
    else ofNegatives += (inA - negativeMeanA) * (inB - negativeMeanB);
  }
  return (
    ofPositives / (positives - 1) / positives / (4 * negatives * negatives) +
    ofNegatives / (negatives - 1) / negatives / (4 * positives * positives)
  );
}
