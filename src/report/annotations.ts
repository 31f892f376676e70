import { formatCount } from "../gate/number-text.ts";
import type { Judgement, ObjectiveJudgement } from "../gate/verdict.ts";
import type { Annotation } from "../ports.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { Policy, Report } from "./schema.ts";
import { ownEntry } from "./view/own-entry.ts";
import { statusCounts } from "./view/status-text.ts";
import { visibleName, visibleSentence } from "./visible-text.ts";

/** GitHub takes 50 in one request. */
const MAX_ANNOTATIONS = 50;

/**
 * Notes at the objectives' lines in the config, one for each objective that is not met: a failure where it blocks, a
 * warning where it warns, a notice where it is undecided and does not block. The heaviest come first; annotations are
 * plain text for GitHub, with no Markdown in them.
 */
export function annotationsOf(report: Report, judgement: Judgement): readonly Annotation[] {
  const { policy } = report.evidence;
  const weight = { failure: 0, warning: 1, notice: 2 } as const;
  return judgement.models
    .flatMap(({ model, objectives }) => {
      const groups = Map.groupBy(objectives, (leaf) => objectiveKey(leaf.objective));
      return (ownEntry(policy.models, model) ?? []).flatMap(({ objective, line }) => {
        const open = (groups.get(objectiveKey(objective)) ?? []).filter(isOpen);
        return open.length === 0 ? [] : [annotation(model, policy, line, open)];
      });
    })
    .sort((a, b) => weight[a.level] - weight[b.level])
    .slice(0, MAX_ANNOTATIONS);
}

function isOpen(leaf: ObjectiveJudgement): boolean {
  return leaf.status !== "met" && leaf.status !== "not_applicable";
}

function annotation(model: string, policy: Policy, line: number, open: readonly ObjectiveJudgement[]): Annotation {
  const counts = statusCounts(open).map(({ word }) => word);
  const subject = `${visibleName(model, 60)}: ${visibleName(open[0]?.objective.metric ?? "", 60)}`;
  const reasons = open.slice(0, 20).map((leaf) => visibleSentence(leaf.reason, 400));
  const hidden = open.length - reasons.length;
  return {
    path: policy.path,
    line,
    level: levelOf(open),
    title: `${subject} ${open.length === 1 ? (counts[0] ?? "").replace(/^1 /, "") : counts.join(", ")}`,
    message: [...reasons, ...(hidden > 0 ? [`… and ${formatCount(hidden)} more`] : [])].join("\n"),
  };
}

function levelOf(open: readonly ObjectiveJudgement[]): Annotation["level"] {
  if (open.some((leaf) => leaf.blocks)) return "failure";
  return open.some((leaf) => leaf.status === "missed" || leaf.status === "unmeasured") ? "warning" : "notice";
}

/** Two objectives that say the same are the same: the judge's may be another object than the policy's. */
function objectiveKey({
  metric,
  min,
  max,
  baseline,
  slices,
  proof,
  severity,
}: ObjectiveJudgement["objective"] | Policy["models"][string][number]["objective"]): string {
  return canonicalJson([
    metric,
    min ?? null,
    max ?? null,
    baseline?.tolerance ?? null,
    slices ?? null,
    proof,
    severity,
  ]);
}
