import { type TextColumn, textTable } from "../text-table.ts";
import type { MeasuredView } from "../view/change-view.ts";
import { withDirection } from "../view/metric-label.ts";
import { type ResultRow, repeatsNumbers } from "../view/result-rows.ts";
import { visibleName } from "../visible-text.ts";
import { numberColumns } from "./terminal-numbers.ts";
import { painter, type TerminalStyle } from "./terminal-style.ts";

/** The table of a model's metrics and objectives; numbers that find no room in it stand in a line below their row. */
export function resultLines({ rows }: MeasuredView, style: TerminalStyle): string[] {
  const repeats = rows.map((row, at) => repeatsNumbers(row, rows[at - 1]));
  const numbers = numberColumns(
    rows.map((row, at) => (repeats[at] ? null : row)),
    "Candidate",
  );
  const text = (head: string, cell: (row: ResultRow, repeats: boolean) => string): TextColumn => {
    return { head, align: "left", dropped: null, cells: rows.map((row, at) => cell(row, repeats[at] === true)) };
  };
  const columns = [
    text("Metric", (row, isRepeated) => (isRepeated ? "" : rowName(row))),
    ...numbers.columns,
    text("Objective", (row) => row.objective ?? ""),
    text("Status", (row) => row.statuses.map(({ word }) => word).join(", ")),
  ];
  const paint = painter(style);
  const paintCell = (cell: string, column: number, row: number) => {
    if (row < 0) return paint(cell, "dim");
    if (column !== columns.length - 1) return cell;
    if (rows[row]?.blocks) return paint(cell, "red");
    return cell.trim() === "met" ? paint(cell, "green") : paint(cell, "yellow");
  };
  return textTable(columns, style.width - 2, paintCell, numbers.below).map((line) => `  ${line}`);
}

function rowName({ metric, where }: ResultRow): string {
  if (where.kind === "slice") return `  ${visibleName(where.name, 40)}`;
  if (where.kind === "slices") return `  ${where.text}`;
  return withDirection(visibleName(metric.label, 40), metric.better, " ");
}
