import type { Objective } from "../config/schema.ts";
import type { MeasuredModel, Report, SliceDescriptor } from "../report/schema.ts";
import { type AbsoluteQuestion, judgeAbsolute, pWithinBound } from "./absolute.ts";
import type { JudgedMetric } from "./evidence.ts";
import { judgedMetric, type MetricKind } from "./judged-metric.ts";
import { boundsOf, type Closed, type Leaf, type OpenQuestion, unmeasured, unmeasuredLeaves } from "./leaf.ts";
import { formatBeside, formatCount } from "./number-text.ts";
import type { ModelPolicy } from "./policy.ts";
import { findComparison, findValue } from "./quality-evidence.ts";
import { judgeRelative, pWithinMargin, type RelativeQuestion } from "./relative.ts";
import { compareResource, findResource, type ResourceReport, resourceReport } from "./resource-evidence.ts";
import { type Scope, scopesOf } from "./slice-selection.ts";
import { toleranceOf } from "./tolerance.ts";

type Bound = Leaf["bound"];

/** One objective of one model, and where its evidence is. */
type Setting = {
  readonly objective: Objective;
  readonly policy: ModelPolicy;
  readonly model: MeasuredModel;
  readonly resources: ResourceReport;
  readonly kind: MetricKind;
  readonly metric: JudgedMetric;
};

/** All leaves of a model's objectives, in the order of the config; of one objective by bound, then by slice. */
export function leavesOf(policy: ModelPolicy, model: MeasuredModel, report: Report): readonly Leaf[] {
  const resources = resourceReport(report, model);
  return policy.objectives.flatMap((objective) => {
    const known = judgedMetric(objective.metric, policy);
    if (known === null) {
      const what = `neither a metric of a ${policy.task} model nor one of the config's own`;
      return unmeasuredLeaves(objective, `${objective.metric} is ${what}`);
    }
    if (known.kind === "resource" && objective.slices !== undefined) {
      return unmeasuredLeaves(objective, `${known.metric.label} is not measured on slices`);
    }
    return leavesOfObjective({ objective, policy, model, resources, ...known });
  });
}

function leavesOfObjective(setting: Setting): readonly Leaf[] {
  const { objective, policy, model } = setting;
  const scopes = scopesOf(objective, policy, model.slices);
  return boundsOf(objective).flatMap((bound) => scopes.map((scope) => leafOf(setting, bound, scope)));
}

function leafOf(setting: Setting, bound: Bound, scope: Scope): Leaf {
  const { objective, metric } = setting;
  switch (scope.kind) {
    case "all rows":
      return { objective, bound, slice: null, content: tooFewRows(setting) ?? contentOf(setting, bound, null) };
    case "slice":
      return { objective, bound, slice: scope.slice.name, content: contentOf(setting, bound, scope.slice) };
    case "unmeasured": {
      const reason = `${metric.label}: ${scope.reason}`;
      return { objective, bound, slice: scope.name, content: { ...unmeasured(reason), blocks: scope.blocks } };
    }
  }
}

/** A handful of rows is no evidence, however well they come out. */
function tooFewRows({ kind, metric, model, policy }: Setting): Closed | null {
  const { rows } = model.dataset;
  if (kind === "resource" || rows >= policy.minRows) return null;
  const counted = `${formatCount(rows)} ${rows === 1 ? "row is" : "rows are"} too few to judge it`;
  return unmeasured(`${metric.label}: ${counted} (fewer than ${formatCount(policy.minRows)})`);
}

function contentOf(setting: Setting, bound: Bound, slice: SliceDescriptor | null): OpenQuestion | Closed {
  return bound === "baseline" ? relativeContent(setting, slice) : absoluteContent(setting, bound, slice);
}

function absoluteContent(setting: Setting, side: "min" | "max", slice: SliceDescriptor | null): OpenQuestion | Closed {
  const { objective, metric, model, resources, kind } = setting;
  const subject = subjectText(metric, slice);
  const bound = objective[side];
  if (bound === undefined || !Number.isFinite(bound)) return unmeasured(`${subject} has no bound to be held against`);
  const evidence = kind === "resource" ? findResource(resources, metric) : findValue(model, metric, slice);
  if (!evidence.found) return unmeasured(`${subject} ${evidence.reason}`);
  const question: AbsoluteQuestion = {
    subject,
    metric,
    side,
    bound,
    evidence: evidence.value,
    isProofRequired: objective.proof === "required",
    rows: kind === "resource" ? null : rowsOf(model, slice),
  };
  return { kind: "open", pAllWell: pWithinBound(question), decide: (family) => judgeAbsolute(question, family) };
}

function relativeContent(setting: Setting, slice: SliceDescriptor | null): OpenQuestion | Closed {
  const { objective, metric, policy, model, resources, kind } = setting;
  const subject = subjectText(metric, slice);
  if (!policy.hasBaseline && "absent" in model.baseline && model.baseline.absent === "no-policy-on-base") {
    return {
      kind: "closed",
      status: "not_applicable",
      blocks: false,
      reason: `${subject} has nothing to be compared with: the base branch does not have this model`,
    };
  }
  const comparison = kind === "resource" ? compareResource(resources, metric) : findComparison(model, metric, slice);
  if (!comparison.found) return unmeasured(`${subject} ${comparison.reason}`);
  const { candidate, baseline } = comparison.value;
  const tolerance = toleranceOf(objective.baseline?.tolerance ?? 0, baseline, metric.unit);
  if (!tolerance.found)
    return unmeasured(`${subject} ${formatBeside(candidate, baseline, metric.unit)} ${tolerance.reason}`);
  const question: RelativeQuestion = {
    subject,
    metric,
    comparison: comparison.value,
    tolerance: tolerance.value,
    isProofRequired: objective.proof === "required",
    rows: kind === "resource" ? null : rowsOf(model, slice),
  };
  return { kind: "open", pAllWell: pWithinMargin(question), decide: (family) => judgeRelative(question, family) };
}

/** What a sentence is about: "ROC AUC", or "Recall of “site = A”". */
function subjectText(metric: JudgedMetric, slice: SliceDescriptor | null): string {
  return slice === null ? metric.label : `${metric.label} of “${slice.name}”`;
}

function rowsOf(model: MeasuredModel, slice: SliceDescriptor | null): number {
  return slice?.rows ?? model.dataset.rows;
}
