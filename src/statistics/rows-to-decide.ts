import { intervalOf } from "./interval.ts";
import type { Estimate } from "./uncertainty.ts";

/** Beyond this the estimate is as good as on the bound, and a number would pretend to know better. */
const MOST_ROWS = 1e9;

/**
 * How many rows in all would let the interval at `level` clear `bound`, if the estimate stayed where it is and the
 * interval shrank with 1/√rows: at least `rows`, the number behind the estimate. Null where no number can be given: no
 * interval, an estimate on the bound, or more than a thousand million rows.
 * @example rowsToDecide({ value: -0.01, uncertainty: ±0.02 at 95% }, -0.02, 1000, 0.95) // 4000
 */
export function rowsToDecide(estimate: Estimate, bound: number, rows: number, level: number): number | null {
  const interval = intervalOf(estimate, level);
  const distance = Math.abs(estimate.value - bound);
  if (!interval.known || distance === 0) return null;
  const half = estimate.value > bound ? estimate.value - interval.low : interval.high - estimate.value;
  const needed = Math.max(rows, Math.ceil(rows * (half / distance) ** 2));
  return needed <= MOST_ROWS ? needed : null;
}
