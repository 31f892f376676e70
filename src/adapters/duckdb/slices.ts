import type { SliceRows } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import type { TypedColumn } from "./columns.ts";
import { readCodes } from "./read-codes.ts";
import { type Rows, readFlags } from "./read-columns.ts";
import { asProblem } from "./session.ts";
import { parseExpression } from "./statement.ts";

const MOST_VALUES = 50;
/** How a missing value is written. */
export const MISSING = "∅";

/**
 * One slice for each value of a column, by value; a missing one is a value of its own.
 *
 * @throws ProblemError where there are more values than anyone would read.
 */
export async function sliceByColumn(rows: Rows, column: TypedColumn): Promise<readonly SliceRows[]> {
  const { codes, values } = await readCodes(rows, column);
  if (values.length > MOST_VALUES) {
    throw new ProblemError({
      kind: "config",
      where: `slice ${JSON.stringify(column.name)}`,
      what: `the column has ${values.length} values, of at most ${MOST_VALUES}`,
      mend: `write predicates, such as "${column.name} >= …"`,
    });
  }
  const order = values.map((_, code) => code).sort((a, b) => compare(values[a] ?? null, values[b] ?? null, column));
  return order.map((code) => {
    const member = Uint8Array.from(codes, (found) => (found === code ? 1 : 0));
    return slice(`${column.name} = ${values[code] ?? MISSING}`, column.name, member);
  });
}

/**
 * The rows for which a predicate over the columns is true; NULL is not.
 *
 * @throws ProblemError with DuckDB's reason where it is none.
 */
export async function sliceByPredicate(
  rows: Rows,
  predicate: string,
  columns: readonly TypedColumn[],
  root: string,
): Promise<SliceRows> {
  const where = `slice ${JSON.stringify(predicate)}`;
  const mend = "write a column's name, or a predicate over the data's columns";
  try {
    await parseExpression(
      predicate,
      rows.session,
      where,
      columns.map((column) => column.name),
    );
    // In WHERE too: there DuckDB refuses aggregates and windows, which are no property of a row.
    const [type] = await rows.session.rows(`DESCRIBE SELECT (${predicate}\n) FROM data WHERE (${predicate}\n)`);
    if (type?.[1] !== "BOOLEAN") {
      throw new ProblemError({ kind: "config", where, what: `it gives ${type?.[1]}, not true or false`, mend });
    }
    return slice(predicate, predicate, await readFlags(rows, predicate));
  } catch (error) {
    const problem = asProblem(error, where, root, mend);
    throw problem.problem.kind === "config"
      ? problem
      : new ProblemError({ ...problem.problem, kind: "config", where }, { cause: error });
  }
}

function slice(name: string, declared: string, member: Uint8Array): SliceRows {
  return { name, declared, member, rows: member.reduce((sum, flag) => sum + flag, 0) };
}

function compare(a: string | null, b: string | null, column: TypedColumn): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (column.type === "number") return Number(a) - Number(b);
  return a < b ? -1 : 1;
}
