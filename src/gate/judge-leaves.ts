import type { Leaf } from "./leaf.ts";
import { familiesOf } from "./slice-families.ts";
import type { ObjectiveJudgement } from "./verdict.ts";

/** Decides every leaf of one model, slices together with their families. Keeps the order. */
export function judgeLeaves(leaves: readonly Leaf[]): readonly ObjectiveJudgement[] {
  const families = familiesOf(leaves);
  return leaves.map((leaf) => {
    const { objective, bound, slice, content } = leaf;
    const counts = objective.severity === "block";
    if (content.kind === "closed") {
      const { status, reason } = content;
      return { objective, bound, slice, status, blocks: counts && content.blocks, reason, rowsToDecide: null };
    }
    const { status, reason, rowsToDecide } = content.decide(families.get(leaf) ?? null);
    const holdsUp = status === "missed" || (status === "undecided" && objective.proof === "required");
    return { objective, bound, slice, status, blocks: counts && holdsUp, reason, rowsToDecide };
  });
}
