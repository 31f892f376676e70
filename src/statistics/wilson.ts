import { normalUpperTail } from "./normal.ts";
import type { Tails } from "./tails.ts";
import type { Estimate } from "./uncertainty.ts";

/** A proportion with Wilson's score interval; `trials` ≥ 1 and 0 ≤ `successes` ≤ `trials`, else a RangeError. */
export function proportionEstimate(successes: number, trials: number): Estimate {
  if (!(trials >= 1) || !(successes >= 0) || successes > trials) {
    throw new RangeError(`no proportion of ${successes} successes in ${trials} trials`);
  }
  return { value: successes / trials, uncertainty: { kind: "wilson", method: "Wilson", successes, trials } };
}

/**
 * Wilson's score interval of a proportion, for the normal quantile `z` (1.96 for 95%). Wilson 1927.
 * @example wilsonInterval(81, 263, 1.959963984540054) // { low: 0.25527…, high: 0.36621… }
 */
export function wilsonInterval(successes: number, trials: number, z: number): { low: number; high: number } {
  const failures = trials - successes;
  const square = z * z;
  const centre = (successes + square / 2) / (trials + square);
  const half = (z * Math.sqrt((successes * failures) / trials + square / 4)) / (trials + square);
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: failures === 0 ? 1 : Math.min(1, centre + half),
  };
}

/** The score test that Wilson's interval inverts: both tail probabilities if the truth were `bound`. */
export function wilsonTails(successes: number, trials: number, bound: number): Tails {
  if (bound < 0) return { upper: 0, lower: 1 };
  if (bound > 1) return { upper: 1, lower: 0 };
  const gap = successes / trials - bound;
  const deviation = Math.sqrt((bound * (1 - bound)) / trials);
  if (gap === 0 && deviation === 0) return { upper: 1, lower: 1 };
  const z = gap / deviation;
  return { upper: normalUpperTail(z), lower: normalUpperTail(-z) };
}
