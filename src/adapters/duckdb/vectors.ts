import type { DuckDBDataChunk, DuckDBListVector, DuckDBVector } from "@duckdb/node-api";

/** The numbers of a column, as DuckDB holds them. */
export type RawValues = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array;

/**
 * The elements of a chunk's column of lists that are all of `width`, one row after the other: [rows × width].
 *
 * DuckDB packs the elements of a result so; what comes otherwise fails here, at once.
 */
export function listElements(chunk: DuckDBDataChunk, column: number, width: number): DuckDBVector {
  const list = chunk.getColumnVector(column) as DuckDBListVector;
  const { childVector: elements } = list;
  const last = chunk.rowCount - 1;
  if (elements.itemCount !== chunk.rowCount * width || list.getEntryOffset(last) !== last * width) {
    throw new TypeError("this release of DuckDB does not pack its lists as expected");
  }
  return elements;
}

/**
 * The numbers of a vector of a fixed-width type, without copying: [items]. Where it is NULL the value is arbitrary.
 *
 * The package keeps this view private; reading through its public accessors costs a boxed value for each cell (ten times
 * the time). A release that lays it out otherwise fails here, at once.
 */
export function rawValues(vector: DuckDBVector): RawValues {
  const { items } = vector as unknown as { items?: unknown };
  if (
    items instanceof Float32Array ||
    items instanceof Float64Array ||
    items instanceof BigInt64Array ||
    items instanceof Int32Array ||
    items instanceof Uint8Array
  ) {
    return items;
  }
  throw new TypeError("this release of DuckDB's package does not lay out its vectors as expected");
}

/**
 * Gives back a vector's memory, once its values are copied: left to the garbage collector, each 64 MB of it cost a
 * collection of the whole heap. The vector is empty afterwards.
 */
export function releaseValues(vector: DuckDBVector): void {
  const { buffer, byteLength } = rawValues(vector);
  // A part of a larger buffer is not the vector's own.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}

/** Validity of 64 items, all of which have a value. */
const ALL_VALID = 2n ** 64n - 1n;

/** Places of a vector that are NULL, ascending. */
export function nullItems(vector: DuckDBVector): readonly number[] {
  const { validity } = vector as unknown as {
    validity?: { data: BigUint64Array | null; itemValid: (item: number) => boolean };
  };
  if (validity === undefined) throw new TypeError("this release of DuckDB's package has no validity in its vectors");
  const items: number[] = [];
  for (const [word, valid] of validity.data?.entries() ?? []) {
    if (valid === ALL_VALID) continue;
    const end = Math.min(vector.itemCount, (word + 1) * 64);
    for (let item = word * 64; item < end; item++) if (!validity.itemValid(item)) items.push(item);
  }
  return items;
}
