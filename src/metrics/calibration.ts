import type { FloatArray } from "./observations.ts";

/**
 * Expected calibration error of resamples (Naeini, Cooper & Hauskrecht 2015): the rows are put into `bins` equal-width bins
 * (lower, upper] of [0, 1] by their confidence, 0 going to the first; the error is the mean over rows of their bin's
 * |observed rate − mean confidence|. `confidence` is [n] in [0, 1], `outcome` is [n] of 0 and 1. In [0, 1].
 */
export function calibrationErrorOf(
  confidence: FloatArray,
  outcome: Uint8Array,
  bins: number,
): (counts: Uint32Array) => number {
  const n = confidence.length;
  const binOf = new Uint16Array(n);
  const excess = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const value = confidence[row] as number;
    binOf[row] = binIndex(value, bins);
    excess[row] = value - (outcome[row] as number);
  }
  const excessOfBin = new Float64Array(bins);
  return (counts) => {
    excessOfBin.fill(0);
    let total = 0;
    for (let row = 0; row < n; row++) {
      const count = counts[row] as number;
      total += count;
      (excessOfBin[binOf[row] as number] as number) += count * (excess[row] as number);
    }
    let sum = 0;
    for (const gap of excessOfBin) sum += Math.abs(gap);
    return sum / total;
  };
}

/** The bin i of a confidence: i / bins < confidence ≤ (i + 1) / bins. */
function binIndex(confidence: number, bins: number): number {
  const guess = Math.max(0, Math.ceil(confidence * bins) - 1);
  // The product may round to the other side of the edge that the quotient stands for.
  if (guess > 0 && confidence <= guess / bins) return guess - 1;
  if (guess + 1 < bins && confidence > (guess + 1) / bins) return guess + 1;
  return guess;
}
