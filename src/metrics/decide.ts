import type { FloatArray } from "./observations.ts";

/**
 * Decisions of a binary model: 1 where the score [n] is at least `threshold`. Float32 scores are compared with the
 * threshold as a float32, so that a score which prints as 0.7 reaches a threshold of 0.7.
 */
export function decideAtThreshold(score: FloatArray, threshold: number): Uint8Array {
  const bound = score instanceof Float32Array ? Math.fround(threshold) : threshold;
  const predicted = new Uint8Array(score.length);
  for (let row = 0; row < predicted.length; row++) predicted[row] = (score[row] as number) >= bound ? 1 : 0;
  return predicted;
}

/**
 * Decisions of a multiclass model: the index of the largest of the `k` probabilities of each row [n, k]; of equals the
 * first.
 */
export function decideByLargest(probabilities: FloatArray, k: number): Int32Array {
  const predicted = new Int32Array(probabilities.length / k);
  for (let row = 0; row < predicted.length; row++) {
    const start = row * k;
    let best = 0;
    let largest = probabilities[start] as number;
    for (let label = 1; label < k; label++) {
      const probability = probabilities[start + label] as number;
      if (probability > largest) [best, largest] = [label, probability];
    }
    predicted[row] = best;
  }
  return predicted;
}

/** Whether every score of a binary model lies in [0, 1], so that a threshold means something. */
export function areProbabilities(score: FloatArray): boolean {
  for (let row = 0; row < score.length; row++) {
    const value = score[row] as number;
    if (!(value >= 0 && value <= 1)) return false;
  }
  return true;
}
