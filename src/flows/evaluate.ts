import type { EvaluateConfig, Objective } from "../config/schema.ts";
import { curvesOf } from "../measurement/curves.ts";
import { measureLatency } from "../measurement/latency.ts";
import { type MeasureRequest, type MeasureResult, measureSteps } from "../measurement/measure.ts";
import { toObservations } from "../measurement/observe.ts";
import { checkPredictions } from "../measurement/predictions-check.ts";
import { summariseTarget } from "../measurement/summarise-target.ts";
import type { MetricOptions } from "../metrics/metric.ts";
import type { Target } from "../metrics/observations.ts";
import { defaultMetrics, findMetric } from "../metrics/registry.ts";
import type {
  FileDigest,
  Log,
  ModelScoring,
  ScoredModel,
  SliceRows,
  Table,
  Tables,
  TargetSpec,
  Workspace,
} from "../ports.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { Curves, MeasuredModel } from "../report/schema.ts";
import { classNames } from "./class-names.ts";
import { measureCustomMetrics } from "./measure-custom-metrics.ts";
import { alignRows, predictionColumns, readPredictions } from "./read-predictions.ts";
import { refuseCancelled } from "./refuse-cancelled.ts";

export type EvaluatePorts = {
  readonly tables: Tables;
  readonly scoring: ModelScoring;
  readonly log: Log;
  readonly signal: AbortSignal;
};

/** A model's file (ONNX, or a table of predictions) in the tree that made it. */
export type ModelFile = {
  readonly workspace: Workspace;
  readonly file: FileDigest;
  /** What feeds its one matrix input, as its own side's config or data tell; null: the numeric columns of the data. */
  readonly features: readonly string[] | null;
};

/** What evaluating and comparing one model gives to the report. */
export type Evaluation = Pick<MeasuredModel, "metrics" | "slices" | "measurements"> & {
  readonly dataset: Omit<MeasuredModel["dataset"], "changedByPullRequest">;
  readonly candidateCurves: Curves;
  /** Null where there was no baseline to begin with; a problem where it could not be evaluated. */
  readonly baseline: { readonly curves: Curves } | { readonly problem: Problem } | null;
  readonly latency: ReturnType<typeof measureLatency> | null;
};

export type EvaluateRequest = {
  readonly model: string;
  readonly config: EvaluateConfig;
  readonly objectives: readonly Objective[];
  readonly candidate: ModelFile;
  readonly baseline: ModelFile | null;
};

/**
 * Evaluates the candidate and its baseline on the same rows and compares them.
 *
 * @throws ProblemError where the data or the candidate cannot be evaluated, and between two steps once `ports.signal` has fired; what
 * is wrong with the baseline alone is in the result.
 */
export async function evaluateAndCompare(request: EvaluateRequest, ports: EvaluatePorts): Promise<Evaluation> {
  const { config } = request;
  const { signal } = ports;
  refuseCancelled(signal);
  const prepare = config.model === undefined ? undefined : ports.scoring.prepare;
  const table = cancellable(await ports.tables.open(config.data, request.candidate.workspace, prepare), signal);
  try {
    const target = await table.target(targetSpec(config));
    const labels = await classNames(targetSpec(config), target, table);
    const [candidate, baseline] = await predict(request, table, target, labels, ports);
    if (candidate instanceof Error) throw candidate;
    refuseCancelled(signal);
    const scored = baseline instanceof Error ? null : baseline;

    const groups = await groupsOf(config, table);
    const slices = (await Promise.all(config.slices.map((declared) => table.slice(declared)))).flat();
    // Custom metrics are the database's work: it does it beside the resampling, between whose steps its answers are taken.
    const measuring = measureInSteps(
      {
        target,
        candidate: candidate.predictions,
        baseline: scored?.predictions ?? null,
        groups,
        slices,
        metrics: metricNames(config, request.objectives),
        options: metricOptions(config),
        minRows: config.min_rows,
        seed: table.digest,
        tests: relativeTests(request.objectives, slices),
      },
      signal,
    );
    const customising = measureCustomMetrics({
      custom: config.custom,
      table,
      target,
      labels,
      groups,
      slices,
      candidate: candidate.predictions,
      baseline: scored?.predictions ?? null,
    });
    // Both have ended before the table is closed, also where one fails.
    await Promise.allSettled([measuring, customising]);
    const [measured, custom] = [await measuring, await customising];
    refuseCancelled(signal);

    return {
      dataset: {
        source: config.data,
        digest: table.digest,
        rows: table.rows,
        groups: groups?.count ?? null,
        targetSummary: summariseTarget(target, labels),
        files: table.files.map(({ path, digest }) => ({ path, digest })),
      },
      metrics: [...measured.metrics, ...custom.metrics],
      slices: measured.slices,
      measurements: [...measured.measurements, ...custom.measurements],
      candidateCurves: curvesOf(
        toObservations(target, candidate.predictions),
        metricOptions(config),
        labels ?? undefined,
      ),
      baseline: baselineCurves(baseline, target, labels, config),
      latency: measureLatency(candidate.latency, scored?.latency ?? null, table.digest),
    };
  } finally {
    await table.close();
  }
}

