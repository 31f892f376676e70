import type { ModelConfig } from "../config/schema.ts";
import { numericFeatures } from "../measurement/numeric-features.ts";
import type { Stages } from "../pipeline/graph.ts";
import type { Table, Tables, Workspace } from "../ports.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { ModelPerformance, ModelReport } from "../report/schema.ts";
import { describeModel, describePerformance } from "./describe-model.ts";
import { type EvaluatePorts, evaluateAndCompare, type ModelFile } from "./evaluate.ts";
import { type DataState, dataState, firstDifference } from "./evaluation-data.ts";
import type { MadeModel, Sides } from "./sides.ts";
import type { Trained } from "./train.ts";
import type { Difference, Reach } from "./why-affected.ts";

export type CheckedModel = { readonly report: ModelReport; readonly performance: ModelPerformance | null };

/** One model of the change, with its baseline made already. */
export type ModelCheck = {
  readonly name: string;
  readonly model: ModelConfig;
  readonly reach: Reach;
  readonly difference: Difference | null;
  readonly trains: boolean;
  /** Stages of the change's own side. */
  readonly stages: Stages;
  /** Null where the base branch does not have the model. */
  readonly baseline: MadeModel | null;
  /** The evaluation's data before any command of the change has run. */
  readonly data: DataState;
};

/**
 * Makes the candidate, evaluates both models on the same rows and compares them. What goes wrong is in the report.
 *
 * A stage may write the evaluation's data only where its `outs` say so; and what was evaluated must still be what was made. Both are held
 * to digests taken before and after.
 */
export async function checkModel(check: ModelCheck, sides: Sides, ports: EvaluatePorts): Promise<CheckedModel> {
  const { name, model } = check;
  const candidate = await sides.candidate(name, model, check.trains);
  if (!candidate.trained.ok) return failedModel(name, candidate.trained);
  const { workspace, features, trained } = candidate;
  const made: ModelFile = { workspace, features, file: trained.artifact };
  const baseline = await comparableBaseline(check);
  try {
    const base = baseline === null ? null : await baselineFile(check, baseline, ports);
    const evaluation = await evaluateAndCompare(
      { model: name, config: model.evaluate, objectives: model.objectives, candidate: made, baseline: base },
      ports,
    );
    await refuseOtherData(check, candidate);
    for (const side of [made, base]) if (side !== null) await refuseOtherFile(name, side);
    const changed = new Set(check.difference?.paths);
    const dataChanged = (await isDataChanged(check)) || evaluation.dataset.files.some(({ path }) => changed.has(path));
    return {
      report: describeModel({ name, model, candidate, trained, baseline, evaluation, dataChanged }),
      performance: describePerformance(trained, baseline, evaluation),
    };
  } catch (error) {
    if (error instanceof ProblemError) return failedModel(name, { ok: false, problem: error.problem, logTail: [] });
    throw error;
  }
}

/** A model without numbers: why, and the end of the log where a stage failed. */
export function failedModel(name: string, { problem, logTail }: Extract<Trained, { ok: false }>): CheckedModel {
  return { report: { outcome: "failed", name, problem, logTail: [...logTail] }, performance: null };
}

/**
 * The baseline with what it is fed: where nothing says so, the numeric columns of the data that it was made with, which may be fewer than the
 * change's.
 */
async function baselineFile(check: ModelCheck, baseline: MadeModel, ports: EvaluatePorts): Promise<ModelFile | null> {
  const { workspace, features, trained } = baseline;
  if (!trained.ok) return null;
  const { evaluate } = check.model;
  const isTold = features !== null || evaluate.predictions !== undefined;
  if (isTold || !(await isDataChanged(check))) return { workspace, features, file: trained.artifact };
  const table = await openIfThere(evaluate.data, workspace, ports.tables);
  if (table === null) return { workspace, features, file: trained.artifact };
  try {
    const own = numericFeatures(table.columns, [evaluate.target, evaluate.key, evaluate.group]);
    return { workspace, features: own, file: trained.artifact };
  } finally {
    await table.close();
  }
}

/** Null where the baseline's tree does not have the data, as where a stage makes it that its model does not need. */
async function openIfThere(source: string, workspace: Workspace, tables: Tables): Promise<Table | null> {
  try {
    return await tables.open(source, workspace);
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

/** A table of predictions is about the rows that its own tree had: on other rows it says nothing. */
async function comparableBaseline(check: ModelCheck): Promise<MadeModel | null> {
  const { name, model, baseline } = check;
  if (baseline === null || !baseline.trained.ok || model.evaluate.predictions === undefined) return baseline;
  if (!(await isDataChanged(check))) return baseline;
  const problem: Problem = {
    kind: "evidence",
    where: `model ${name}, its baseline`,
    what: "its predictions are of other rows, because the evaluation's data differs from the base branch's",
    mend: "change the data and the model in two steps, or evaluate an ONNX model, which is run on the new rows",
  };
  return { ...baseline, trained: { ok: false, problem, logTail: [] } };
}

/** Whether the two models' own trees hold other rows. */
async function isDataChanged({ model, reach, difference, stages, baseline, data }: ModelCheck): Promise<boolean> {
  const changed = new Set(difference?.paths);
  if (reach.remakesData || [...data.keys()].some((path) => [...changed].some((one) => isWithin(one, path))))
    return true;
  if (baseline === null || baseline.commit === null) return false;
  const there = await dataState(model, stages, baseline.workspace);
  // Data that git does not track may be missing there; it is then not another one.
  const known = new Map([...there].filter(([, digest]) => digest !== null));
  return firstDifference(known, data) !== null;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

async function refuseOtherData({ name, model, stages, data }: ModelCheck, candidate: MadeModel): Promise<void> {
  const path = firstDifference(data, await dataState(model, stages, candidate.workspace));
  if (path === null) return;
  throw new ProblemError({
    kind: "stage",
    where: `model ${name}`,
    what: `${path}, which it is evaluated on, is not what it was before the pipeline ran, and no stage is declared to write it`,
    mend: "let no stage touch it, or name it in the `outs` of the one that writes it",
  });
}

async function refuseOtherFile(name: string, { workspace, file }: ModelFile): Promise<void> {
  const [now] = await workspace.digests([file.path]);
  if (now?.digest === file.digest) return;
  throw new ProblemError({
    kind: "stage",
    where: `model ${name}`,
    what: `${file.path} changed between its making and its evaluation`,
    mend: "let every process of a stage end with the stage, and no stage write another's outputs",
  });
}
