import { describeProblem } from "../problem.ts";
import type { Report } from "../report/schema.ts";
import { judgeLeaves } from "./judge-leaves.ts";
import { unmeasuredLeaves } from "./leaf.ts";
import { leavesOf } from "./leaves-of.ts";
import { headline, modelReason, modelVerdict, worstVerdict } from "./model-verdict.ts";
import type { ModelPolicy, PolicyForGate } from "./policy.ts";
import type { Judgement, ModelJudgement } from "./verdict.ts";

/**
 * Judges a report by a policy.
 *
 * From the report come numbers, and nothing else of it is believed: which models there are, what they are judged by,
 * which way a metric is better and whether there is a baseline is said by the policy; `untouched` are the models that the
 * change does not reach, as the caller found out by itself. A model that the policy names and that is not measured is an
 * error.
 */
export function judge(report: Report, policy: PolicyForGate, untouched: ReadonlySet<string>): Judgement {
  const models = policy.map((model) => judgeModel(report, model, untouched.has(model.model)));
  return { verdict: worstVerdict(models.map(({ verdict }) => verdict)), reason: headline(models), models };
}

function judgeModel(report: Report, policy: ModelPolicy, isUntouched: boolean): ModelJudgement {
  const { model } = policy;
  if (isUntouched) {
    return { model, verdict: "pass", reason: "the change does not reach this model: it is not judged", objectives: [] };
  }
  const reports = report.evidence.models.filter(({ name }) => name === model);
  const [own] = reports;
  if (own === undefined) return withoutEvidence(policy, "the report does not have this model");
  if (reports.length > 1) return withoutEvidence(policy, "the report has this model more than once");
  switch (own.outcome) {
    case "failed":
      return withoutEvidence(policy, `the model could not be measured: ${describeProblem(own.problem)}`);
    case "untouched":
      return withoutEvidence(policy, "the report says that the change does not reach this model, and it does");
    case "measured": {
      if (own.task !== policy.task) {
        return withoutEvidence(
          policy,
          `the report measured a ${own.task} model, and the policy is for a ${policy.task} one`,
        );
      }
      const objectives = judgeLeaves(leavesOf(policy, own, report));
      const verdict = modelVerdict(objectives);
      return { model, verdict, reason: modelReason(verdict, objectives), objectives };
    }
  }
}

/** An error whatever the objectives are, warnings and none at all included: nothing is known about the model. */
function withoutEvidence(policy: ModelPolicy, reason: string): ModelJudgement {
  const leaves = policy.objectives.flatMap((objective) => unmeasuredLeaves(objective, reason));
  return { model: policy.model, verdict: "error", reason, objectives: judgeLeaves(leaves) };
}
