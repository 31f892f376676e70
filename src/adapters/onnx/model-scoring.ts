import { availableParallelism } from "node:os";
import type { Tensor } from "onnxruntime-node";
import type { FeatureBlock, ModelScoring, ScoredModel } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { prepareOnnxRuntime } from "../load-native.ts";
import { addLabels, addNumbers, type LabelsSoFar, type NumbersSoFar } from "./accumulate.ts";
import { blockKey, createLayout, type Rows, sliceRows, toFeeds } from "./feeds.ts";
import { type InputPlan, planInputs } from "./input-plan.ts";
import { type TimedModel, timeCalls } from "./latency.ts";
import { type LoadedModel, loadModel, runtimeReason } from "./load-model.ts";
import { type OutputPlan, planOutputs } from "./output-plan.ts";
import { toPredictions } from "./to-predictions.ts";

export type ScoringOptions = {
  /** Threads of one call. Default: the machine's cores. */
  readonly threads?: number;
};

type Request = Parameters<ModelScoring["score"]>[0];

/** A model while its rows go by. */
type Running = {
  readonly model: LoadedModel;
  readonly inputs: InputPlan;
  readonly outputs: OutputPlan;
  numbers: NumbersSoFar | null;
  labels: LabelsSoFar | null;
  /** Rows of the first batch, one call's each, to time calls with. */
  samples: readonly Rows[];
  /** The first batch, to take throughput from; null before it has come. */
  batch: Rows | null;
};

/** One entry a model: running, or what is wrong with it. */
type Entry = Running | Error;

/** Rows of a batch: large enough that the call itself costs nothing, small enough to stay in the cache (30 float columns: 2 MB). */
const BATCH_ROWS = 16_384;
const BATCH_VALUES = 4_000_000;
/** Different calls that are timed. */
const TIMED_CALLS = 64;

/**
 * Scoring with ONNX Runtime, in this process: a call cannot be stopped, so that files nobody trusts need a process of their
 * own with a time-out. All models are fed from one pass over the table, batch by batch.
 */
export function createModelScoring(options: ScoringOptions = {}): ModelScoring {
  return { prepare, score: (request) => score(request, options.threads ?? availableParallelism()) };
}

function prepare(): void {
  try {
    prepareOnnxRuntime();
  } catch {
    // Whoever scores comes upon it again, and says so.
  }
}

async function score(request: Request, threads: number): Promise<readonly (ScoredModel | Error)[]> {
  const entries: Entry[] = [];
  try {
    for (const model of request.models) entries.push(await problemOf(() => start(model, request, threads)));
    await readRows(entries, request);
    return await finish(entries, request);
  } finally {
    for (const entry of entries) if (!(entry instanceof Error)) await entry.model.session.release();
  }
}

async function start(file: Request["models"][number], request: Request, threads: number): Promise<Running> {
  const model = await loadModel(file, threads);
  try {
    const inputs = planInputs(model, {
      columns: request.table.columns,
      features: file.features,
      truth: request.truth,
      exclude: request.exclude,
    });
    const outputs = planOutputs(model, request.target.task);
    return { model, inputs, outputs, numbers: null, labels: null, samples: [], batch: null };
  } catch (error) {
    await model.session.release();
    throw error;
  }
}

/** Feeds every running model from one pass; where that fails for one's columns, each reads for itself. */
async function readRows(entries: Entry[], request: Request): Promise<void> {
  try {
    await readOnce(entries, request);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const running = entries.flatMap((entry, index) => (entry instanceof Error ? [] : [index]));
    const [only] = running;
    if (only === undefined) throw error;
    if (running.length === 1) {
      entries[only] = await released(entries[only] as Running, error);
      return;
    }
    for (const index of running) {
      const alone = [entries[index] as Entry];
      await readRows(alone, request);
      entries[index] = alone[0] as Entry;
    }
  }
}

async function readOnce(entries: Entry[], { table }: Request): Promise<void> {
  const wanted = wantedBlocks(entries);
  if (wanted.length === 0) return;
  const width = wanted.reduce((sum, { columns }) => sum + columns.length, 0);
  const size = Math.min(BATCH_ROWS, Math.max(1, Math.floor(BATCH_VALUES / width)));
  const layouts = entries.map((entry) => (entry instanceof Error ? null : createLayout(entry.inputs, wanted)));
  for await (const batch of table.batches(wanted, size)) {
    for (const [index, entry] of entries.entries()) {
      const layout = layouts[index];
      if (entry instanceof Error || !layout) continue;
      const next = await problemOf(() => scoreBatch(entry, layout(batch), batch.offset, table.rows));
      if (next instanceof Error) entries[index] = await released(entry, next);
    }
    if (entries.every((entry) => entry instanceof Error)) return;
  }
}

/** What the running models are fed with, each block once. */
function wantedBlocks(entries: readonly Entry[]): readonly FeatureBlock[] {
  const blocks = entries.flatMap((entry) =>
    entry instanceof Error ? [] : entry.inputs.inputs.map(({ block }) => block),
  );
  return [...new Map(blocks.map((block) => [blockKey(block), block])).values()];
}

