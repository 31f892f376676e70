import { nearest } from "../../config/nearest.ts";
import type { Column, ColumnType } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { quoteName } from "./sql-text.ts";

/** A column with DuckDB's own name for its type. */
export type TypedColumn = Column & { readonly sqlType: string };

const NUMBERS = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*)$/;
const INTEGERS = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/;

/** Which of our types a DuckDB type is. */
export function columnType(sqlType: string): ColumnType {
  if (NUMBERS.test(sqlType)) return "number";
  if (sqlType === "VARCHAR" || sqlType === "UUID" || sqlType.startsWith("ENUM(")) return "string";
  if (sqlType === "BOOLEAN") return "boolean";
  if (sqlType === "DATE" || sqlType.startsWith("TIMESTAMP")) return "timestamp";
  return "other";
}

/** True for a type that holds whole numbers only. */
export function isIntegerType(sqlType: string): boolean {
  return INTEGERS.test(sqlType);
}

/**
 * The column of exactly this name.
 *
 * @throws ProblemError with the nearest name where there is none.
 */
export function requireColumn(columns: readonly TypedColumn[], name: string, source: string): TypedColumn {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const names = columns.map((column) => column.name);
  const near = nearest(name, names);
  throw new ProblemError({
    kind: "evidence",
    where: `data ${source}`,
    what: `there is no column ${JSON.stringify(name)}; it has ${listed(names)}`,
    mend: near === null ? "name one of its columns" : `write ${JSON.stringify(near)}, if that is what was meant`,
  });
}

/**
 * SQL for a column's text, in which a whole number reads the same whatever its type: `1`, never `1.0`.
 * Missing stays NULL.
 */
export function textOf(column: TypedColumn): string {
  const name = quoteName(column.name);
  if (column.type !== "number" || isIntegerType(column.sqlType)) return `CAST(${name} AS VARCHAR)`;
  const isWhole = `${name} = trunc(${name}) AND abs(${name}) < 9007199254740992`;
  return `CASE WHEN ${isWhole} THEN CAST(CAST(${name} AS BIGINT) AS VARCHAR) ELSE CAST(${name} AS VARCHAR) END`;
}

/** A few of the names or values, and how many more there are. */
export function listed(values: readonly string[], most = 8): string {
  const shown = values.slice(0, most).map((value) => JSON.stringify(value));
  return values.length > most ? `${shown.join(", ")} and ${values.length - most} more` : shown.join(", ");
}
