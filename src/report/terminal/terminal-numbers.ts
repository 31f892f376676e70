import type { Below, TextColumn } from "../text-table.ts";
import { type NumberCell, withoutDash } from "../view/number-cells.ts";

/** The numbers of one row; null where the row has none to show. */
export type ComparedNumbers = {
  readonly baseline: NumberCell;
  readonly candidate: NumberCell;
  readonly difference: NumberCell;
} | null;

/** Columns of numbers, and what is told below a row of those that a narrow terminal has no room for. */
export type NumberColumns = { readonly columns: readonly TextColumn[]; readonly below: Below };

/**
 * Baseline, candidate and difference with their intervals. Where there is too little room the candidate's interval goes
 * first, then the difference's, the baseline and the difference; all but the first are then told below their row, and the
 * first too where there is no difference.
 */
export function numberColumns(rows: readonly ComparedNumbers[], candidateHead: string): NumberColumns {
  const cells = (pick: (row: NonNullable<ComparedNumbers>) => string | null) =>
    rows.map((row) => (row === null ? "" : withoutDash(pick(row) ?? "")));
  const number = (head: string, dropped: number | null, shown: readonly string[]): TextColumn => {
    return { head, align: "right", dropped, cells: shown };
  };
  const interval = (dropped: number, shown: readonly string[]): TextColumn => {
    return { head: "95% interval", align: "left", dropped, cells: shown };
  };
  const baseline = number(
    "Baseline",
    2,
    cells((row) => row.baseline.value),
  );
  const candidate = number(
    candidateHead,
    null,
    cells((row) => row.candidate.value),
  );
  const candidateInterval = interval(
    5,
    cells((row) => row.candidate.interval),
  );
  const difference = number(
    "Difference",
    1,
    cells((row) => row.difference.value),
  );
  const differenceInterval = interval(
    3,
    cells((row) => row.difference.interval),
  );
  const below: Below = (row, isDropped) => {
    const of = (column: TextColumn) => (isDropped(column) ? (column.cells[row] ?? "") : "");
    const parts = [
      of(baseline) === "" ? null : `baseline ${of(baseline)}`,
      differenceInterval.cells[row] === "" && of(candidateInterval) !== ""
        ? `95% interval ${of(candidateInterval)}`
        : null,
      differenceText(of(difference), of(differenceInterval)),
    ].filter((part) => part !== null);
    return parts.length === 0 ? null : parts.join(", ");
  };
  return { columns: [baseline, candidate, candidateInterval, difference, differenceInterval], below };
}

function differenceText(value: string, interval: string): string | null {
  if (value === "") return interval === "" ? null : `95% interval of the difference ${interval}`;
  return interval === "" ? `difference ${value}` : `difference ${value} (95% interval ${interval})`;
}
