import type { Objective } from "../config/schema.ts";

/** `pass` lets the change through; the other three block, each for a reason of its own. */
export type Verdict = "pass" | "fail" | "inconclusive" | "error";

/**
 * - `met`, `missed`: the evidence says so
 * - `undecided`: the evidence allows both; blocks only where the objective asks for `proof: required`
 * - `unmeasured`: there is no evidence; blocks
 * - `not_applicable`: a relative objective of a model that the base branch does not have
 */
export type ObjectiveStatus = "met" | "missed" | "undecided" | "unmeasured" | "not_applicable";

/** One objective on one slice, a leaf of the tree. */
export type ObjectiveJudgement = {
  readonly objective: Objective;
  /** Which of the objective's bounds this leaf judges. */
  readonly bound: "min" | "max" | "baseline";
  /** Null for all rows. */
  readonly slice: string | null;
  readonly status: ObjectiveStatus;
  /**
   * True where this leaf holds the change up: missed, unmeasured, or undecided with `proof: required`. False for what is
   * met or not applicable, for `severity: warn`, and for a slice that is too small to judge (docs/adr/0003-small-slices.md).
   */
  readonly blocks: boolean;
  /** A sentence with the numbers in it that a person understands. */
  readonly reason: string;
  /** How many rows in all would decide it, where that can be said. */
  readonly rowsToDecide: number | null;
};

/** One model: all its objectives, and the verdict over the blocking ones. */
export type ModelJudgement = {
  readonly model: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly objectives: readonly ObjectiveJudgement[];
};

/** The whole change: the worst verdict of its models (`error`, then `fail`, then `inconclusive`, then `pass`). */
export type Judgement = {
  readonly verdict: Verdict;
  /** The headline: what decided. */
  readonly reason: string;
  readonly models: readonly ModelJudgement[];
};
