import { formatDifference, formatDifferenceRange, formatRange, formatValue } from "../../gate/number-text.ts";
import { findMetric } from "../../metrics/registry.ts";
import { intervalOf, type ValueRange } from "../../statistics/interval.ts";
import type { Uncertainty } from "../../statistics/uncertainty.ts";
import type { MetricDescriptor } from "../schema.ts";

/** The level of every interval that is shown. */
const SHOWN_LEVEL = 0.95;

/** What showing a number takes. `range` has null where there is no bound. */
export type Shown = Pick<MetricDescriptor, "unit" | "range"> & { readonly name: string };

/** A number of the report, or why there is none. */
export type ShownNumber =
  | {
      readonly measured: true;
      readonly value: number;
      readonly note?: string | undefined;
      readonly uncertainty: Uncertainty;
    }
  | { readonly measured: false; readonly reason: string };

/** A number as a cell of a table: its text, and its interval where there is one. */
export type NumberCell = { readonly value: string; readonly interval: string | null };

/** Where there is nothing to show; why is said elsewhere (`noteOf`). */
export const EMPTY_CELL: NumberCell = { value: "–", interval: null };

/** The text of a cell, blank where there is nothing to show: a terminal's table needs no dash. */
export function withoutDash(value: string): string {
  return value === EMPTY_CELL.value ? "" : value;
}

/** A model's value with its interval. */
export function valueCell(measured: ShownNumber | null, shown: Shown): NumberCell {
  if (measured === null) return EMPTY_CELL;
  if (!measured.measured) return { value: "n/a", interval: null };
  const interval = valueInterval(measured, shown);
  return {
    value: formatValue(measured.value, shown.unit),
    interval: interval === null ? null : formatRange(interval.low, interval.high, shown.unit),
  };
}

/** Candidate minus baseline with its interval. */
export function differenceCell(measured: ShownNumber | null, shown: Shown): NumberCell {
  if (measured === null) return EMPTY_CELL;
  if (!measured.measured) return { value: "n/a", interval: null };
  if (measured.uncertainty.kind === "identical") return { value: "0", interval: equalityText(shown) };
  const interval = differenceInterval(measured, shown);
  return {
    value: formatDifference(measured.value, shown.unit),
    interval: interval === null ? null : formatDifferenceRange(interval.low, interval.high, shown.unit),
  };
}

/** What is equal where a metric cannot tell two models apart: some read the decisions alone, and scores may still differ. */
function equalityText({ name }: Shown): string {
  const metric = findMetric("binary", name) ?? findMetric("multiclass", name);
  return metric?.needs === "decision" ? "same decisions" : "same predictions";
}

/** The interval of a value, or null where none is known. */
export function valueInterval(measured: ShownNumber | null, { range }: Shown): { low: number; high: number } | null {
  return knownInterval(measured, range);
}

/** The interval of a difference of two values in `range`, or null where none is known. */
export function differenceInterval(
  measured: ShownNumber | null,
  { range }: Shown,
): { low: number; high: number } | null {
  const [low, high] = range;
  const width = low === null || high === null ? null : high - low;
  return knownInterval(measured, width === null ? [null, null] : [-width, width]);
}

function knownInterval(measured: ShownNumber | null, range: ValueRange): { low: number; high: number } | null {
  if (measured === null || !measured.measured) return null;
  const interval = intervalOf(measured, SHOWN_LEVEL, range);
  if (!interval.known || !Number.isFinite(interval.low) || !Number.isFinite(interval.high)) return null;
  return { low: interval.low, high: interval.high };
}

/** What a reader must know of a number: why there is none, or what it rests on; null where nothing. */
export function noteOf(measured: ShownNumber | null): string | null {
  if (measured === null) return null;
  return measured.measured ? (measured.note ?? null) : measured.reason;
}
