import type { DuckDBDataChunk, DuckDBVector } from "@duckdb/node-api";
import type { FeatureBatch, FeatureBlock } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import type { TypedColumn } from "./columns.ts";
import { changedMeanwhile, type Rows, valueAs } from "./read-columns.ts";
import { listElements, nullItems, rawValues, releaseValues } from "./vectors.ts";

/** Columns side by side, and what they are wanted as. */
type WantedBlock = { readonly columns: readonly TypedColumn[]; readonly as: FeatureBlock["as"] };

type BlockBuffer = Float32Array | Float64Array | BigInt64Array | Uint8Array | string[];

/** A wanted block, and where its part of a batch is laid out. */
type Block = WantedBlock & { readonly width: number; readonly buffer: BlockBuffer };

/**
 * The rows in batches of `size`, each block as wanted.
 *
 * Columns side by side are read as a list in each row: DuckDB lays them out row by row on its own threads, and they come
 * here in one piece instead of one for each column.
 *
 * @throws ProblemError for text where numbers are wanted, or a missing value that the type cannot hold.
 */
export async function* readBatches(
  rows: Rows,
  wanted: readonly WantedBlock[],
  size: number,
): AsyncGenerator<FeatureBatch, void, undefined> {
  const sql = `SELECT ${wanted.map((block) => blockSql(block, rows.source)).join(", ") || "1"} FROM data`;
  const blocks = wanted.map((block) => makeBlock(block, Math.min(size, rows.count)));
  let offset = 0;
  let filled = 0;
  for await (const chunk of rows.session.chunks(sql)) {
    const firstRow = offset + filled;
    if (firstRow + chunk.rowCount > rows.count) throw changedMeanwhile(rows);
    const parts = blocks.map((block, index) => ({ block, vector: vectorOf(chunk, index, block) }));
    for (const { block, vector } of parts) refuseMissing(block, vector, firstRow, rows.source);
    for (let from = 0; from < chunk.rowCount; ) {
      const count = Math.min(chunk.rowCount - from, size - filled);
      for (const { block, vector } of parts) copyRows(block, vector, { from, count, to: filled });
      from += count;
      filled += count;
      if (filled === size) {
        yield { offset, rows: filled, blocks: blocks.map(({ buffer }) => buffer) };
        offset += filled;
        filled = 0;
      }
    }
    for (const { block, vector } of parts) if (block.as !== "string") releaseValues(vector);
  }
  if (filled > 0) yield { offset, rows: filled, blocks: blocks.map((block) => head(block, filled)) };
  if (offset + filled !== rows.count) throw changedMeanwhile(rows);
}

function blockSql({ columns, as }: WantedBlock, source: string): string {
  const values = columns.map((column) => valueAs(column, as, source)).join(", ");
  return columns.length === 1 ? values : `list_value(${values})`;
}

function makeBlock(wanted: WantedBlock, rows: number): Block {
  const width = wanted.columns.length;
  return { ...wanted, width, buffer: makeBuffer(wanted.as, rows * width) };
}

function makeBuffer(as: FeatureBlock["as"], size: number): BlockBuffer {
  switch (as) {
    case "float32":
      return new Float32Array(size);
    case "float64":
      return new Float64Array(size);
    case "int64":
      return new BigInt64Array(size);
    case "bool":
      return new Uint8Array(size);
    case "string":
      return new Array<string>(size).fill("");
  }
}

function head({ buffer, width }: Block, rows: number): BlockBuffer {
  return Array.isArray(buffer) ? buffer.slice(0, rows * width) : buffer.subarray(0, rows * width);
}

/** A block's values in a chunk, row by row. */
function vectorOf(chunk: DuckDBDataChunk, index: number, { width }: Block): DuckDBVector {
  return width === 1 ? chunk.getColumnVector(index) : listElements(chunk, index, width);
}

/** Rows `from` to `from + count` of a chunk become rows `to` and on of the block's buffer. */
function copyRows(
  { buffer, width }: Block,
  vector: DuckDBVector,
  { from, count, to }: { readonly from: number; readonly count: number; readonly to: number },
): void {
  if (Array.isArray(buffer)) {
    for (let item = 0; item < count * width; item++) {
      buffer[to * width + item] = vector.getItem(from * width + item) as string;
    }
    return;
  }
  // Of the same type on both sides, by the query.
  const raw = rawValues(vector) as Float32Array;
  (buffer as Float32Array).set(raw.subarray(from * width, (from + count) * width), to * width);
}

/** Floats and text have a value for what is missing, put there by the query; whole numbers and truth values have none. */
function refuseMissing({ columns, as, width }: Block, vector: DuckDBVector, firstRow: number, source: string): void {
  if (as !== "int64" && as !== "bool") return;
  const [missing] = nullItems(vector);
  if (missing === undefined) return;
  throw new ProblemError({
    kind: "evidence",
    where: `data ${source}, column ${JSON.stringify(columns[missing % width]?.name)}`,
    what: `row ${firstRow + Math.floor(missing / width) + 1} is empty or not ${as === "int64" ? "a whole number" : "true or false"}, and the model takes nothing else there`,
    mend: "fill it before evaluation, or let the model take floats",
  });
}
