/** A quantile ready to be computed on resamples of one sample. */
export type PreparedQuantile = {
  readonly value: number;
  /** The quantile with sample i counted `counts[i]` times, `counts` [n] with a sum of at least 1. O(n). */
  readonly resample: (counts: Uint32Array) => number;
};

/**
 * Sorts a sample [n], n ≥ 1, once for its quantile at `p` in [0, 1]: type 7 of Hyndman & Fan 1996, NumPy's default,
 * which interpolates linearly at rank p · (n − 1). Throws a RangeError for an empty sample.
 * @example prepareQuantile(Float64Array.of(4, 1, 3, 2), 0.5).value // 2.5
 */
export function prepareQuantile(sample: Float64Array, p: number): PreparedQuantile {
  if (sample.length === 0) throw new RangeError("an empty sample has no quantile");
  const order = Uint32Array.from(sample, (_, at) => at).sort((a, b) => (sample[a] as number) - (sample[b] as number));
  const sorted = Float64Array.from(order, (at) => sample[at] as number);
  const resample = (counts: Uint32Array): number => {
    let total = 0;
    for (let at = 0; at < counts.length; at++) total += counts[at] as number;
    const rank = p * (total - 1);
    const whole = Math.floor(rank);
    const lower = reach(order, counts, { at: -1, seen: 0 }, whole + 1);
    const upper = rank === whole ? lower : reach(order, counts, lower, whole + 2);
    const below = sorted[lower.at] as number;
    return below + (rank - whole) * ((sorted[upper.at] as number) - below);
  };
  return { value: resample(new Uint32Array(sample.length).fill(1)), resample };
}

type Place = { readonly at: number; readonly seen: number };

/** Walks up the order from `from` until `wanted` samples have been seen. */
function reach(order: Uint32Array, counts: Uint32Array, from: Place, wanted: number): Place {
  let { at, seen } = from;
  while (seen < wanted) {
    at++;
    seen += counts[order[at] as number] as number;
  }
  return { at, seen };
}