/** The table, which gives no more rows and values once the run is cancelled. */
function cancellable(table: Table, signal: AbortSignal): Table {
  return {
    ...table,
    batches: async function* (blocks, rows) {
      for await (const batch of table.batches(blocks, rows)) {
        refuseCancelled(signal);
        yield batch;
      }
    },
    custom: async (request) => {
      refuseCancelled(signal);
      return table.custom(request);
    },
  };
}

/** Resampling takes seconds without a pause of its own, in which no signal would be heard. */
async function measureInSteps(request: MeasureRequest, signal: AbortSignal): Promise<MeasureResult> {
  const steps = measureSteps(request);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
    refuseCancelled(signal);
  }
}

/** What the config says of the target column. */
function targetSpec(config: EvaluateConfig): TargetSpec {
  switch (config.task) {
    case "binary":
      return { task: "binary", column: config.target, positive: config.positive };
    case "multiclass":
      return { task: "multiclass", column: config.target, labels: config.labels ?? null };
    case "regression":
      return { task: "regression", column: config.target };
  }
}

/** The settings of metrics that the config has for its task, with the defaults of the others. */
function metricOptions(config: EvaluateConfig): MetricOptions {
  return {
    calibrationBins: config.task === "regression" ? 10 : config.calibration_bins,
    topK: config.task === "multiclass" ? config.top_k : 2,
    quantile: config.task === "regression" ? config.quantile : 0.5,
  };
}

async function groupsOf(config: EvaluateConfig, table: Table): Promise<{ codes: Int32Array; count: number } | null> {
  if (config.group === undefined) return null;
  const { codes, values } = await table.codes(config.group);
  return { codes, count: values.length };
}

/** The metrics to measure: those the config lists (else the task's usual ones), and those that an objective names. */
function metricNames(config: EvaluateConfig, objectives: readonly Objective[]): readonly string[] {
  const listed = config.metrics ?? defaultMetrics(config.task);
  const named = objectives.map((objective) => objective.metric);
  return [...new Set([...listed, ...named])].filter((name) => findMetric(config.task, name) !== null);
}

/** How many comparisons with the baseline are judged: each slice of each objective is one. */
function relativeTests(objectives: readonly Objective[], slices: readonly SliceRows[]): number {
  const relative = objectives.filter((objective) => objective.baseline !== undefined);
  return relative.reduce((sum, { slices: judged }) => sum + (judged === undefined ? 1 : Math.max(1, slices.length)), 0);
}

async function predict(
  request: EvaluateRequest,
  table: Table,
  target: Target,
  labels: readonly string[] | null,
  ports: EvaluatePorts,
): Promise<readonly [ScoredModel | Error, (ScoredModel | Error) | null]> {
  const { config, candidate, baseline } = request;
  const files = baseline === null ? [candidate] : [candidate, baseline];
  const scored =
    config.predictions === undefined
      ? await ports.scoring.score({
          table,
          target,
          labels,
          truth: config.target,
          exclude: [config.key, config.group].filter((column) => column !== undefined),
          threshold: config.task === "binary" ? config.threshold : null,
          models: files.map(({ workspace, file, features }, side) => ({
            features,
            path: `${workspace.root}/${file.path}`,
            name: `${request.model}, ${SIDES[side]}'s ${file.path}`,
          })),
          latency: true,
        })
      : await Promise.all(files.map((file) => scoreFile(file, config, table, target, labels, ports.tables)));
  const [first, second] = scored.map((one, side) => checked(one, target, `${request.model}, ${SIDES[side]}`));
  return [first as ScoredModel | Error, baseline === null ? null : (second as ScoredModel | Error)];
}

const SIDES = ["the candidate", "the baseline"];

/** What cannot be measured is a problem of its own model, whoever scored it. */
function checked(scored: ScoredModel | Error, target: Target, where: string): ScoredModel | Error {
  if (scored instanceof Error) return scored;
  const problem = checkPredictions(target, scored.predictions, where);
  return problem === null ? scored : new ProblemError(problem);
}

/** Reads one side's table of predictions; a problem with it is a value, so that it does not hinder the other side. */
async function scoreFile(
  side: ModelFile,
  config: EvaluateConfig,
  data: Table,
  target: Target,
  labels: readonly string[] | null,
  tables: Tables,
): Promise<ScoredModel | Error> {
  try {
    const table = await tables.open(side.file.path, side.workspace);
    try {
      const columns = predictionColumns(config);
      const order = await alignRows({ table: data, name: "the data" }, table, columns.key, side.file.path);
      return {
        predictions: await readPredictions(table, columns, target, labels, order, side.file.path),
        latency: null,
      };
    } finally {
      await table.close();
    }
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

function baselineCurves(
  baseline: ScoredModel | Error | null,
  target: Target,
  labels: readonly string[] | null,
  config: EvaluateConfig,
): Evaluation["baseline"] {
  if (baseline === null) return null;
  if (baseline instanceof ProblemError) return { problem: baseline.problem };
  if (baseline instanceof Error) throw baseline;
  return { curves: curvesOf(toObservations(target, baseline.predictions), metricOptions(config), labels ?? undefined) };
}
