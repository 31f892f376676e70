import { QUANTILE_GRID } from "./quantile-grid.ts";
import { studentUpperQuantile } from "./student-t.ts";

/** Slices have few sizes and many metrics: each size's grid takes a third of a millisecond, once. */
const known = new Map<number, readonly number[]>();

/** Student's t at each probability of `QUANTILE_GRID`, [grid], ascending. */
export function studentGrid(degreesOfFreedom: number): readonly number[] {
  const earlier = known.get(degreesOfFreedom);
  if (earlier !== undefined) return earlier;
  const upperHalf = QUANTILE_GRID.filter((p) => p <= 0.5).map((p) => studentUpperQuantile(p, degreesOfFreedom));
  const grid = [...upperHalf.map((t) => -t), ...upperHalf.toReversed().slice(1)];
  known.set(degreesOfFreedom, grid);
  return grid;
}
