import type { ModelConfig } from "../config/schema.ts";
import type { MeasuredModel, ModelPerformance } from "../report/schema.ts";
import type { Evaluation } from "./evaluate.ts";
import type { MadeModel } from "./sides.ts";
import type { Trained } from "./train.ts";

type TrainedWell = Extract<Trained, { ok: true }>;

/** A model that was made, evaluated and compared, as the report carries it. */
export function describeModel(measured: {
  readonly name: string;
  readonly model: ModelConfig;
  readonly candidate: MadeModel;
  readonly trained: TrainedWell;
  /** Null where the base branch does not have the model. */
  readonly baseline: MadeModel | null;
  readonly evaluation: Evaluation;
  readonly dataChanged: boolean;
}): MeasuredModel {
  const { name, model, candidate, trained, baseline, evaluation, dataChanged } = measured;
  return {
    outcome: "measured",
    name,
    task: model.evaluate.task,
    dataset: { ...evaluation.dataset, changedByPullRequest: dataChanged },
    metrics: evaluation.metrics,
    slices: evaluation.slices,
    measurements: evaluation.measurements,
    candidate: {
      commit: candidate.commit,
      artifact: trained.artifact,
      stages: [...trained.lineage],
      curves: evaluation.candidateCurves,
    },
    baseline: describeBaseline(baseline, evaluation),
  };
}

function describeBaseline(baseline: MadeModel | null, evaluation: Evaluation): MeasuredModel["baseline"] {
  if (baseline === null) return { absent: "no-policy-on-base", problem: null };
  if (!baseline.trained.ok) return { absent: "failed", problem: baseline.trained.problem };
  const evaluated = evaluation.baseline;
  if (evaluated === null) throw new Error("a baseline was made and not evaluated");
  if ("problem" in evaluated) return { absent: "failed", problem: evaluated.problem };
  return {
    commit: baseline.commit,
    artifact: baseline.trained.artifact,
    stages: [...baseline.trained.lineage],
    curves: evaluated.curves,
  };
}

/** What making and running the two models took: no part of the report's digest. */
export function describePerformance(
  trained: TrainedWell,
  baseline: MadeModel | null,
  { latency }: Evaluation,
): ModelPerformance {
  return {
    candidate: { latency: latency?.candidate ?? null, stages: [...trained.performance] },
    baseline: baseline?.trained.ok
      ? { latency: latency?.baseline ?? null, stages: [...baseline.trained.performance] }
      : null,
    differences: latency?.differences ?? null,
  };
}
