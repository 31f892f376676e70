import type { FloatArray } from "../../metrics/observations.ts";
import type { FeatureBlock } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { isIntegerType, type TypedColumn, textOf } from "./columns.ts";
import type { Session } from "./session.ts";
import { quoteName } from "./sql-text.ts";
import { rawValues } from "./vectors.ts";

/** The rows of an open table: `data` in a session. */
export type Rows = {
  readonly session: Session;
  readonly count: number;
  /** How the table is named to people. */
  readonly source: string;
};

/** A column of numbers: [n], as single precision where it is stored so; unchecked, a missing one is NaN. */
export async function readNumbers(rows: Rows, column: TypedColumn): Promise<FloatArray> {
  const isSingle = column.sqlType === "FLOAT";
  const values = isSingle ? new Float32Array(rows.count) : new Float64Array(rows.count);
  const sql = `SELECT ${valueAs(column, isSingle ? "float32" : "float64", rows.source)} FROM data`;
  await readInto(values, rows, sql);
  return values;
}

/** A truth value of each row: [n] of 0 and 1; NULL is 0. */
export async function readFlags(rows: Rows, condition: string): Promise<Uint8Array> {
  const flags = new Uint8Array(rows.count);
  await readInto(flags, rows, `SELECT CAST(coalesce((${condition}\n), false) AS UTINYINT) FROM data`);
  return flags;
}

/** Fills `values` [n] with the one column of a query over the rows. */
export async function readInto(values: FloatArray | Uint8Array, rows: Rows, sql: string): Promise<void> {
  let at = 0;
  for await (const chunk of rows.session.wholeChunks(sql)) {
    if (at + chunk.rowCount > rows.count) throw changedMeanwhile(rows);
    values.set(rawValues(chunk.getColumnVector(0)) as FloatArray, at);
    at += chunk.rowCount;
  }
  if (at !== rows.count) throw changedMeanwhile(rows);
}

/**
 * SQL for a column's values as wanted; NULL is kept only where the type has no missing value of its own.
 *
 * @throws ProblemError for text where numbers are wanted.
 */
export function valueAs(column: TypedColumn, as: FeatureBlock["as"], source: string): string {
  const name = quoteName(column.name);
  if (as === "string") return `coalesce(${textOf(column)}, '')`;
  if (column.type !== "number" && column.type !== "boolean") {
    throw new ProblemError({
      kind: "evidence",
      where: `data ${source}, column ${JSON.stringify(column.name)}`,
      what: `it holds ${column.sqlType} where numbers are wanted`,
      mend: "encode it as numbers, or leave it out (`features`)",
    });
  }
  switch (as) {
    case "float32":
      return `coalesce(CAST(${name} AS FLOAT), CAST('nan' AS FLOAT))`;
    case "float64":
      return `coalesce(CAST(${name} AS DOUBLE), CAST('nan' AS DOUBLE))`;
    case "int64":
      if (column.type === "boolean" || isIntegerType(column.sqlType)) return `CAST(${name} AS BIGINT)`;
      return `CASE WHEN ${name} = trunc(${name}) THEN TRY_CAST(${name} AS BIGINT) END`;
    case "bool":
      if (column.type === "boolean") return `CAST(${name} AS UTINYINT)`;
      return `CASE WHEN ${name} IN (0, 1) THEN CAST(${name} AS UTINYINT) END`;
  }
}

/** The file is not what it was when it was opened. */
export function changedMeanwhile(rows: Rows): ProblemError {
  return new ProblemError({
    kind: "evidence",
    where: `data ${rows.source}`,
    what: "its rows changed while they were read",
    mend: "write the data before the evaluation begins, and not during it",
  });
}
