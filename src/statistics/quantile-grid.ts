const LOWER_TAIL = [1e-5, 1e-4, 1e-3, 1e-2].flatMap((decade) =>
  [1, 1.5, 2, 2.5, 3.5, 5, 7].map((step) => Number((step * decade).toPrecision(2))),
);
const LOWER_HALF = [...LOWER_TAIL, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45];

/**
 * Probabilities, ascending and symmetric about 0.5, at which a `resampled` uncertainty lists its quantiles: dense in
 * the tails, where intervals and p-values are read, and 73 in all, since every measurement of a report carries them.
 */
export const QUANTILE_GRID: readonly number[] = [
  ...LOWER_HALF,
  0.5,
  ...LOWER_HALF.toReversed().map((p) => Number((1 - p).toPrecision(6))),
];
