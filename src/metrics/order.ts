import type { FloatArray } from "./observations.ts";

/**
 * The one place where rows are put in order: ranking metrics and rank statistics both stand on it.
 *
 * A radix sort on the bit pattern of the float: an IEEE 754 number, read as an unsigned integer with its sign bit
 * flipped (and all bits flipped where it is negative), sorts as the number does. Three passes of 11 bits sort 32 bits;
 * of a double only the upper half is sorted that way, and the few rows that agree in it are put right afterwards.
 */

const DIGIT_BITS = 11;
const BUCKETS = 1 << DIGIT_BITS;
const DIGIT_MASK = BUCKETS - 1;
const SIGN = 0x80000000;
/** The bits of an entry that are the row's index. */
const ROW = 0x7fffffff;
/** Runs of equal upper halves up to this length are sorted by insertion, longer ones by radix again. */
const INSERTION_LIMIT = 24;
/** Index of a double's upper half within its two words. */
const UPPER_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * The permutation that sorts `values` [n] ascending: row `argsort(values)[i]` has the i-th smallest value. Stable: equal
 * values (−0 and 0 are equal) keep their order. O(n).
 *
 * The values must be finite; where a NaN would go is unspecified.
 *
 * @example argsort(Float64Array.of(0.3, 0.1, 0.3)) // Uint32Array [1, 0, 2]
 */
export function argsort(values: FloatArray): Uint32Array {
  const rows = new Uint32Array(values.length);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  return sortRows(rows, values).rows;
}

/** Rows in order of their values, and where `tiedWithNext` [n] is 1 the next one has the same value. */
export type SortedRows = { readonly rows: Uint32Array; readonly tiedWithNext: Uint8Array };

/**
 * As `argsort`, of row indices below 2^31 that are handed in (and used up): bit 31 of each is the caller's and travels along.
 */
export function sortRows(rows: Uint32Array, values: FloatArray): SortedRows {
  if (values instanceof Float32Array) {
    const sorted = sortByKeys(keysOfSingles(values), rows);
    return { rows: sorted.payload, tiedWithNext: equalNeighbours(sorted.keys) };
  }
  const sorted = sortByKeys(upperKeysOfDoubles(values), rows);
  return { rows: sorted.payload, tiedWithNext: sortWithinRuns(sorted.payload, values, sorted.keys) };
}

function equalNeighbours(keys: Uint32Array): Uint8Array {
  const equal = new Uint8Array(keys.length);
  for (let at = 1; at < keys.length; at++) equal[at - 1] = keys[at - 1] === keys[at] ? 1 : 0;
  return equal;
}

function keysOfSingles(values: Float32Array): Uint32Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const keys = new Uint32Array(values.length);
  for (let row = 0; row < keys.length; row++) {
    const word = bits[row] as number;
    keys[row] = ascending(word === SIGN ? 0 : word);
  }
  return keys;
}

/** Keys of the upper halves, −0 as 0. */
function upperKeysOfDoubles(values: Float64Array): Uint32Array {
  const words = wordsOf(values);
  const keys = new Uint32Array(values.length);
  for (let row = 0; row < keys.length; row++) {
    const upper = words[2 * row + UPPER_WORD] as number;
    keys[row] = ascending(upper === SIGN && values[row] === 0 ? 0 : upper);
  }
  return keys;
}

function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
}

/** Bits of a float to an unsigned integer of the same order. */
function ascending(word: number): number {
  return word ^ ((word >> 31) | SIGN);
}

/**
 * `rows` are sorted by the values' upper halves; sorts the runs that agree in them by the lower halves, and finds the
 * ties.
 */
function sortWithinRuns(rows: Uint32Array, values: Float64Array, upperKeys: Uint32Array): Uint8Array {
  const tiedWithNext = new Uint8Array(rows.length);
  let start = 0;
  while (start < rows.length) {
    const key = upperKeys[start];
    let end = start + 1;
    while (end < rows.length && upperKeys[end] === key) end++;
    if (end - start > 1) {
      if (end - start <= INSERTION_LIMIT) insertionSort(rows, values, start, end);
      else if (!isAscending(rows, values, start, end)) sortRunByRadix(rows.subarray(start, end), values);
      for (let at = start; at + 1 < end; at++) {
        tiedWithNext[at] = valueAt(rows, values, at) === valueAt(rows, values, at + 1) ? 1 : 0;
      }
    }
    start = end;
  }
  return tiedWithNext;
}

