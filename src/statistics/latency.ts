import { binomialCdf } from "./incomplete-beta.ts";
import { type PreparedQuantile, prepareQuantile } from "./quantile.ts";
import type { Random } from "./random.ts";
import { resampledUncertainties } from "./resampled-uncertainty.ts";
import { comparedEstimates, FEWEST_UNITS, type SideUncertainties, tooFewUnits } from "./side-uncertainties.ts";
import type { MeasuredEstimate } from "./uncertainty.ts";

/** A percentile is claimed only if so few of `runs` above it would be seen by chance with this probability at most. */
const CHANCE = 0.01;

/** Timings of two models, called in turn. */
export type LatencyRequest = {
  /** In (0, 1): 0.95 for p95. */
  readonly quantile: number;
  /** Milliseconds of each call in the order of time, [runs]. */
  readonly candidate: Float64Array;
  /** Milliseconds of the other model's call beside each, [runs]; null where there is none. */
  readonly baseline: Float64Array | null;
  readonly resamples: number;
  readonly random: Random;
};

/** `baseline` and `difference` (candidate minus baseline, in milliseconds) are null where there is no baseline. */
export type LatencyEstimates = {
  readonly candidate: MeasuredEstimate;
  readonly baseline: MeasuredEstimate | null;
  readonly difference: MeasuredEstimate | null;
};

/**
 * The fewest runs from which a percentile may be claimed: MLPerf LoadGen's rule, the least n with at most 1%
 * probability of fewer than two runs beyond the percentile.
 * @example [0.9, 0.95, 0.99].map(fewestRuns) // [64, 130, 662]
 */
export function fewestRuns(quantile: number): number {
  if (!(quantile > 0 && quantile < 1))
    throw new RangeError(`a latency quantile lies in (0, 1), and ${quantile} does not`);
  const isEnough = (runs: number): boolean => binomialCdf(1, runs, 1 - quantile, quantile) <= CHANCE;
  let enough = 2;
  while (!isEnough(enough)) enough *= 2;
  let tooFew = enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/**
 * A latency quantile (type 7) of one or two models and its difference, by a bootstrap of runs that keeps neighbours in
 * time together: blocks of ∛runs runs, drawn for both models at once, since a slow moment of the machine hits both and
 * lasts (Künsch 1989; circular). Simulated coverage of the difference's 95% intervals 93–97%, also where runs correlate
 * with their neighbours at 0.8; of a single model's 91–95%, and 81–90% so correlated. Unmeasured below `fewestRuns`.
 * Throws a RangeError where the two models have unequal numbers of runs, or none.
 */
export function latencyEstimates(request: LatencyRequest): LatencyEstimates {
  const { quantile, candidate, baseline } = request;
  const runs = candidate.length;
  if (baseline !== null && baseline.length !== runs) throw new RangeError("interleaved runs come in pairs");
  const needed = fewestRuns(quantile);
  if (runs < needed) {
    const reason = `p${Number((100 * quantile).toPrecision(6))} takes at least ${needed} runs, and there are ${runs}`;
    const unmeasured = { measured: false, reason } as const;
    return { candidate: unmeasured, baseline: baseline && unmeasured, difference: baseline && unmeasured };
  }
  const first = prepareQuantile(candidate, quantile);
  const second = baseline && prepareQuantile(baseline, quantile);
  const values = { candidate: first.value, baseline: second === null ? null : second.value, identical: false };
  const compared = comparedEstimates(values, uncertaintiesOf(request, second === null ? [first] : [first, second]));
  return {
    candidate: { measured: true, ...compared.candidate },
    baseline: compared.baseline && { measured: true, ...compared.baseline },
    difference: compared.difference && { measured: true, ...compared.difference },
  };
}

function uncertaintiesOf(request: LatencyRequest, quantiles: readonly PreparedQuantile[]): SideUncertainties {
  const { candidate, resamples, random } = request;
  const runs = candidate.length;
  if (runs < FEWEST_UNITS) return tooFewUnits(runs, "run");
  const sides = quantiles.map(({ value, resample }) => ({
    value,
    resample,
    draws: new Float64Array(resamples),
    acceleration: null,
  }));
  const counts = new Uint32Array(runs);
  for (let at = 0; at < resamples; at++) {
    drawBlocks(counts, random);
    for (const side of sides) side.draws[at] = side.resample(counts);
  }
  return resampledUncertainties(sides, { units: runs, method: "block bootstrap" });
}

/**
 * Fills `counts` with about as many runs as there are, in blocks of neighbours; the last run's neighbour is the first.
 */
function drawBlocks(counts: Uint32Array, random: Random): void {
  const runs = counts.length;
  const length = Math.round(Math.cbrt(runs));
  const blocks = Math.round(runs / length);
  counts.fill(0);
  for (let block = 0; block < blocks; block++) {
    const start = random.below(runs);
    for (let step = 0; step < length; step++) {
      const run = (start + step) % runs;
      counts[run] = (counts[run] as number) + 1;
    }
  }
}
