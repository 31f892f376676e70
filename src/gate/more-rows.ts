import { rowsToDecide } from "../statistics/rows-to-decide.ts";
import type { Estimate } from "../statistics/uncertainty.ts";
import { INTERVAL_LEVEL } from "./decision.ts";

/**
 * How many rows in all would bring an undecided estimate clear of the bound, if it stayed where it is. Null where that
 * cannot be said, and where rows are not what is missing: a slice may clear the bound alone and be undecided among many.
 */
export function moreRowsToDecide(estimate: Estimate, bound: number, rows: number): number | null {
  const needed = rowsToDecide(estimate, bound, rows, INTERVAL_LEVEL);
  return needed === null || needed <= rows ? null : needed;
}
