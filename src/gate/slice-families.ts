import { benjaminiHochberg } from "../statistics/benjamini-hochberg.ts";
import { FALSE_DISCOVERY_RATE, type Family } from "./decision.ts";
import type { Leaf } from "./leaf.ts";

/**
 * How each open leaf on a slice fares among those that are judged together; leaves on all rows stand alone and have no
 * entry. Together are judged, within one model, the slices of all its relative objectives, and the slices of all its
 * absolute ones; warnings apart from what blocks, since otherwise a warning could decide what blocks.
 */
export function familiesOf(leaves: readonly Leaf[]): ReadonlyMap<Leaf, Family> {
  const groups = new Map<string, Leaf[]>();
  for (const leaf of leaves) {
    if (leaf.slice === null || leaf.content.kind !== "open") continue;
    const key = `${leaf.bound === "baseline" ? "relative" : "absolute"} ${leaf.objective.severity}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [leaf]);
    else group.push(leaf);
  }
  return new Map([...groups.values()].flatMap(familyOf));
}

function familyOf(leaves: readonly Leaf[]): readonly (readonly [Leaf, Family])[] {
  const tested = leaves.flatMap((leaf) => {
    const p = leaf.content.kind === "open" ? leaf.content.pAllWell : null;
    return p === null ? [] : [{ leaf, p }];
  });
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p));
  const adjustedOf = new Map(tested.map(({ leaf }, at) => [leaf, adjusted[at] ?? 1]));
  return leaves.map((leaf) => {
    const adjustedP = adjustedOf.get(leaf) ?? null;
    const isMissed = adjustedP !== null && adjustedP <= FALSE_DISCOVERY_RATE;
    return [leaf, { isMissed, adjustedP, size: tested.length }];
  });
}
