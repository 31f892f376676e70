import type { Interval } from "../statistics/uncertainty.ts";
import type { Family } from "./decision.ts";
import { formatCount, formatPValue } from "./number-text.ts";

/** " (95% interval −0.011 to +0.003)", or why there is none. */
export function intervalText(interval: Interval, range: (low: number, high: number) => string): string {
  if (!interval.known) return ` (no interval: ${interval.reason})`;
  return ` (${Math.round(interval.level * 100)}% interval ${range(interval.low, interval.high)})`;
}

/** Why something is undecided. */
export function doubtText(interval: Interval): string {
  return interval.known ? "the evidence allows both" : "nothing can be said without an interval";
}

/** ", p = 0.004 adjusted for 10 slices"; nothing on all rows. */
export function familyText(family: Family | null): string {
  if (family === null || family.adjustedP === null) return "";
  const of = family.size === 1 ? "" : ` adjusted for ${formatCount(family.size)} comparisons on slices`;
  return `, ${formatPValue(family.adjustedP)}${of}`;
}

/** "; about 1,900 rows would decide it": two digits, since it is no more than a guess at the order. */
export function rowsText(rows: number | null): string {
  return rows === null ? "" : `; about ${formatCount(Number(rows.toPrecision(2)))} rows would decide it`;
}
