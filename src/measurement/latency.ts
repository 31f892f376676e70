import type { LatencySamples } from "../ports.ts";
import type { Measured, ModelPerformance, Performance } from "../report/schema.ts";
import { latencyEstimates } from "../statistics/latency.ts";
import { createRandom } from "../statistics/random.ts";
import { resamplesFor } from "../statistics/resamples-for.ts";
import { type Uncertainty, unknownUncertainty } from "../statistics/uncertainty.ts";
import { reported, reportedIfMeasured } from "./report-estimate.ts";

type Latency = NonNullable<Performance["latency"]>;

/** The report's timings of both models; `baseline` and `differences` are null where there is no baseline. */
export type MeasuredLatency = {
  readonly candidate: Latency;
  readonly baseline: Latency | null;
  readonly differences: ModelPerformance["differences"];
};

/** Fewer blocks of calls than this do not tell how much a mean varies. */
const FEWEST_BLOCKS = 10;
const MS_PER_SECOND = 1000;

/**
 * Median, 95th percentile and throughput of models that were called in turn, and the differences of the percentiles from
 * those pairs of calls. A percentile of too few calls is unmeasured. Null where the candidate was not
 * timed. `seed` is the data's digest.
 *
 * @throws RangeError where the two were not called equally often, or not at all.
 */
export function measureLatency(
  candidate: LatencySamples | null,
  baseline: LatencySamples | null,
  seed: string,
): MeasuredLatency | null {
  if (candidate === null) return null;
  const quantile = (share: number) =>
    latencyEstimates({
      quantile: share,
      candidate: candidate.samplesMs,
      baseline: baseline?.samplesMs ?? null,
      resamples: resamplesFor(0.05, 1),
      random: createRandom(JSON.stringify([seed, "latency", share])),
    });
  const [p50, p95] = [quantile(0.5), quantile(0.95)];
  return {
    candidate: latencyOf(candidate, reportedIfMeasured(p50.candidate), reportedIfMeasured(p95.candidate)),
    baseline:
      baseline && p50.baseline && p95.baseline
        ? latencyOf(baseline, reportedIfMeasured(p50.baseline), reportedIfMeasured(p95.baseline))
        : null,
    differences:
      p50.difference && p95.difference
        ? { p50Ms: reportedIfMeasured(p50.difference), p95Ms: reportedIfMeasured(p95.difference) }
        : null,
  };
}

function latencyOf(samples: LatencySamples, p50Ms: Measured, p95Ms: Measured): Latency {
  const { batchRows, samplesMs, batch } = samples;
  const throughput = { throughputBatchRows: batch.rows, rowsPerSecond: throughputOf(batch) };
  return { runs: samplesMs.length, batchRows, p50Ms, p95Ms, ...throughput };
}

/** Rows over time of all full batches together, slow ones included. */
function throughputOf({ rows, samplesMs }: LatencySamples["batch"]): Measured {
  const meanMs = meanOf(samplesMs);
  if (!(meanMs > 0)) return { measured: false, reason: "the calls took no time that the clock could show" };
  const value = (rows * MS_PER_SECOND) / meanMs;
  return reported({ value, uncertainty: rateUncertainty(samplesMs, value, meanMs) });
}

/** From the means of blocks of neighbouring calls, because a slow moment of the machine lasts longer than a call. */
function rateUncertainty(samplesMs: Float64Array, rate: number, meanMs: number): Uncertainty {
  const length = Math.max(1, Math.round(Math.cbrt(samplesMs.length)));
  const blocks = Math.floor(samplesMs.length / length);
  if (blocks < FEWEST_BLOCKS) return unknownUncertainty("there are too few calls to tell how much they vary");
  const means = Float64Array.from({ length: blocks }, (_, block) =>
    meanOf(samplesMs.subarray(block * length, (block + 1) * length)),
  );
  const centre = meanOf(means);
  const squares = means.reduce((sum, mean) => sum + (mean - centre) ** 2, 0);
  const standardError = (rate / meanMs) * Math.sqrt(squares / (blocks - 1) / blocks);
  return { kind: "normal", method: "means of blocks", standardError, scale: "identity" };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
