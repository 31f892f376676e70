import { normalUpperTail } from "./normal.ts";
import type { Tails } from "./tails.ts";
import type { Estimate } from "./uncertainty.ts";

/** Rows by who got them right: only the candidate, only the baseline; `rows` counts all, both and neither included. */
export type DiscordantPairs = {
  readonly candidateOnly: number;
  readonly baselineOnly: number;
  readonly rows: number;
};

/**
 * Tango's score statistic of H₀: (candidate's proportion − baseline's) = `difference`, in [−1, 1]; standard normal
 * under H₀ and falling in `difference`. The proportion of baseline-only rows is estimated under H₀. Tango 1998, eq.
 * (8).
 * @example tangoScore({ candidateOnly: 1, baselineOnly: 0, rows: 44 }, 0) // 1
 */
export function tangoScore(pairs: DiscordantPairs, difference: number): number {
  const { candidateOnly, baselineOnly, rows } = pairs;
  const gap = candidateOnly - baselineOnly - rows * difference;
  if (gap === 0) return 0;
  // 2n q² + linear · q + constant = 0, solved for the larger root without cancellation.
  const linear = (2 * rows - candidateOnly + baselineOnly) * difference - candidateOnly - baselineOnly;
  const constant = -baselineOnly * difference * (1 - difference);
  const root = Math.sqrt(Math.max(0, linear * linear - 8 * rows * constant));
  const share =
    linear <= 0 ? (root - linear) / (4 * rows) : root + linear === 0 ? 0 : (-2 * constant) / (root + linear);
  const variance = rows * (2 * share + difference * (1 - difference));
  return gap / Math.sqrt(Math.max(0, variance));
}

/** Tango's score interval for the difference of paired proportions, for the normal quantile `z`. */
export function tangoInterval(pairs: DiscordantPairs, z: number): { low: number; high: number } {
  const estimate = (pairs.candidateOnly - pairs.baselineOnly) / pairs.rows;
  return {
    low: crossing(-1, estimate, (difference) => tangoScore(pairs, difference) > z),
    high: crossing(estimate, 1, (difference) => tangoScore(pairs, difference) > -z),
  };
}

/** Both tail probabilities of Tango's score test if the true difference were `bound`. */
export function tangoTails(pairs: DiscordantPairs, bound: number): Tails {
  if (bound < -1) return { upper: 0, lower: 1 };
  if (bound > 1) return { upper: 1, lower: 0 };
  const score = tangoScore(pairs, bound);
  if (score === 0 && Math.abs(bound) === 1) return { upper: 1, lower: 1 };
  return { upper: normalUpperTail(score), lower: normalUpperTail(-score) };
}

/** Where `isLeft` turns from true to false between `low` and `high`, which are at most 2 apart; to 2⁻⁵⁹. */
function crossing(low: number, high: number, isLeft: (x: number) => boolean): number {
  let left = low;
  let right = high;
  for (let i = 0; i < 60; i++) {
    const middle = (left + right) / 2;
    if (isLeft(middle)) left = middle;
    else right = middle;
  }
  return (left + right) / 2;
}

/**
 * The difference of two proportions over the same trials (accuracy; recall among the positive rows), with Tango's
 * interval. `candidate` and `baseline` are [n], 1 where the model succeeds; `trial` is [n], 1 where the row counts,
 * null where all do. Models that succeed on just the same rows may still differ elsewhere: that is not *identical*.
 * Throws a RangeError if no row counts.
 */
export function pairedProportionDifference(
  candidate: Uint8Array,
  baseline: Uint8Array,
  trial: Uint8Array | null,
): Estimate {
  let rows = 0;
  let candidateOnly = 0;
  let baselineOnly = 0;
  for (let row = 0; row < candidate.length; row++) {
    if (trial !== null && trial[row] === 0) continue;
    rows++;
    if (candidate[row] === baseline[row]) continue;
    if (candidate[row] === 1) candidateOnly++;
    else baselineOnly++;
  }
  if (rows === 0) throw new RangeError("no row to compare proportions on");
  return {
    value: (candidateOnly - baselineOnly) / rows,
    uncertainty: { kind: "tango", method: "Tango", candidateOnly, baselineOnly, rows },
  };
}
