import type { FloatArray, Target } from "../../metrics/observations.ts";
import type { TargetSpec } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { listed, type TypedColumn, textOf } from "./columns.ts";
import { readCodes } from "./read-codes.ts";
import { type Rows, readFlags, readInto, readNumbers } from "./read-columns.ts";
import { quoteName, quoteText } from "./sql-text.ts";

/**
 * The truth of each row.
 *
 * Values of the config and of the column are compared as what the column holds: against numbers `1`, `1.0` and `"1"` are
 * one value; against booleans `true`, `"True"` and `1` are one; against text all is text, with upper and lower case
 * apart but for `true` and `false`.
 *
 * @throws ProblemError for a missing value, a number that is none, or classes other than declared.
 */
export async function readTarget(rows: Rows, column: TypedColumn, spec: TargetSpec): Promise<Target> {
  const where = `data ${rows.source}, target ${JSON.stringify(column.name)}`;
  switch (spec.task) {
    case "binary":
      return { task: "binary", positive: await readPositive(rows, column, spec.positive, where) };
    case "multiclass":
      return readClasses(rows, column, spec.labels, where);
    case "regression": {
      if (column.type !== "number") {
        throw problem(where, `it holds ${column.sqlType} where a regression needs numbers`, "name a column of numbers");
      }
      const values = await readNumbers(rows, column);
      refuseNotFinite(values, where);
      return { task: "regression", values: Float64Array.from(values) };
    }
  }
}

/** @throws ProblemError with the count and the first row of what is NaN, infinite or missing. */
export function refuseNotFinite(values: FloatArray, where: string): void {
  let first: number | null = null;
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    if (Number.isFinite(values[row])) continue;
    first ??= row;
    count++;
  }
  if (first === null) return;
  throw problem(
    where,
    `${count} of ${values.length} rows are missing, NaN or infinite, row ${first + 1} first`,
    "mend or remove these rows where the data is made",
  );
}

/** 1 for a row of the positive class, 0 for one of the other; in one pass where there are no more than the two. */
async function readPositive(
  rows: Rows,
  column: TypedColumn,
  positive: string | number | boolean,
  where: string,
): Promise<Uint8Array> {
  const text = textOf(column);
  const some = await rows.session.rows(
    `SELECT DISTINCT t FROM (SELECT ${text} AS t FROM data LIMIT ${FIRST_ROWS}) LIMIT 3`,
  );
  const seen = some.map(([value]) => value).filter((value) => typeof value === "string");
  const wanted = classText(positive, column, seen);
  const other = seen.find((value) => value !== wanted);
  if (other !== undefined && other !== "nan") {
    const found = new Uint8Array(rows.count);
    const code = `CASE t WHEN ${quoteText(wanted)} THEN 1 WHEN ${quoteText(other)} THEN 0 ELSE 2 END`;
    await readInto(found, rows, `SELECT CAST(${code} AS UTINYINT) FROM (SELECT ${text} AS t FROM data)`);
    if (found.includes(1) && !found.includes(2)) return found;
  }
  return readCheckedPositive(rows, column, positive, where);
}

/** So many rows nearly always show both classes. */
const FIRST_ROWS = 2048;

async function readCheckedPositive(
  rows: Rows,
  column: TypedColumn,
  positive: string | number | boolean,
  where: string,
): Promise<Uint8Array> {
  const name = quoteName(column.name);
  const distinct = `SELECT ${name}, count(*) AS n FROM data GROUP BY ${name} ORDER BY n DESC, ${name} LIMIT 20`;
  const found = await rows.session.rows(`SELECT ${textOf(column)}, CAST(n AS DOUBLE) FROM (${distinct})`);
  const values = found.map(([text]) => text).filter((text) => typeof text === "string");
  if (values.length < found.length || isNan(values, column)) await refuseMissing(rows, column, where);

  const wanted = classText(positive, column, values);
  const isThere = values.includes(wanted);
  if (values.length > 2 || (values.length === 2 && !isThere)) {
    const has = values.length === 20 ? "20 values or more" : `${values.length} values`;
    throw problem(
      where,
      `it has ${has} (${listed(values)})${isThere ? " where a binary task has two" : `, none of which is the positive ${JSON.stringify(wanted)}`}`,
      isThere ? "take task: multiclass, or a column of two values" : "write one of them as `positive`",
    );
  }
  return readFlags(rows, `${textOf(column)} = ${quoteText(wanted)}`);
}

async function readClasses(
  rows: Rows,
  column: TypedColumn,
  declared: readonly (string | number | boolean)[] | null,
  where: string,
): Promise<Target> {
  const { codes, values: found } = await readCodes(rows, column);
  const values = found.filter((text) => text !== null);
  if (values.length < found.length || isNan(values, column)) await refuseMissing(rows, column, where);
  if (declared === null && values.length > 1000) {
    throw problem(
      where,
      `it has ${values.length} distinct values`,
      "take task: regression, or name the classes as `labels`",
    );
  }
  const labels = declared === null ? sorted(values, column) : declared.map((label) => classText(label, column, values));
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice !== undefined)
    throw problem(where, `\`labels\` names ${JSON.stringify(twice)} twice`, "name each class once");
  const unknown = values.filter((value) => !labels.includes(value));
  if (unknown.length > 0) {
    throw problem(
      where,
      `it has values that \`labels\` does not name: ${listed(unknown)}`,
      "name all classes, or none",
    );
  }
  const place = Int32Array.from(values, (value) => labels.indexOf(value));
  return { task: "multiclass", labels, codes: codes.map((code) => place[code] as number) };
}

/** A value of the config as the text that the column's own values have. */
function classText(value: string | number | boolean, column: TypedColumn, values: readonly string[]): string {
  const text = String(value);
  if (column.type === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return String(Number(text));
  const folded = text.toLowerCase();
  if (column.type === "boolean") return folded === "1" ? "true" : folded === "0" ? "false" : folded;
  return typeof value === "boolean" ? (values.find((found) => found.toLowerCase() === folded) ?? text) : text;
}

function isNan(values: readonly string[], column: TypedColumn): boolean {
  return column.type === "number" && values.includes("nan");
}

function sorted(values: readonly string[], column: TypedColumn): readonly string[] {
  if (column.type === "number") return values.toSorted((a, b) => Number(a) - Number(b));
  return values.toSorted((a, b) => (a < b ? -1 : 1));
}

async function refuseMissing(rows: Rows, column: TypedColumn, where: string): Promise<void> {
  const name = quoteName(column.name);
  const isMissing =
    column.type === "number" ? `(${name} IS NULL OR isnan(CAST(${name} AS DOUBLE)))` : `${name} IS NULL`;
  const flags = await readFlags(rows, isMissing);
  const count = flags.reduce((sum, flag) => sum + flag, 0);
  throw problem(
    where,
    `${count} of ${flags.length} rows have no value, row ${flags.indexOf(1) + 1} first`,
    "mend or remove these rows where the data is made",
  );
}

function problem(where: string, what: string, mend: string): ProblemError {
  return new ProblemError({ kind: "evidence", where, what, mend });
}
