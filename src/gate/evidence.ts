import type { Estimate } from "../statistics/uncertainty.ts";

/** What the gate must know of a metric, from the registry and the policy, never from the report. */
export type JudgedMetric = {
  readonly name: string;
  readonly label: string;
  readonly unit: string | null;
  readonly better: "higher" | "lower";
  /** Closed bounds of the value; infinities where there are none. */
  readonly range: readonly [number, number];
};

/**
 * A number to judge by:
 * - `sampled`: an estimate from some of all possible rows or calls; it has an interval, or a reason why not
 * - `exact`: counted, such as the bytes of a file
 * - `single run`: what one training run took; the next one will take something else, and nobody knows how much
 */
export type EvidenceNumber =
  | ({ readonly nature: "sampled" } & Estimate)
  | { readonly nature: "exact"; readonly value: number }
  | { readonly nature: "single run"; readonly value: number };

/** Candidate and baseline on the same rows, and candidate minus baseline. */
export type ComparisonNumbers = {
  readonly candidate: number;
  readonly baseline: number;
  readonly difference: EvidenceNumber;
};

/** Evidence, or why there is none. A reason is the end of a sentence that begins with the metric's name. */
export type Found<T> = { readonly found: true; readonly value: T } | { readonly found: false; readonly reason: string };

export function found<T>(value: T): Found<T> {
  return { found: true, value };
}

export function missing(reason: string): { readonly found: false; readonly reason: string } {
  return { found: false, reason };
}
