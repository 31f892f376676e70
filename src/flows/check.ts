import type { ModelConfig } from "../config/schema.ts";
import { judge } from "../gate/judge.ts";
import { policyForGate } from "../gate/policy.ts";
import type { Judgement } from "../gate/verdict.ts";
import type { Repository } from "../ports.ts";
import { sealReport } from "../report/build-report.ts";
import type { ModelPerformance, ModelReport, Report } from "../report/schema.ts";
import { TOOL } from "../tool.ts";
import type { Change } from "./change.ts";
import { type CheckedModel, checkModel, failedModel, type ModelCheck } from "./check-model.ts";
import type { EvaluatePorts } from "./evaluate.ts";
import { dataState } from "./evaluation-data.ts";
import { type LoadedPolicy, loadPolicy } from "./load-policy.ts";
import { refuseUnknownModels } from "./named-models.ts";
import { readStages } from "./read-stages.ts";
import { refuseCancelled } from "./refuse-cancelled.ts";
import { createSides, type Sides, type SidesPorts } from "./sides.ts";
import { trainedOrProblem } from "./train.ts";
import { type Difference, whyAffected } from "./why-affected.ts";

export type CheckRequest = {
  readonly change: Change;
  /** Where the config stands, if not in one of its usual places. */
  readonly configPath: string | null;
  /** Only these models; null: all. Those left out are not judged, and not in the report. */
  readonly models: readonly string[] | null;
  /** False: the candidate's file is taken as an earlier step left it. */
  readonly trains: boolean;
  /** The run that this is part of; null on a laptop. */
  readonly run: { readonly id: number; readonly attempt: number; readonly url: string } | null;
  readonly platform: string;
};

export type CheckPorts = SidesPorts & EvaluatePorts & { readonly repository: Repository; readonly nowMs: () => number };

export type CheckResult = {
  readonly report: Report;
  readonly judgement: Judgement;
  /** The models that were judged, where others were left out; null: all. */
  readonly scope: readonly string[] | null;
};

/**
 * Checks a change: trains what it reaches, evaluates it and its baseline on the same rows, compares and judges them.
 *
 * @throws ProblemError where nothing can be said at all: no config or a broken one, no such commit or model. What goes wrong with one
 * model is in the report, and judged as missing evidence.
 */
export async function checkChange(request: CheckRequest, ports: CheckPorts): Promise<CheckResult> {
  const startedMs = ports.nowMs();
  const { change } = request;
  // Before any command of the change runs; git looks while the policy is read.
  const [whole, difference] = await Promise.all([
    loadPolicy(ports.repository, change, request.configPath, ports.sha256),
    findDifference(change, ports.repository),
  ]);
  const policy = only(request.models, whole);
  const sides = createSides(change, policy, ports);
  try {
    const { checks, untouched } = await prepare(request, policy, difference, sides, ports);
    const checked = new Map<string, CheckedModel>(untouched.map((model) => [model.report.name, model]));
    for (const check of checks) {
      checked.set(check.name, await checkModel(check, sides, ports));
      refuseCancelled(ports.signal);
    }
    for (const name of Object.keys(policy.removedModels)) checked.set(name, removedModel(name));

    const judged = { ...policy.config.models, ...policy.removedModels };
    const inOrder = Object.keys(judged).map((name) => [name, checked.get(name) as CheckedModel] as const);
    const report = sealReport(
      {
        evidence: describeEvidence(
          change,
          policy,
          inOrder.map(([, { report }]) => report),
        ),
        run: describeRun(request, (ports.nowMs() - startedMs) / 1000, inOrder),
      },
      ports.sha256,
    );
    const names = new Set(untouched.map((model) => model.report.name));
    const judgement = judge(report, policyForGate({ version: 1, models: judged }, policy.proposed), names);
    const left = unjudged(whole, policy);
    return { report, judgement: withUnjudged(judgement, left), scope: left.length === 0 ? null : Object.keys(judged) };
  } finally {
    await sides.release();
  }
}

type Prepared = { readonly checks: readonly ModelCheck[]; readonly untouched: readonly CheckedModel[] };

