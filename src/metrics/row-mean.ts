import type { Kernel } from "./prepare.ts";

/**
 * Kernel of the mean of a number per row, [n]; of its square root where `root` is set. `lossesOf` runs once, and only where
 * something is resampled if `value` is given.
 */
export function meanKernel(
  lossesOf: () => Float64Array,
  { root = false, value }: { readonly root?: boolean; readonly value?: () => number } = {},
): Kernel {
  let known: Float64Array | null = null;
  const resample = (counts: Uint32Array): number => {
    known ??= lossesOf();
    const losses = known;
    let sum = 0;
    let total = 0;
    for (let row = 0; row < losses.length; row++) {
      const count = counts[row] as number;
      total += count;
      sum += count * (losses[row] as number);
    }
    return root ? Math.sqrt(sum / total) : sum / total;
  };
  const whyUndefined = () => "the loss of a row is no number";
  return value === undefined ? { resample, whyUndefined } : { value, resample, whyUndefined };
}

/** Kernel of the share of rows whose `success` [n] is 1. */
export function shareKernel(success: Uint8Array): Kernel {
  const resample = (counts: Uint32Array): number => {
    let successes = 0;
    let total = 0;
    for (let row = 0; row < success.length; row++) {
      const count = counts[row] as number;
      total += count;
      successes += count & -(success[row] as number);
    }
    return successes / total;
  };
  return { resample, whyUndefined: () => "there are no rows" };
}
