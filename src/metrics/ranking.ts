import type { FloatArray } from "./observations.ts";
import { sortRows } from "./order.ts";
import type { Kernel } from "./prepare.ts";

/**
 * The rows of a two-class problem by ascending score, [n], one word a row so that a resample reads one stream: bit 31 is
 * set for a positive row, bit 30 for the last row of a group of equal scores, the rest is the row's index.
 */
export type Ranking = Int32Array;

const LAST_OF_TIES = 1 << 30;
const ROW = LAST_OF_TIES - 1;
/**
 * What a sum of doubles starts from. Where one starts from the integer 0, V8 may keep it boxed, at several times the
 * cost.
 */
const DOUBLE_ZERO = -0;

/**
 * Ranks rows once for all resamples. `positive` is [n] of 0 and 1, `score` is [n] and finite.
 *
 * @throws RangeError for more than 2^30 − 1 rows.
 */
export function rank(positive: Uint8Array, score: FloatArray): Ranking {
  const n = score.length;
  if (n > ROW) throw new RangeError(`a ranking holds at most ${ROW} rows, not ${n}`);
  const tagged = new Uint32Array(n);
  for (let row = 0; row < n; row++) tagged[row] = row | ((positive[row] as number) << 31);
  const { rows, tiedWithNext } = sortRows(tagged, score);
  const ranking = new Int32Array(rows.buffer);
  for (let at = 0; at < n; at++) if (tiedWithNext[at] === 0) (ranking[at] as number) |= LAST_OF_TIES;
  return ranking;
}

/**
 * Area under the ROC curve of a resample: the share of pairs (positive, negative) that the scores put in the right order,
 * a tie counting one half (Mann & Whitney 1947). `counts` is [n] with a sum below 2^31; null counts every row once. In
 * [0, 1]; NaN without a pair.
 */
export function areaUnderRoc(ranking: Ranking, counts: Uint32Array | null): number {
  let positives = 0;
  let negativesBelow = 0;
  let tied = 0;
  let tiedPositives = 0;
  let pairs = DOUBLE_ZERO;
  for (let at = 0; at < ranking.length; at++) {
    const entry = ranking[at] as number;
    const count = counts === null ? 1 : (counts[entry & ROW] as number) | 0;
    tied = (tied + count) | 0;
    tiedPositives = (tiedPositives + (count & (entry >> 31))) | 0;
    if ((entry & LAST_OF_TIES) !== 0) {
      const tiedNegatives = (tied - tiedPositives) | 0;
      pairs += tiedPositives * (negativesBelow + 0.5 * tiedNegatives);
      negativesBelow = (negativesBelow + tiedNegatives) | 0;
      positives = (positives + tiedPositives) | 0;
      tied = 0;
      tiedPositives = 0;
    }
  }
  return pairs / (positives * negativesBelow);
}

/**
 * Average precision of a resample: the sum over thresholds of precision × gain in recall, a step function, no trapezoid
 * (Manning, Raghavan & Schütze 2008, 8.4). `counts` is [n] with a sum below 2^31; null counts every row once. In [0, 1];
 * NaN without a positive.
 */
export function averagePrecisionOf(ranking: Ranking, counts: Uint32Array | null): number {
  let positives = 0;
  let predicted = 0;
  let gain = 0;
  let sum = DOUBLE_ZERO;
  for (let at = ranking.length - 1; at >= 0; at--) {
    const entry = ranking[at] as number;
    // The group of ties above this row is complete. Before its first counted row `predicted` is 0 and so is the gain.
    if ((entry & LAST_OF_TIES) !== 0) {
      sum += (gain * positives) / Math.max(predicted, 1);
      gain = 0;
    }
    const count = counts === null ? 1 : (counts[entry & ROW] as number) | 0;
    const positive = count & (entry >> 31);
    predicted = (predicted + count) | 0;
    positives = (positives + positive) | 0;
    gain = (gain + positive) | 0;
  }
  return (sum + (gain * positives) / Math.max(predicted, 1)) / positives;
}

/** Kernel that computes `measure` on a ranking. */
export function rankingKernel(
  ranking: Ranking,
  measure: (ranking: Ranking, counts: Uint32Array | null) => number,
  whyUndefined: () => string,
): Kernel {
  return { value: () => measure(ranking, null), resample: (counts) => measure(ranking, counts), whyUndefined };
}