/**
 * Everything that belongs to the base or to the tree as it was handed over, before the first command of the change runs: what differs, the
 * state of the evaluation's data, and the baselines.
 */
async function prepare(
  { trains }: CheckRequest,
  policy: LoadedPolicy,
  difference: Difference | null,
  sides: Sides,
  ports: CheckPorts,
): Promise<Prepared> {
  const { workspace } = ports.repository;
  const untouched: CheckedModel[] = [];
  const checks: ModelCheck[] = [];
  for (const [name, model] of Object.entries(policy.config.models)) {
    const reach = await whyAffected(name, difference, policy, ports.repository);
    // Without training, what is evaluated is whatever an earlier step of the job has left: no diff tells of that.
    if (!reach.affected && trains) {
      untouched.push({ report: { outcome: "untouched", name, reason: reach.because }, performance: null });
      continue;
    }
    const stages = await stagesOf(policy.head?.models[name] ?? model, workspace);
    const data = await dataState(model, stages, workspace);
    checks.push({ name, model, reach, difference, trains, stages, data, baseline: await sides.baseline(name, model) });
  }
  return { checks, untouched };
}

/** None where they cannot be read: training says why. */
async function stagesOf(model: ModelConfig, workspace: Repository["workspace"]): Promise<ModelCheck["stages"]> {
  const read = await trainedOrProblem(async () => ({
    stages: await readStages(model, (path) => workspace.readText(path)),
  }));
  return "stages" in read ? read.stages : {};
}

/** The models that the policy has and that were not asked for. */
function unjudged(whole: LoadedPolicy, judged: LoadedPolicy): readonly string[] {
  const names = (policy: LoadedPolicy) => [...Object.keys(policy.config.models), ...Object.keys(policy.removedModels)];
  return names(whole).filter((name) => !names(judged).includes(name));
}

/** A check of some models says in its headline which ones it has not looked at. */
function withUnjudged(judgement: Judgement, left: readonly string[]): Judgement {
  if (left.length === 0) return judgement;
  return { ...judgement, reason: `${judgement.reason} (not asked for, and not judged: ${left.join(", ")})` };
}

function only(models: readonly string[] | null, policy: LoadedPolicy): LoadedPolicy {
  if (models === null) return policy;
  const known = [...Object.keys(policy.config.models), ...policy.removed];
  refuseUnknownModels(models, known, policy.reported.path);
  const pick = <T>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => models.includes(name)));
  return {
    ...policy,
    config: { ...policy.config, models: pick(policy.config.models) },
    removedModels: pick(policy.removedModels),
    reported: { ...policy.reported, models: pick(policy.reported.models) },
  };
}

async function findDifference({ baselineSha }: Change, repository: Repository): Promise<Difference | null> {
  return baselineSha === null ? null : { from: baselineSha, paths: await repository.changedSince(baselineSha) };
}

/** A model that the base branch judges cannot be taken out of the gate by the change that is judged. */
function removedModel(name: string): CheckedModel {
  const problem = {
    kind: "evidence",
    where: `model ${name}`,
    what: "the base branch has objectives for it, and this change removes it",
    mend: "keep it, or let a person with the right to do so merge the removal",
  } as const;
  return failedModel(name, { ok: false, problem, logTail: [] });
}

function describeEvidence(change: Change, policy: LoadedPolicy, models: ModelReport[]): Report["evidence"] {
  const { repository, pullRequest, baseBranch, headSha, candidateSha, baselineSha } = change;
  return {
    tool: TOOL,
    repository,
    pullRequest,
    baseBranch,
    headSha,
    candidateSha,
    baselineSha,
    policy: policy.reported,
    models,
  };
}

function describeRun(
  { run, platform }: CheckRequest,
  seconds: number,
  checked: readonly (readonly [string, CheckedModel])[],
): Report["run"] {
  const measured = checked.filter(
    (entry): entry is [string, { report: ModelReport; performance: ModelPerformance }] => entry[1].performance !== null,
  );
  return {
    id: run?.id ?? null,
    attempt: run?.attempt ?? null,
    url: run?.url ?? null,
    platform,
    seconds,
    performance: Object.fromEntries(measured.map(([name, { performance }]) => [name, performance])),
  };
}