async function scoreBatch(running: Running, rows: Rows, offset: number, total: number): Promise<Running> {
  const { inputs } = running;
  const size = inputs.fixedRows;
  // From the start, perhaps again: nothing of an earlier pass is kept.
  if (offset === 0) {
    Object.assign(running, {
      samples: sampleRows(rows, inputs),
      batch: firstBatch(rows, inputs),
      numbers: null,
      labels: null,
    });
  }
  if (size === null) {
    await scoreRows(running, rows, { offset, rows: rows.count, given: rows.count, total });
    return running;
  }
  for (let from = 0; from < rows.count; from += size) {
    const count = Math.min(size, rows.count - from);
    const part = sliceRows(rows, inputs, from, count, size);
    await scoreRows(running, part, { offset: offset + from, rows: count, given: size, total });
  }
  return running;
}

async function scoreRows(
  running: Running,
  rows: Rows,
  at: { readonly offset: number; readonly rows: number; readonly given: number; readonly total: number },
): Promise<void> {
  const { model, inputs, outputs } = running;
  const given = await run(model, toFeeds(rows, inputs), outputsToRead(running));
  if (outputs.numbers !== null) running.numbers = addNumbers(running.numbers, given[outputs.numbers], at, model.name);
  if (outputs.labels !== null && readsLabels(running)) {
    running.labels = addLabels(running.labels, given[outputs.labels], at, model.name);
  }
}

async function run(
  model: LoadedModel,
  feeds: Record<string, Tensor>,
  outputs: readonly string[],
): Promise<Readonly<Record<string, Tensor>>> {
  try {
    return (await model.session.run(feeds, outputs)) as Readonly<Record<string, Tensor>>;
  } catch (cause) {
    throw new ProblemError(
      {
        kind: "evidence",
        where: model.name,
        what: `ONNX Runtime cannot run it: ${runtimeReason(cause)}`,
        mend: "run it on the same rows where it was trained, and export it anew",
      },
      { cause },
    );
  }
}

/** Labels are read where there are no numbers, or where only they can tell which column is whose. */
function readsLabels({ model, outputs, numbers }: Running): boolean {
  if (outputs.labels === null) return false;
  return outputs.numbers === null || (model.classes === null && (numbers === null || numbers.width === 2));
}

function outputsToRead(running: Running): readonly string[] {
  const { outputs } = running;
  return [outputs.numbers, readsLabels(running) ? outputs.labels : null].filter((name) => name !== null);
}

/** As many rows as one call of the evaluation has, copied. */
function firstBatch(rows: Rows, inputs: InputPlan): Rows {
  const size = inputs.fixedRows ?? rows.count;
  return sliceRows(rows, inputs, 0, Math.min(size, rows.count), size);
}

/** Rows for single calls, copied: the batch's buffers are used again. */
function sampleRows(rows: Rows, inputs: InputPlan): readonly Rows[] {
  const size = inputs.fixedRows ?? 1;
  const calls = Math.min(TIMED_CALLS, Math.ceil(rows.count / size));
  return Array.from({ length: calls }, (_, call) => {
    const from = call * size;
    return sliceRows(rows, inputs, from, Math.min(size, rows.count - from), size);
  });
}

async function finish(entries: readonly Entry[], request: Request): Promise<readonly (ScoredModel | Error)[]> {
  const results: (Scored | Error)[] = [];
  for (const entry of entries)
    results.push(entry instanceof Error ? entry : await problemOf(() => conclude(entry, request)));
  const scored = results.filter((result): result is Scored => !(result instanceof Error));
  const timed = request.latency && scored.length > 0 ? await timeCalls(scored.map(({ timing }) => timing)) : [];
  return results.map((result) => {
    if (result instanceof Error) return result;
    return { predictions: result.predictions, latency: timed[scored.indexOf(result)] ?? null };
  });
}

type Scored = { readonly predictions: ScoredModel["predictions"]; readonly timing: TimedModel };

async function conclude(running: Running, { target, labels, threshold, latency }: Request): Promise<Scored> {
  const { model, numbers, labels: said } = running;
  const given = { name: model.name, classes: model.classes, numbers, labels: said };
  const predictions = toPredictions(given, target, labels, threshold);
  const timing = timedModel(running);
  // A model may take many rows and fail on one: that is its own problem, and no time to measure.
  const [first] = timing.feeds;
  if (latency && first !== undefined) await run(model, first, timing.outputs);
  return { predictions, timing };
}

function timedModel(running: Running): TimedModel {
  const { model, inputs, samples, batch } = running;
  if (batch === null) throw new Error("a model was timed that has seen no row");
  return {
    batch: { rows: batch.count, feed: toFeeds(batch, inputs) },
    rows: inputs.fixedRows ?? 1,
    session: model.session,
    feeds: samples.map((rows) => toFeeds(rows, inputs)),
    outputs: outputsToRead(running),
  };
}

async function released(running: Running, error: Error): Promise<Error> {
  await running.model.session.release();
  return error;
}

async function problemOf<T>(work: () => Promise<T>): Promise<T | ProblemError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}
