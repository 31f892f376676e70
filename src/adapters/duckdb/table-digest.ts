import { createHash, type Hash } from "node:crypto";
import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { FileDigest } from "../../ports.ts";
import { isIntegerType, type TypedColumn } from "./columns.ts";
import type { Session } from "./session.ts";
import { quoteName } from "./sql-text.ts";
import { nullItems, rawValues, releaseValues } from "./vectors.ts";

/** The rows that have no value are hashed apart, so that where a chunk ends is nowhere to be seen. */
type ColumnHash = { readonly values: Hash; readonly missing: Hash };

/**
 * `sha256:` and 64 hex digits that pin the rows of files: columns, types and the files' digests in reading order. Where
 * the files lie does not count. Hashing the values instead costs 0.45 s for 1M × 30 (the digest of such a file, which its
 * lineage needs anyway: 0.2 s, and nothing when it is known).
 */
export function digestOfFiles(columns: readonly TypedColumn[], files: readonly FileDigest[]): string {
  const hash = createHash("sha256").update("modelgate table of files 1\n");
  hash.update(JSON.stringify({ columns: columnList(columns), files: files.map((file) => file.digest) }));
  return `sha256:${hash.digest("hex")}`;
}

/**
 * `sha256:` and 64 hex digits over columns, types and every value in row order, whatever way the rows came in chunks:
 * what a SELECT gives does not follow from its files alone.
 */
export async function digestOfValues(
  columns: readonly TypedColumn[],
  rowCount: number,
  session: Session,
): Promise<string> {
  const hashes = columns.map(() => ({ values: createHash("sha256"), missing: createHash("sha256") }));
  const values = columns.map(({ name, sqlType }) => `CAST(${quoteName(name)} AS ${hashedType(sqlType)})`);
  let row = 0;
  for await (const chunk of session.chunks(`SELECT ${values.join(", ")} FROM data`)) {
    hashes.forEach((hash, index) => {
      const sqlType = columns[index]?.sqlType ?? "";
      if (hashedType(sqlType) === "VARCHAR") hash.values.update(textBytes(chunk, index));
      else hashNumbers(hash, chunk, index, row);
    });
    row += chunk.rowCount;
  }
  const all = createHash("sha256").update("modelgate table of values 1\n");
  all.update(JSON.stringify({ columns: columnList(columns), rows: rowCount }));
  for (const { values, missing } of hashes) all.update(values.digest()).update(missing.digest());
  return `sha256:${all.digest("hex")}`;
}

/** The type that has every value of a type, and bytes that are the same everywhere. */
function hashedType(sqlType: string): "FLOAT" | "DOUBLE" | "BIGINT" | "UTINYINT" | "VARCHAR" {
  if (sqlType === "FLOAT" || sqlType === "DOUBLE") return sqlType;
  if (sqlType === "BOOLEAN") return "UTINYINT";
  return isIntegerType(sqlType) && !/HUGE|UBIG/.test(sqlType) ? "BIGINT" : "VARCHAR";
}

/** Length and text of each value; a missing one has no length. */
function textBytes(chunk: DuckDBDataChunk, index: number): string {
  const vector = chunk.getColumnVector(index);
  const parts: string[] = [];
  for (let row = 0; row < chunk.rowCount; row++) {
    const text = vector.getItem(row);
    parts.push(typeof text === "string" ? `${text.length}:${text}` : "-");
  }
  return parts.join("");
}

/** The numbers' bytes (little-endian, as on every platform that DuckDB's package has); a missing one is 0 and named by its row. */
function hashNumbers(hash: ColumnHash, chunk: DuckDBDataChunk, index: number, firstRow: number): void {
  const vector = chunk.getColumnVector(index);
  const missing = nullItems(vector);
  const values = rawValues(vector);
  for (const row of missing) values[row] = values instanceof BigInt64Array ? 0n : 0;
  hash.values.update(values);
  releaseValues(vector);
  hash.missing.update(missing.map((row) => `-${firstRow + row}`).join(""));
}

function columnList(columns: readonly TypedColumn[]): readonly (readonly [string, string])[] {
  return columns.map(({ name, sqlType }) => [name, sqlType]);
}
