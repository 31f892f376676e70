import type { PreparedMetric } from "./metric.ts";
import type { Observations } from "./observations.ts";
import { remember } from "./remember.ts";
import { inspect } from "./validate.ts";

/** The computing part of a metric on one set of rows. */
export type Kernel = {
  /**
   * The metric on the rows as they are, where that is faster to find than as the resample that holds every row once.
   */
  readonly value?: () => number;
  /** As in `PreparedMetric`: O(n); after its first call it allocates nothing. */
  readonly resample: (counts: Uint32Array) => number;
  /** Why the rows have no value; asked only where it is NaN. */
  readonly whyUndefined: () => string;
  /** What a reader must know about the value; null: nothing. Asked only where there is one. */
  readonly note?: () => string | null;
};

/** A metric without a value: every resample is NaN. */
export function undefinedMetric(reason: string): PreparedMetric {
  return { value: { defined: false, reason }, resample: () => Number.NaN };
}

/** Makes a prepared metric of a kernel. `observations` must have passed `inspect`. */
export function fromKernel(observations: Observations, kernel: Kernel): PreparedMetric {
  const value = kernel.value === undefined ? kernel.resample(everyRowOnce(observations)) : kernel.value();
  if (Number.isNaN(value)) return undefinedMetric(kernel.whyUndefined());
  if (!Number.isFinite(value)) return undefinedMetric("the value is too large for a double");
  const note = kernel.note?.() ?? null;
  return {
    value: note === null ? { defined: true, value } : { defined: true, value, note },
    resample: (counts) => {
      const resampled = kernel.resample(counts);
      return Number.isFinite(resampled) ? resampled : Number.NaN;
    },
  };
}

const everyRowOnce: (observations: Observations) => Uint32Array = remember((observations) =>
  new Uint32Array(inspect(observations).rows).fill(1),
);
