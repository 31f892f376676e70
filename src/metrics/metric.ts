import type { ObservationsOf, Task } from "./observations.ts";

/** A metric's value, or why it has none. Undefined is a reason, never 0 or NaN. */
export type MetricValue =
  | {
      readonly defined: true;
      readonly value: number;
      /** What a reader must know about this value, such as "nothing predicted positive". */
      readonly note?: string;
    }
  | { readonly defined: false; readonly reason: string };

/** Settings that some metrics read; all have a default in the config. */
export type MetricOptions = {
  /** Equal-width bins of `ece`. Default 10. */
  readonly calibrationBins: number;
  /** k of `top_k_accuracy`. Default 2. */
  readonly topK: number;
  /** Quantile that `pinball` scores, in (0, 1). Default 0.5. */
  readonly quantile: number;
};

/** A metric made ready for one set of rows: whatever can be sorted or computed once, is. */
export type PreparedMetric = {
  /** The metric on the rows as they are. */
  readonly value: MetricValue;
  /**
   * The metric with row i counted `counts[i]` times (`counts` is [n]), in O(n); NaN where such a resample leaves it
   * undefined (a class gone, say). Weights of 1 give the same number as `value`, to the last bits of the summation.
   */
  readonly resample: (counts: Uint32Array) => number;
};

/**
 * How the uncertainty of the metric is found (`statistics.md`):
 * - `auc`: DeLong
 * - `proportion`: the metric is successes / trials: Wilson, and Tango on the paired difference of accuracies
 * - `mean`: the metric is a mean of a loss per row: t on the paired differences, closed-form BCa
 * - `resampling`: anything else: bootstrap
 */
type UncertaintyMethod<T extends Task> =
  | { readonly kind: "auc" }
  | {
      readonly kind: "proportion";
      /** Trials and successes, row by row: `trial[i]` 1 where the row counts, `success[i]` 1 where it also succeeds. */
      readonly rows: (
        observations: ObservationsOf<T>,
        options: MetricOptions,
      ) => { trial: Uint8Array; success: Uint8Array };
      /** As for `resampling`: the metric from the confusion matrix, for the bootstrap of a paired difference. */
      readonly fromConfusion?: (counts: Float64Array, k: number) => number;
    }
  | {
      readonly kind: "mean";
      /** Loss of each row, [n]; the metric is its mean, or the square root of its mean where `root` is set. */
      readonly losses: (observations: ObservationsOf<T>, options: MetricOptions) => Float64Array;
      readonly root?: true;
    }
  | {
      readonly kind: "resampling";
      /**
       * Set where the metric is a function of the confusion matrix alone: `counts` is [k, k], counts[true * k + predicted]
       * (binary: k = 2), NaN where undefined. Resampling then draws cells instead of rows, at a cost independent of n.
       */
      readonly fromConfusion?: (counts: Float64Array, k: number) => number;
    };

/** One metric of one task. One file each, listed in `registry.ts`. */
export type Metric<T extends Task> = {
  /** scikit-learn's name, in snake case: `roc_auc`. */
  readonly name: string;
  /** For people: "ROC AUC". */
  readonly label: string;
  readonly task: T;
  readonly better: "higher" | "lower";
  /** Closed bounds of the value; infinities where there are none. */
  readonly range: readonly [number, number];
  /** What the model has to give. */
  readonly needs: "score" | "decision" | "value";
  /** One sentence, with the formula, for the documentation and the report. */
  readonly definition: string;
  readonly uncertainty: UncertaintyMethod<T>;
  readonly prepare: (observations: ObservationsOf<T>, options: MetricOptions) => PreparedMetric;
};

export type AnyMetric = Metric<"binary"> | Metric<"multiclass"> | Metric<"regression">;
