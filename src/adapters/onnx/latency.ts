import type { InferenceSession, Tensor } from "onnxruntime-node";
import type { LatencySamples } from "../../ports.ts";

/** A model and what to call it with. */
export type TimedModel = {
  /** A full batch, for throughput. */
  readonly batch: { readonly rows: number; readonly feed: Record<string, Tensor> };
  /** Rows of one call: one, but where the model takes a fixed number. */
  readonly rows: number;
  readonly session: InferenceSession;
  readonly feeds: readonly Record<string, Tensor>[];
  readonly outputs: readonly string[];
};

/** Full batches that throughput is taken from: enough for an interval where they are cheap, a few where they are not. */
const MOST_BATCHES = 40;
const FEWEST_BATCHES = 3;
const USUAL_BATCHES_MS = 40;

/** MLPerf's least number of calls for a 95th percentile (130), and more where calls are cheap. */
const FEWEST_RUNS = 130;
const MOST_RUNS = 300;
const WARM_UP_RUNS = 20;
/** Of all measured calls of one model: aimed at, and never exceeded. */
const USUAL_MS = 100;
const LONGEST_MS = 10_000;

/**
 * Times single calls of each model, and then full batches, in turn, the one that goes first changing from round to round: what slows the
 * machine for a moment slows both. All models get the same number of calls, after warm-up. A model so slow that 130 calls
 * take longer than 10 s gets fewer, and then no 95th percentile can be claimed.
 */
export async function timeCalls(models: readonly TimedModel[]): Promise<readonly LatencySamples[]> {
  let slowest = 0;
  for (const model of models) slowest = Math.max(slowest, await warmUp(model));
  const usual = Math.min(MOST_RUNS, Math.max(FEWEST_RUNS, Math.floor(USUAL_MS / slowest)));
  const runs = Math.max(1, Math.min(usual, Math.floor(LONGEST_MS / slowest)));

  const samples = models.map(() => new Float64Array(runs));
  for (let run = 0; run < runs; run++) {
    for (let turn = 0; turn < models.length; turn++) {
      const index = (run + turn) % models.length;
      (samples[index] as Float64Array)[run] = await timeCall(models[index] as TimedModel, run);
    }
  }
  const batches = await timeBatches(models);
  return models.map(({ rows, batch }, index) => ({
    batchRows: rows,
    samplesMs: samples[index] as Float64Array,
    batch: { rows: batch.rows, samplesMs: batches[index] as Float64Array },
  }));
}

/** Full batches of each model in turn, after a first one that is not counted. */
async function timeBatches(models: readonly TimedModel[]): Promise<readonly Float64Array[]> {
  let slowest = 0;
  for (const model of models) slowest = Math.max(slowest, await timeBatch(model));
  const runs = Math.min(MOST_BATCHES, Math.max(FEWEST_BATCHES, Math.floor(USUAL_BATCHES_MS / slowest)));
  const samples = models.map(() => new Float64Array(runs));
  for (let run = 0; run < runs; run++) {
    for (let turn = 0; turn < models.length; turn++) {
      const index = (run + turn) % models.length;
      (samples[index] as Float64Array)[run] = await timeBatch(models[index] as TimedModel);
    }
  }
  return samples;
}

async function timeBatch({ session, batch, outputs }: TimedModel): Promise<number> {
  const start = performance.now();
  await session.run(batch.feed, outputs);
  return performance.now() - start;
}

/** Milliseconds of the fastest of a few calls; one call is enough where it takes long. */
async function warmUp(model: TimedModel): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  let spent = 0;
  for (let run = 0; run < WARM_UP_RUNS && spent < USUAL_MS; run++) {
    const took = await timeCall(model, run);
    fastest = Math.min(fastest, took);
    spent += took;
  }
  return fastest;
}

async function timeCall({ session, feeds, outputs }: TimedModel, run: number): Promise<number> {
  const feed = feeds[run % feeds.length] as Record<string, Tensor>;
  const start = performance.now();
  await session.run(feed, outputs);
  return performance.now() - start;
}
