import type { ClassTotals } from "./class-totals.ts";
import { nameClasses } from "./name-classes.ts";

/** A number per class: of the rows of the class, those predicted to be of it, and those that are both. */
type OfClass = (support: number, predicted: number, hits: number) => number;

/** Hits / predicted; NaN for a class that is never predicted. */
export const precisionOfClass: OfClass = (_support, predicted, hits) => hits / predicted;

/** Hits / support; NaN for a class without rows. */
export const recallOfClass: OfClass = (support, _predicted, hits) => hits / support;

/** 2 · hits / (support + predicted); 0 for a class without rows that is never predicted. */
export const f1OfClass: OfClass = (support, predicted, hits) => (hits === 0 ? 0 : (2 * hits) / (support + predicted));

/** Mean over all classes; NaN where a class has none. */
export function macroAverage(totals: ClassTotals, ofClass: OfClass): number {
  const k = totals.support.length;
  let sum = 0;
  for (let code = 0; code < k; code++) sum += valueOfClass(totals, ofClass, code);
  return sum / k;
}

/** Mean over the rows of their class's value: a class without rows has no weight, and needs no value. */
export function weightedAverage(totals: ClassTotals, ofClass: OfClass): number {
  let sum = 0;
  for (let code = 0; code < totals.support.length; code++) {
    const weight = totals.support[code] as number;
    if (weight > 0) sum += weight * valueOfClass(totals, ofClass, code);
  }
  return sum / totals.rows;
}

function valueOfClass(totals: ClassTotals, ofClass: OfClass, code: number): number {
  return ofClass(totals.support[code] as number, totals.predicted[code] as number, totals.hits[code] as number);
}

/** `no row is of the class "b"`: the classes without rows, or null where there are none. */
export function absentClasses({ support }: ClassTotals, labels: readonly string[]): string | null {
  const absent = labels.filter((_, code) => support[code] === 0);
  return absent.length === 0 ? null : `no row is of ${nameClasses(absent)}`;
}

/**
 * `nothing is predicted as the class "b"`: classes never predicted; of those with rows where `withRows` is set. Null:
 * none.
 */
export function unpredictedClasses(
  { support, predicted }: ClassTotals,
  labels: readonly string[],
  withRows: boolean,
): string | null {
  const never = labels.filter((_, code) => predicted[code] === 0 && (!withRows || support[code] !== 0));
  return never.length === 0 ? null : `nothing is predicted as ${nameClasses(never)}`;
}
