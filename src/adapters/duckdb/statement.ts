import { ProblemError } from "../../problem.ts";
import type { Session } from "./session.ts";
import { quoteText } from "./sql-text.ts";

/** A node of the tree that DuckDB's `json_serialize_sql` gives. */
export type SqlNode = { [key: string]: SqlValue };
export type SqlValue = string | number | boolean | null | SqlValue[] | SqlNode;

/** Functions whose value is not the same at every run; a verdict must be. */
const CHANGING = new Set(
  (
    "random setseed uuid uuidv4 uuidv7 gen_random_uuid now today get_current_timestamp get_current_time current_date " +
    "current_time current_timestamp localtime localtimestamp current_localtime current_localtimestamp " +
    "transaction_timestamp currval nextval txid_current current_connection_id current_transaction_id current_query_id " +
    "current_query current_database current_schema current_schemas in_search_path sleep_ms write_log stats getvariable " +
    "current_setting"
  ).split(" "),
);

/**
 * DuckDB's tree of one SELECT.
 *
 * @throws ProblemError where the text does not parse, or is several statements or another kind of statement.
 */
export async function parseSelect(sql: string, session: Session, where: string): Promise<SqlNode> {
  const [row] = await session.rows(`SELECT json_serialize_sql(${quoteText(sql)})`);
  const tree = JSON.parse(keepLongIntegers(String(row?.[0]))) as SqlNode;
  if (tree["error"] === true) {
    const isOther = tree["error_type"] === "not implemented";
    throw refused(
      where,
      isOther ? "it is no SELECT" : String(tree["error_message"]),
      "write one SELECT that only reads",
    );
  }
  const statements = nodesOf(tree["statements"]);
  const [statement] = statements;
  if (statement === undefined || statements.length !== 1) {
    throw refused(where, `it holds ${statements.length} statements`, "write exactly one");
  }
  const node = nodesOf([statement["node"] ?? null])[0];
  if (node === undefined) throw refused(where, "it is no SELECT", "write one SELECT that only reads");
  return node;
}

/** SQL of a tree, with which `parseSelect`'s may be changed. */
export async function writeSelect(node: SqlNode, session: Session): Promise<string> {
  const tree = { error: false, statements: [{ node, named_param_map: [] }] };
  const text = JSON.stringify(tree).replace(LONG_INTEGER_KEPT, "$1");
  const [row] = await session.rows(`SELECT json_deserialize_sql(${quoteText(text)})`);
  return String(row?.[0]);
}

/** A whole number of more digits than a double surely holds; a quote that is part of a text has a backslash before it. */
const LONG_INTEGER = /(?<!\\)":(-?\d{16,})(?=[,}])/g;
const LONG_INTEGER_KEPT = /"integer (-?\d{16,})"/g;

/** Makes long integers texts, so that they come through JSON unharmed. */
function keepLongIntegers(json: string): string {
  return json.replace(LONG_INTEGER, '":"integer $1"');
}

/**
 * The tree of one expression over the columns `columns`.
 *
 * @throws ProblemError where it is more than an expression, or would not have the same value at every run.
 */
export async function parseExpression(
  sql: string,
  session: Session,
  where: string,
  columns: readonly string[],
): Promise<{ readonly select: SqlNode; readonly expression: SqlNode }> {
  const select = await parseSelect(`SELECT ${sql}\n`, session, where);
  const list = nodesOf(select["select_list"]);
  const [expression] = list;
  const isBare =
    select["type"] === "SELECT_NODE" &&
    typeOf(select["from_table"]) === "EMPTY" &&
    ["where_clause", "having", "qualify", "sample"].every((part) => select[part] === null) &&
    ["group_expressions", "modifiers"].every((part) => nodesOf(select[part]).length === 0);
  if (expression === undefined || list.length !== 1 || !isBare) {
    throw refused(
      where,
      `${JSON.stringify(sql)} is more than one expression`,
      "write one SQL expression over the columns",
    );
  }
  refuseChanging(expression, where, columns);
  return { select, expression };
}

/** @throws ProblemError where the tree calls a function, or takes a sample, that differs from run to run. */
export function refuseChanging(tree: SqlNode, where: string, columns: readonly string[]): void {
  for (const node of walk(tree)) {
    const name = functionName(node) ?? bareName(node, columns);
    // With one argument, `age` is counted from today.
    const isSinceToday = name === "age" && nodesOf(node["children"]).length === 1;
    if (name !== null && (CHANGING.has(name) || isSinceToday)) {
      throw refused(where, `${name} does not give the same value at every run`, "write what depends on the rows alone");
    }
    const sample = node["sample"];
    if (sample !== null && typeof sample === "object" && !Array.isArray(sample)) {
      throw refused(where, "a sample does not give the same rows at every run", "select rows by their values");
    }
  }
}

/** The name of the function that a node calls, in lower case; null for any other node. */
export function functionName(node: SqlNode): string | null {
  const name = node["function_name"];
  return typeof name === "string" ? name.toLowerCase() : null;
}

/** Every node of a tree, the root first. */
export function* walk(tree: SqlValue): Generator<SqlNode, void, undefined> {
  if (tree === null || typeof tree !== "object") return;
  if (Array.isArray(tree)) {
    for (const part of tree) yield* walk(part);
    return;
  }
  yield tree;
  for (const part of Object.values(tree)) yield* walk(part);
}

/** The nodes in a list; none where it is no list. */
export function nodesOf(value: SqlValue | undefined): SqlNode[] {
  if (!Array.isArray(value)) return [];
  return value.filter((part): part is SqlNode => part !== null && typeof part === "object" && !Array.isArray(part));
}

function bareName(node: SqlNode, columns: readonly string[]): string | null {
  const names = node["column_names"];
  if (!Array.isArray(names) || names.length !== 1 || typeof names[0] !== "string") return null;
  // `current_date` without parentheses is a function, unless there is a column of that name.
  const name = names[0].toLowerCase();
  return columns.some((column) => column.toLowerCase() === name) ? null : name;
}

function typeOf(value: SqlValue | undefined): SqlValue | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value["type"] : undefined;
}

function refused(where: string, what: string, mend: string): ProblemError {
  return new ProblemError({ kind: "config", where, what, mend });
}
