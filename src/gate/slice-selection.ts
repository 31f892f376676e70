import type { Objective } from "../config/schema.ts";
import type { SliceDescriptor } from "../report/schema.ts";
import { formatCount } from "./number-text.ts";
import type { ModelPolicy } from "./policy.ts";

/** The rows that one leaf of an objective is judged on. */
export type Scope =
  | { readonly kind: "all rows" }
  | { readonly kind: "slice"; readonly slice: SliceDescriptor }
  /** There is nothing to judge here; `blocks` tells whether that holds the change up. */
  | { readonly kind: "unmeasured"; readonly name: string | null; readonly reason: string; readonly blocks: boolean };

/** A slice that an objective asks for, and whether the policy calls it by its own name. */
type Chosen = { readonly slice: SliceDescriptor; readonly isNamed: boolean };

/**
 * The scopes of one objective. `slices: all` takes every slice that the policy declares; a list takes slices by name
 * (`site = A`, `age >= 65`) or all values of a column (`site`). See docs/adr/0003-small-slices.md for small ones.
 */
export function scopesOf(
  objective: Objective,
  policy: ModelPolicy,
  reported: readonly SliceDescriptor[],
): readonly Scope[] {
  if (objective.slices === undefined) return [{ kind: "all rows" }];
  if (objective.slices === "all" && policy.slices.length === 0) {
    return [unmeasured(null, "the objective asks for slices and the config declares none")];
  }
  const wanted = objective.slices === "all" ? policy.slices : objective.slices;
  if (wanted.length === 0) return [unmeasured(null, "the objective names no slice")];
  const missing: Scope[] = [];
  const chosen = new Map<string, Chosen>();
  for (const entry of wanted) {
    const found = reported.filter((slice) => slice.name === entry || slice.declared === entry);
    if (found.length === 0) missing.push(unmeasured(entry, `the report has no slice ${quoted(entry)}`));
    for (const slice of found) {
      const isNamed = objective.slices !== "all" && slice.name === entry;
      const before = chosen.get(slice.name);
      if (before !== undefined && before.slice !== slice) {
        missing.push(unmeasured(slice.name, `the report has more than one slice ${quoted(slice.name)}`));
      }
      chosen.set(slice.name, { slice, isNamed: isNamed || before?.isNamed === true });
    }
  }
  return [...withSmallOnes([...chosen.values()], objective, policy.minRows), ...missing];
}

function withSmallOnes(chosen: readonly Chosen[], objective: Objective, minRows: number): Scope[] {
  const isAnyLargeEnough = chosen.some(({ slice }) => slice.rows >= minRows);
  return chosen.map(({ slice, isNamed }) => {
    if (slice.rows >= minRows) return { kind: "slice", slice };
    if (slice.rows === 0) return unmeasured(slice.name, `no row belongs to the slice ${quoted(slice.name)}`);
    const size = `${formatCount(slice.rows)} ${slice.rows === 1 ? "row" : "rows"} of ${quoted(slice.name)} are too few to judge (fewer than ${formatCount(minRows)})`;
    if (isNamed) return unmeasured(slice.name, `${size}, and the objective names this slice`);
    if (objective.proof === "required") return unmeasured(slice.name, `${size}, and the objective asks for proof`);
    if (!isAnyLargeEnough) return unmeasured(slice.name, `${size}, and the objective has no larger slice`);
    return { kind: "unmeasured", name: slice.name, reason: `${size}: shown, not judged`, blocks: false };
  });
}

function unmeasured(name: string | null, reason: string): Scope {
  return { kind: "unmeasured", name, reason, blocks: true };
}

function quoted(name: string): string {
  return `“${name}”`;
}
