/**
 * What is known about how far an estimate may be from the truth: enough to give an interval at any level and a p-value
 * against any bound, so that whoever judges needs no row of the data. Plain data, for it travels in the report.
 */
export type Uncertainty =
  /** Estimate ± z · standardError; on the logit scale for a value in (0, 1), so that intervals stay inside. */
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
  /** A confidence distribution by its quantiles at `QUANTILE_GRID` (same length), made from `resamples` resamples. */
  | {
      readonly kind: "resampled";
      readonly method: string;
      readonly resamples: number;
      readonly quantiles: readonly number[];
    }
  /** Both sides predicted the same: the difference is exactly 0. */
  | { readonly kind: "identical"; readonly method: "identical predictions" }
  /** No honest interval exists (zero variance, too few groups, a statistic that resampling gets wrong): proof is impossible. */
  | { readonly kind: "unknown"; readonly method: "none"; readonly reason: string };

/** A value with what is known about its uncertainty. */
export type Estimate = { readonly value: number; readonly uncertainty: Uncertainty };

/** A two-sided interval, or why there is none. */
export type Interval =
  | { readonly known: true; readonly low: number; readonly high: number; readonly level: number }
  | { readonly known: false; readonly reason: string };
