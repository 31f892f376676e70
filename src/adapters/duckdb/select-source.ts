import { ProblemError } from "../../problem.ts";
import { type DataFile, findDataFiles, formatOf } from "./data-files.ts";
import { relationOf } from "./relation.ts";
import type { Session } from "./session.ts";
import { quoteName } from "./sql-text.ts";
import {
  functionName,
  nodesOf,
  parseSelect,
  refuseChanging,
  type SqlNode,
  type SqlValue,
  walk,
  writeSelect,
} from "./statement.ts";

const READERS = new Set([
  "read_csv",
  "read_csv_auto",
  "read_parquet",
  "parquet_scan",
  "read_json",
  "read_json_auto",
  "read_ndjson",
  "read_ndjson_auto",
]);
const MAKERS = new Set(["range", "generate_series", "unnest"]);

/** Where a SELECT names files: the node to change, and what the files are. */
type FileReference = { readonly node: SqlNode; readonly files: readonly DataFile[] };

/** A SELECT whose files are known, but not yet opened. */
export type SelectSource = { readonly tree: SqlNode; readonly references: readonly FileReference[] };

/** True for a data source that is a query and not a path. */
export function isSelect(source: string): boolean {
  return /^\s*(SELECT|WITH|FROM)\s/i.test(source);
}

/**
 * Parses a SELECT and finds the files that it reads: `FROM 'rows.parquet'`, or `read_csv('rows.csv')` and its like without
 * further arguments. `session` may be any; no file is touched but to look whether it is there.
 *
 * @throws ProblemError for another statement, another table function, or a file that is not there.
 */
export async function parseSource(source: string, root: string, session: Session): Promise<SelectSource> {
  const where = "data query";
  const tree = await parseSelect(source, session, where);
  refuseChanging(tree, where, []);
  const references: FileReference[] = [];
  for (const node of walk(tree)) {
    const pattern = filePattern(node, where);
    if (pattern === null) continue;
    const files = (await Promise.all(pattern.map((path) => findDataFiles(path, root)))).flat();
    // One reading for all mentions of the same files.
    formatOf(files);
    references.push({ node, files });
  }
  return { tree, references };
}

/**
 * Makes a view of each file reference and gives the SELECT over them, in which no path is left.
 */
export async function bindSource(source: SelectSource, session: Session): Promise<string> {
  for (const [index, { node, files }] of source.references.entries()) {
    const view = `source_${index}`;
    await session.rows(`CREATE VIEW ${quoteName(view)} AS SELECT * FROM ${(await relationOf(files, session)).sql}`);
    toTable(node, view);
  }
  return writeSelect(source.tree, session);
}

function filePattern(node: SqlNode, where: string): readonly string[] | null {
  if (node["type"] === "BASE_TABLE") {
    const name = node["table_name"];
    const isPath = node["schema_name"] === "" && typeof name === "string" && /[./*?[\\]/.test(name);
    return isPath ? [name] : null;
  }
  if (node["type"] !== "TABLE_FUNCTION") return null;
  const call = nodesOf([node["function"] ?? null])[0];
  const name = call === undefined ? null : functionName(call);
  if (call === undefined || name === null || MAKERS.has(name)) return null;
  const [first, ...others] = nodesOf(call["children"]);
  const paths = first === undefined ? null : textConstants(first);
  if (!READERS.has(name) || paths === null || others.length > 0) {
    throw new ProblemError({
      kind: "config",
      where,
      what: READERS.has(name) ? `${name} has other arguments than one path` : `it calls the table function ${name}`,
      mend: "name files as FROM 'folder/rows.parquet'; types are decided by every value",
    });
  }
  return paths;
}

function textConstants(node: SqlNode): readonly string[] | null {
  if (functionName(node) === "list_value") {
    const parts = nodesOf(node["children"]).map(textConstants);
    return parts.length > 0 && parts.every((part) => part !== null) ? parts.flat() : null;
  }
  const value = nodesOf([node["value"] ?? null])[0];
  const text = value?.["value"];
  return node["type"] === "VALUE_CONSTANT" && typeof text === "string" ? [text] : null;
}

function toTable(node: SqlNode, view: string): void {
  const alias = node["alias"] === "" ? defaultAlias(node) : (node["alias"] ?? "");
  const columns: SqlValue = node["column_name_alias"] ?? [];
  for (const key of Object.keys(node)) delete node[key];
  Object.assign(node, {
    type: "BASE_TABLE",
    alias,
    sample: null,
    query_location: 0,
    schema_name: "",
    table_name: view,
    column_name_alias: columns,
    catalog_name: "",
    at_clause: null,
  });
}

/** DuckDB names a file's table by the file, `rows` for `folder/rows.parquet`, and a function's by the function. */
function defaultAlias(node: SqlNode): string {
  const call = nodesOf([node["function"] ?? null])[0];
  if (call !== undefined) return functionName(call) ?? "";
  const name = typeof node["table_name"] === "string" ? node["table_name"] : "";
  return /([^/\\]*?)(\.[^/\\]*)?$/.exec(name)?.[1] ?? "";
}
