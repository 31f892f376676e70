import { pairedProportionDifference } from "../statistics/tango.ts";
import type { Estimate } from "../statistics/uncertainty.ts";
import { proportionEstimate } from "../statistics/wilson.ts";

/** Rows that count and rows that succeed, both [n] of 0 and 1. */
export type ProportionRows = { readonly trial: Uint8Array; readonly success: Uint8Array };

/** A share of successes with Wilson's interval. Throws a RangeError if no row counts. */
export function shareOf({ trial, success }: ProportionRows): Estimate {
  let trials = 0;
  let successes = 0;
  for (let row = 0; row < trial.length; row++) {
    trials += trial[row] as number;
    successes += (trial[row] as number) & (success[row] as number);
  }
  return proportionEstimate(successes, trials);
}

/**
 * Candidate minus baseline with Tango's interval, or null where the two do not count the same rows: precision's trials are
 * what a model predicted positive, and then the shares are not paired.
 */
export function pairedShareDifference(candidate: ProportionRows, baseline: ProportionRows): Estimate | null {
  for (let row = 0; row < candidate.trial.length; row++) {
    if (candidate.trial[row] !== baseline.trial[row]) return null;
  }
  return pairedProportionDifference(candidate.success, baseline.success, candidate.trial);
}
