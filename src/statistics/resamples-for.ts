/** Quantiles of 2.5% are known to about a tenth of their tail with so many. */
const BASE_RESAMPLES = 2000;

/**
 * Beyond this p-values stay above what the tests ask for, and what they leave open is undecided: never wrongly proven.
 */
const MOST_RESAMPLES = 20_000;

/**
 * How many resamples `tests` tests at level `alpha` need: the smallest B ≥ 2,000 with 1/(B + 1) ≤ α/(2 · tests), so
 * that the strictest of them can be passed at all, and at most 20,000.
 * @example resamplesFor(0.05, 10) // 2000
 * @example resamplesFor(0.05, 200) // 7999
 */
export function resamplesFor(alpha: number, tests: number): number {
  if (!(alpha > 0 && alpha < 1) || !(tests >= 1)) throw new RangeError(`no resamples for ${tests} tests at ${alpha}`);
  // Rounding in 2 · tests / α must not ask for one more.
  const needed = Math.ceil((2 * tests) / alpha - 1 - 1e-9);
  return Math.min(MOST_RESAMPLES, Math.max(BASE_RESAMPLES, needed));
}
