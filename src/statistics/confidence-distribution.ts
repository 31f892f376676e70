import { normalCdf, normalQuantile } from "./normal.ts";
import { QUANTILE_GRID } from "./quantile-grid.ts";
import type { Tails } from "./tails.ts";

/** Between grid points quantiles are close to linear in the normal quantile of their probability, tails included. */
const GRID_NORMAL_QUANTILES = QUANTILE_GRID.map(normalQuantile);

/** What a closed form gives for its number of resamples: as many as the grid's first point can tell apart. */
export const FINEST_RESAMPLES = Math.round(1 / (QUANTILE_GRID[0] as number)) - 1;

/** What a `resampled` uncertainty carries. */
export type ConfidenceDistribution = { readonly resamples: number; readonly quantiles: readonly number[] };

/** The smallest one-sided p-value that so many resamples can show: none of them, and the estimate itself. */
export function smallestTail(resamples: number): number {
  return Math.max(1 / (resamples + 1), QUANTILE_GRID[0] as number);
}

/** True for quantiles that can be read: as many as the grid, finite, ascending, and not all the same. */
export function isReadable({ quantiles }: ConfidenceDistribution): boolean {
  return (
    quantiles.length === QUANTILE_GRID.length &&
    quantiles.every(
      (quantile, at) => Number.isFinite(quantile) && (at === 0 || quantile >= (quantiles[at - 1] as number)),
    ) &&
    (quantiles[0] as number) < (quantiles.at(-1) as number)
  );
}

/** The quantile at probability `p`, within the grid. */
export function quantileAt({ quantiles }: ConfidenceDistribution, p: number): number {
  const z = normalQuantile(p);
  const next = GRID_NORMAL_QUANTILES.findIndex((gridZ) => gridZ >= z);
  if (next === -1) return quantiles.at(-1) as number;
  if (next === 0 || GRID_NORMAL_QUANTILES[next] === z) return quantiles[next] as number;
  const left = quantiles[next - 1] as number;
  const right = quantiles[next] as number;
  return left + (right - left) * shareBetween(GRID_NORMAL_QUANTILES, next, z);
}

/**
 * One-sided p-values against `bound`: the share of confidence at or below it, and at or above it. Resamples equal to
 * the bound count against whoever wants to prove something, and no share is less than the resamples can show.
 */
export function tailsAt(distribution: ConfidenceDistribution, bound: number): Tails {
  const { quantiles } = distribution;
  const floor = smallestTail(distribution.resamples);
  const above = quantiles.findIndex((quantile) => quantile > bound);
  const atLeast = quantiles.findIndex((quantile) => quantile >= bound);
  return {
    upper: Math.max(floor, probabilityBefore(quantiles, above, bound)),
    lower: Math.max(floor, 1 - probabilityBefore(quantiles, atLeast, bound)),
  };
}

/** The probability at `bound`, which lies between the quantile at `next` and the one before; −1: beyond the last. */
function probabilityBefore(quantiles: readonly number[], next: number, bound: number): number {
  if (next === -1) return 1;
  if (next === 0) return 0;
  const left = GRID_NORMAL_QUANTILES[next - 1] as number;
  const right = GRID_NORMAL_QUANTILES[next] as number;
  return normalCdf(left + (right - left) * shareBetween(quantiles, next, bound));
}

function shareBetween(points: readonly number[], next: number, at: number): number {
  const left = points[next - 1] as number;
  return (at - left) / ((points[next] as number) - left);
}
