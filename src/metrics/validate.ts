import type { Observations } from "./observations.ts";
import { remember } from "./remember.ts";

/** What is wrong with observations, as sentences with the count and the first row (counted from 1); null: nothing. */
export type Inspection = {
  readonly rows: number;
  /** Why no metric has a value: no rows, lengths that differ, NaN or infinity, a code that is no class. */
  readonly defect: string | null;
  /**
   * Why the scores cannot be read as probabilities: outside [0, 1], or rows that do not sum to 1. Rankings do not mind.
   */
  readonly notProbability: string | null;
};

/**
 * How far a row of class probabilities may be from summing to 1. Wide enough for float32 arithmetic and for files rounded
 * to four decimals, far too narrow for logits or independent sigmoids. Rows are never renormalised.
 */
const ROW_SUM_TOLERANCE = 1e-3;

/**
 * Checks observations once; every metric asks before it computes, so that a NaN is never sorted or dropped in silence.
 * O(n).
 */
export const inspect: (observations: Observations) => Inspection = remember((observations) => {
  const rows = rowsOf(observations);
  const defect = rows === 0 ? "there are no rows" : (lengthDefect(observations, rows) ?? valueDefect(observations));
  return { rows, defect, notProbability: defect === null ? probabilityDefect(observations) : null };
});

function rowsOf(observations: Observations): number {
  switch (observations.task) {
    case "binary":
      return observations.positive.length;
    case "multiclass":
      return observations.codes.length;
    case "regression":
      return observations.values.length;
  }
}

function lengthDefect(observations: Observations, rows: number): string | null {
  const { predicted } = observations;
  if (predicted !== null && predicted.length !== rows) {
    return `the target has ${rows} rows and the predictions have ${predicted.length}`;
  }
  if (observations.task === "binary") {
    const { score } = observations;
    return score === null || score.length === rows
      ? null
      : `the target has ${rows} rows and the scores have ${score.length}`;
  }
  if (observations.task === "multiclass") {
    const { probabilities, labels } = observations;
    return probabilities === null || probabilities.length === rows * labels.length
      ? null
      : `${rows} rows of ${labels.length} classes need ${rows * labels.length} probabilities and there are ${probabilities.length}`;
  }
  return null;
}

function valueDefect(observations: Observations): string | null {
  switch (observations.task) {
    case "binary":
      return (
        outside("targets", "neither 0 nor 1", observations.positive, 0, 1) ??
        outside("scores", NOT_FINITE, observations.score, -Number.MAX_VALUE, Number.MAX_VALUE) ??
        outside("decisions", "neither 0 nor 1", observations.predicted, 0, 1)
      );
    case "multiclass": {
      const last = observations.labels.length - 1;
      return (
        outside("targets", `none of the ${last + 1} classes`, observations.codes, 0, last) ??
        outside(
          "probabilities",
          NOT_FINITE,
          observations.probabilities,
          -Number.MAX_VALUE,
          Number.MAX_VALUE,
          last + 1,
        ) ??
        outside("decisions", `none of the ${last + 1} classes`, observations.predicted, 0, last)
      );
    }
    case "regression":
      return (
        outside("targets", NOT_FINITE, observations.values, -Number.MAX_VALUE, Number.MAX_VALUE) ??
        outside("predictions", NOT_FINITE, observations.predicted, -Number.MAX_VALUE, Number.MAX_VALUE)
      );
  }
}

const NOT_FINITE = "NaN or infinite";

function probabilityDefect(observations: Observations): string | null {
  switch (observations.task) {
    case "binary":
      return outside("scores", "outside [0, 1]", observations.score, 0, 1);
    case "multiclass": {
      const { probabilities, labels } = observations;
      if (probabilities === null) return null;
      return (
        outside("probabilities", "outside [0, 1]", probabilities, 0, 1, labels.length) ??
        rowSumDefect(probabilities, labels.length)
      );
    }
    case "regression":
      return null;
  }
}

type Numbers = Uint8Array | Int32Array | Float32Array | Float64Array;

/** `3 of 100 scores are NaN or infinite, first in row 17`; NaN is outside everything. `width` entries make a row. */
function outside(
  things: string,
  problem: string,
  values: Numbers | null,
  low: number,
  high: number,
  width = 1,
): string | null {
  if (values === null || allWithin(values, low, high)) return null;
  let count = 0;
  let first = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value >= low && value <= high) continue;
    if (count === 0) first = at;
    count++;
  }
  const row = Math.floor(first / width) + 1;
  return `${count} of ${values.length} ${things} ${count === 1 ? "is" : "are"} ${problem}, first in row ${row}`;
}

/** One loop for each type of array: the same loop over several types runs several times slower. */
function allWithin(values: Numbers, low: number, high: number): boolean {
  if (values instanceof Uint8Array) return bytesWithin(values, low, high);
  if (values instanceof Int32Array) return integersWithin(values, low, high);
  return values instanceof Float32Array ? singlesWithin(values, low, high) : doublesWithin(values, low, high);
}

function bytesWithin(values: Uint8Array, low: number, high: number): boolean {
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value < low || value > high) return false;
  }
  return true;
}

function integersWithin(values: Int32Array, low: number, high: number): boolean {
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (value < low || value > high) return false;
  }
  return true;
}

function singlesWithin(values: Float32Array, low: number, high: number): boolean {
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (!(value >= low && value <= high)) return false;
  }
  return true;
}

function doublesWithin(values: Float64Array, low: number, high: number): boolean {
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (!(value >= low && value <= high)) return false;
  }
  return true;
}

function rowSumDefect(probabilities: Float32Array | Float64Array, k: number): string | null {
  const rows = probabilities.length / k;
  let count = 0;
  let first = 0;
  let firstSum = 0;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let at = row * k; at < (row + 1) * k; at++) sum += probabilities[at] as number;
    if (Math.abs(sum - 1) <= ROW_SUM_TOLERANCE) continue;
    if (count === 0) [first, firstSum] = [row, sum];
    count++;
  }
  if (count === 0) return null;
  return `the probabilities of ${count} of ${rows} rows do not sum to 1, first in row ${first + 1} (${firstSum.toPrecision(4)})`;
}
