/**
 * What is known about how far an estimate may be from the truth: enough to give an interval at any level and a p-value
 * against any bound, so that whoever judges needs no row of the data. Plain data, for it travels in the report.
 */
export type Uncertainty =
  /**
   * Estimate ± z · standardError; on the logit scale for a value in (0, 1), so that intervals stay inside. The standard
   * error is always in the metric's own unit; on the logit scale it is divided by value · (1 − value).
   */
  | {
      readonly kind: "normal";
      readonly method: string;
      readonly standardError: number;
      readonly scale: "identity" | "logit";
    }
  | { readonly kind: "t"; readonly method: string; readonly standardError: number; readonly degreesOfFreedom: number }
  /** A single proportion: Wilson's score interval. */
  | { readonly kind: "wilson"; readonly method: "Wilson"; readonly successes: number; readonly trials: number }
  /** A paired difference of proportions: Tango's score interval from the discordant pairs. */
  | {
      readonly kind: "tango";
      readonly method: "Tango";
      /** Rows that only the candidate got right. */
      readonly candidateOnly: number;
      /** Rows that only the baseline got right. */
      readonly baselineOnly: number;
      readonly rows: number;
    }
  /**
   * A confidence distribution by its quantiles at `QUANTILE_GRID` (same length), made from `resamples` resamples; a
   * closed form counts as the 99,999 that the grid can tell apart.
   */
  | {
      readonly kind: "resampled";
      readonly method: string;
      readonly resamples: number;
      readonly quantiles: readonly number[];
    }
  /** Both sides predicted the same: the difference is exactly 0. */
  | { readonly kind: "identical"; readonly method: "identical predictions" }
  /**
   * No honest interval exists (zero variance, too few groups, a statistic that resampling gets wrong): proof is
   * impossible.
   */
  | { readonly kind: "unknown"; readonly method: "none"; readonly reason: string };

/** A value with what is known about its uncertainty. */
export type Estimate = { readonly value: number; readonly uncertainty: Uncertainty };

/** A two-sided interval, or why there is none. */
export type Interval =
  | { readonly known: true; readonly low: number; readonly high: number; readonly level: number }
  | { readonly known: false; readonly reason: string };

/** An estimate, or why there is none: too few samples, say. */
export type MeasuredEstimate =
  | ({ readonly measured: true } & Estimate)
  | { readonly measured: false; readonly reason: string };

/**
 * One metric of two models on the same rows; `baseline` and `difference` are null where there is nothing to compare
 * with.
 */
export type ComparedEstimates = {
  readonly candidate: Estimate;
  readonly baseline: Estimate | null;
  /** Candidate minus baseline. */
  readonly difference: Estimate | null;
};

/** Both models predicted the same on every row: the difference is 0, exactly, at every level. */
export const IDENTICAL_DIFFERENCE: Estimate = {
  value: 0,
  uncertainty: { kind: "identical", method: "identical predictions" },
};

/** The value is known, how far it may be from the truth is not. `reason` is a clause that ends in no full stop. */
export function unknownUncertainty(reason: string): Uncertainty {
  return { kind: "unknown", method: "none", reason };
}
