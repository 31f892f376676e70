import type { Random } from "./random.ts";

/** Which group each row belongs to: `codes` is [n], of 0 to `count` − 1, each of which occurs. */
export type Grouping = { readonly codes: Int32Array; readonly count: number };

/** Renumbers group codes [n] (any whole numbers ≥ 0; some may be missing, as in a slice) in order of appearance. */
export function groupingOf(codes: Int32Array): Grouping {
  const renumbered = new Map<number, number>();
  const dense = codes.map((code) => {
    const known = renumbered.get(code);
    if (known !== undefined) return known;
    renumbered.set(code, renumbered.size);
    return renumbered.size - 1;
  });
  return { codes: dense, count: renumbered.size };
}

/**
 * Deals rows into blocks of equal size (± 1), at random unless each gets a block of its own; all rows of a group go
 * together. Gives the rows of each block.
 */
export function dealBlocks(rows: number, groups: Grouping | null, blocks: number, random: Random): Uint32Array[] {
  const units = groups === null ? rows : groups.count;
  const blockOfUnit = new Uint32Array(units);
  for (const [at, unit] of shuffled(units, random).entries()) blockOfUnit[unit] = at % blocks;
  const sizes = new Uint32Array(blocks);
  const blockOf = (row: number): number => blockOfUnit[groups === null ? row : (groups.codes[row] as number)] as number;
  for (let row = 0; row < rows; row++) (sizes[blockOf(row)] as number)++;
  const members = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(blocks);
  for (let row = 0; row < rows; row++) {
    const block = blockOf(row);
    (members[block] as Uint32Array)[(filled[block] as number)++] = row;
  }
  return members;
}

/** Each metric with one block left out after the other: [metrics][blocks], NaN where that leaves it undefined. */
export function leaveOut(
  rows: number,
  blocks: readonly Uint32Array[],
  metrics: readonly ((counts: Uint32Array) => number)[],
): Float64Array[] {
  const counts = new Uint32Array(rows).fill(1);
  const values = metrics.map(() => new Float64Array(blocks.length));
  for (const [at, members] of blocks.entries()) {
    for (const row of members) counts[row] = 0;
    for (let which = 0; which < metrics.length; which++) {
      (values[which] as Float64Array)[at] = (metrics[which] as (counts: Uint32Array) => number)(counts);
    }
    for (const row of members) counts[row] = 1;
  }
  return values;
}

/** 0 to n − 1 in random order (Fisher & Yates). */
function shuffled(n: number, random: Random): Uint32Array {
  const order = new Uint32Array(n);
  for (let at = 0; at < n; at++) {
    const other = random.below(at + 1);
    order[at] = order[other] as number;
    order[other] = at;
  }
  return order;
}
