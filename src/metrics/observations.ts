/** Numbers as they came: a model's float32 stays float32, a file's double stays double. */
export type FloatArray = Float32Array | Float64Array;

/** What is true, one entry a row. */
export type Target =
  /** `positive` is [n], 1 where the row is of the positive class. */
  | { readonly task: "binary"; readonly positive: Uint8Array }
  /** `codes` is [n], indices into `labels` [k], whose order the config pins (else sorted). */
  | { readonly task: "multiclass"; readonly labels: readonly string[]; readonly codes: Int32Array }
  /** `values` is [n]. */
  | { readonly task: "regression"; readonly values: Float64Array };

/** What a model said, one entry a row, in the order of the target's rows. */
export type Predictions =
  /** `score` is [n], the probability (or any ranking) of the positive class; `predicted` is [n] of 0 and 1. */
  | { readonly task: "binary"; readonly score: FloatArray | null; readonly predicted: Uint8Array | null }
  /** `probabilities` is [n, k] row by row, in the order of the target's labels; `predicted` is [n] indices into them. */
  | { readonly task: "multiclass"; readonly probabilities: FloatArray | null; readonly predicted: Int32Array | null }
  /** `values` is [n]. */
  | { readonly task: "regression"; readonly values: FloatArray };

export type Task = Target["task"];

/** Target and predictions of the same rows. Whoever builds one has checked that all is finite and lengths agree. */
export type Observations =
  | {
      readonly task: "binary";
      readonly positive: Uint8Array;
      readonly score: FloatArray | null;
      readonly predicted: Uint8Array | null;
    }
  | {
      readonly task: "multiclass";
      readonly labels: readonly string[];
      readonly codes: Int32Array;
      readonly probabilities: FloatArray | null;
      readonly predicted: Int32Array | null;
    }
  | { readonly task: "regression"; readonly values: Float64Array; readonly predicted: FloatArray };

export type ObservationsOf<T extends Task> = Extract<Observations, { task: T }>;
