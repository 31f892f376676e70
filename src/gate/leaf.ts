import type { Objective } from "../config/schema.ts";
import type { Decision, Family } from "./decision.ts";
import type { ObjectiveJudgement } from "./verdict.ts";

/** One bound of one objective, on all rows or on one slice, before the slices are judged together. */
export type Leaf = {
  readonly objective: Objective;
  readonly bound: ObjectiveJudgement["bound"];
  readonly slice: string | null;
  readonly content: OpenQuestion | Closed;
};

/** Evidence that can be decided once it is known how the slices fare together. */
export type OpenQuestion = {
  readonly kind: "open";
  /** One-sided p-value of "all is well"; null where nothing is known. */
  readonly pAllWell: number | null;
  readonly decide: (family: Family | null) => Decision;
};

/** No evidence, or nothing that applies. */
export type Closed = {
  readonly kind: "closed";
  readonly status: "unmeasured" | "not_applicable";
  readonly blocks: boolean;
  readonly reason: string;
};

/** The bounds of an objective in the order in which they are judged and shown. */
export function boundsOf(objective: Objective): readonly ObjectiveJudgement["bound"][] {
  const bounds: ObjectiveJudgement["bound"][] = [];
  if (objective.min !== undefined) bounds.push("min");
  if (objective.max !== undefined) bounds.push("max");
  if (objective.baseline !== undefined) bounds.push("baseline");
  return bounds;
}

/** There is no evidence, and that holds the change up. */
export function unmeasured(reason: string): Closed {
  return { kind: "closed", status: "unmeasured", blocks: true, reason };
}

/** A leaf without evidence for each bound of an objective. */
export function unmeasuredLeaves(objective: Objective, reason: string): readonly Leaf[] {
  return boundsOf(objective).map((bound) => ({ objective, bound, slice: null, content: unmeasured(reason) }));
}
