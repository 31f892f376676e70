import type { Objective } from "../../config/schema.ts";
import { formatExact } from "../../gate/number-text.ts";
import type { ObjectiveJudgement, ObjectiveStatus, Verdict } from "../../gate/verdict.ts";

/** The words of a leaf's status, from the heaviest to the lightest. */
const WORDS: readonly string[] = [
  "unmeasured",
  "missed",
  "not proven",
  "unmeasured (warns)",
  "missed (warns)",
  "undecided",
  "no baseline",
  "met",
];

/** A sign and a word: the word says it all, for whoever cannot see the sign or tell its colour. */
export type StatusText = { readonly icon: string; readonly word: string };

const VERDICTS: Readonly<Record<Verdict, StatusText & { readonly headline: string }>> = {
  pass: { icon: "✅", word: "pass", headline: "This change passes" },
  fail: { icon: "❌", word: "fail", headline: "This change is blocked" },
  inconclusive: { icon: "🟠", word: "inconclusive", headline: "The evidence is not enough to let this change pass" },
  error: { icon: "⛔", word: "error", headline: "This change could not be judged" },
};

/** The verdict as sign, word and headline. */
export function verdictText(verdict: Verdict): StatusText & { readonly headline: string } {
  return VERDICTS[verdict];
}

const STATUSES: Readonly<Record<ObjectiveStatus, StatusText>> = {
  met: { icon: "✅", word: "met" },
  missed: { icon: "❌", word: "missed" },
  undecided: { icon: "🟡", word: "undecided" },
  unmeasured: { icon: "⛔", word: "unmeasured" },
  not_applicable: { icon: "➖", word: "no baseline" },
};

/** The status of one leaf; what is missed or unmeasured without blocking is a warning. */
export function statusText(leaf: Pick<ObjectiveJudgement, "status" | "blocks">): StatusText {
  const text = STATUSES[leaf.status];
  if (leaf.blocks) return leaf.status === "undecided" ? { icon: "🟠", word: "not proven" } : text;
  const isWarning = leaf.status === "missed" || leaf.status === "unmeasured";
  return isWarning ? { icon: "⚠️", word: `${text.word} (warns)` } : text;
}

/** Leaves that are not met, in the order of their weight: without evidence, missed, not proven, then what only warns. */
export function openLeaves(leaves: readonly ObjectiveJudgement[]): readonly ObjectiveJudgement[] {
  return leaves
    .filter((leaf) => leaf.status !== "met" && leaf.status !== "not_applicable")
    .sort((a, b) => weightOf(statusText(a)) - weightOf(statusText(b)));
}

function weightOf({ word }: StatusText): number {
  return WORDS.indexOf(word);
}

/** Several leaves in one line: "6 met", "1 undecided". In the order of their weight. */
export function statusCounts(leaves: readonly ObjectiveJudgement[]): readonly StatusText[] {
  const counts = new Map<string, { icon: string; count: number }>();
  for (const leaf of leaves) {
    const { icon, word } = statusText(leaf);
    counts.set(word, { icon, count: (counts.get(word)?.count ?? 0) + 1 });
  }
  return [...counts]
    .map(([word, { icon, count }]) => ({ icon, word, count }))
    .sort((a, b) => weightOf(a) - weightOf(b))
    .map(({ icon, word, count }) => ({ icon, word: `${count} ${word}` }));
}

/** The bound of one leaf in few characters: `≥ 0.97`, `≤ 20 ms`, `≥ base − 0.02`, `≤ base + 10%`. */
export function boundText(
  objective: Objective,
  bound: ObjectiveJudgement["bound"],
  metric: { readonly better: "higher" | "lower"; readonly unit: string | null },
): string {
  const proof = objective.proof === "required" ? ", proven" : "";
  return `${bareBoundText(objective, bound, metric)}${proof}`;
}

function bareBoundText(
  objective: Objective,
  bound: ObjectiveJudgement["bound"],
  { better, unit }: { readonly better: "higher" | "lower"; readonly unit: string | null },
): string {
  if (bound === "min" && objective.min !== undefined) return `≥ ${formatExact(objective.min, unit)}`;
  if (bound === "max" && objective.max !== undefined) return `≤ ${formatExact(objective.max, unit)}`;
  const tolerance = objective.baseline?.tolerance ?? 0;
  const [sign, step] = better === "higher" ? ["≥", "−"] : ["≤", "+"];
  if (tolerance === 0 || tolerance === "0%") return `${sign} base`;
  return `${sign} base ${step} ${typeof tolerance === "number" ? formatExact(tolerance, unit) : tolerance}`;
}