function valueAt(rows: Uint32Array, values: Float64Array, at: number): number {
  return values[(rows[at] as number) & ROW] as number;
}

function insertionSort(rows: Uint32Array, values: Float64Array, start: number, end: number): void {
  for (let next = start + 1; next < end; next++) {
    const row = rows[next] as number;
    const value = valueAt(rows, values, next);
    let place = next;
    while (place > start && valueAt(rows, values, place - 1) > value) {
      rows[place] = rows[place - 1] as number;
      place--;
    }
    rows[place] = row;
  }
}

/** True for a run of ties, which is how nearly every long run comes about. */
function isAscending(rows: Uint32Array, values: Float64Array, start: number, end: number): boolean {
  for (let next = start + 1; next < end; next++) {
    if (valueAt(rows, values, next - 1) > valueAt(rows, values, next)) return false;
  }
  return true;
}

function sortRunByRadix(run: Uint32Array, values: Float64Array): void {
  const words = wordsOf(values);
  const keys = new Uint32Array(run.length);
  for (let at = 0; at < run.length; at++) {
    const row = (run[at] as number) & ROW;
    const lower = words[2 * row + 1 - UPPER_WORD] as number;
    keys[at] = (values[row] as number) < 0 ? ~lower : lower;
  }
  run.set(sortByKeys(keys, run.slice()).payload);
}

/** Sorts `payload` by `keys`, least significant digit first; both arrays are used up. */
function sortByKeys(keys: Uint32Array, payload: Uint32Array): { keys: Uint32Array; payload: Uint32Array } {
  const n = keys.length;
  const histograms = digitHistograms(keys);
  let fromKeys = keys;
  let fromPayload = payload;
  let toKeys: Uint32Array | null = null;
  let toPayload: Uint32Array | null = null;
  for (let digit = 0; digit < 3; digit++) {
    const shift = digit * DIGIT_BITS;
    const offsets = histograms.subarray(digit * BUCKETS, (digit + 1) * BUCKETS);
    // A digit that all keys share (the exponent of scores near each other) needs no pass.
    if (n === 0 || offsets[((keys[0] as number) >>> shift) & DIGIT_MASK] === n) continue;
    toOffsets(offsets);
    toKeys ??= new Uint32Array(n);
    toPayload ??= new Uint32Array(n);
    scatter(fromKeys, fromPayload, toKeys, toPayload, offsets, shift);
    [fromKeys, toKeys] = [toKeys, fromKeys];
    [fromPayload, toPayload] = [toPayload, fromPayload];
  }
  return { keys: fromKeys, payload: fromPayload };
}

function digitHistograms(keys: Uint32Array): Uint32Array {
  const counts = new Uint32Array(3 * BUCKETS);
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row] as number;
    (counts[key & DIGIT_MASK] as number)++;
    (counts[BUCKETS + ((key >>> DIGIT_BITS) & DIGIT_MASK)] as number)++;
    (counts[2 * BUCKETS + (key >>> (2 * DIGIT_BITS))] as number)++;
  }
  return counts;
}

/** Counts of each bucket to the place of its first entry. */
function toOffsets(counts: Uint32Array): void {
  let next = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    const count = counts[bucket] as number;
    counts[bucket] = next;
    next += count;
  }
}

function scatter(
  fromKeys: Uint32Array,
  fromPayload: Uint32Array,
  toKeys: Uint32Array,
  toPayload: Uint32Array,
  offsets: Uint32Array,
  shift: number,
): void {
  for (let row = 0; row < fromKeys.length; row++) {
    const key = fromKeys[row] as number;
    const digit = (key >>> shift) & DIGIT_MASK;
    const place = offsets[digit] as number;
    offsets[digit] = place + 1;
    toKeys[place] = key;
    toPayload[place] = fromPayload[row] as number;
  }
}
