import { type areaUnderRoc, type averagePrecisionOf, rank } from "../../../src/metrics/ranking.ts";
import type { Resampleable } from "../../../src/statistics/bootstrap.ts";
import { intervalOf } from "../../../src/statistics/interval.ts";
import type { Random } from "../../../src/statistics/random.ts";
import type { Estimate } from "../../../src/statistics/uncertainty.ts";

/** Worlds whose truth is known, for simulations: in the tests small, in bench/statistics-coverage.ts large. */

/** Binary rows of two models whose scores share part of their noise. */
export type World = {
  readonly rows: number;
  readonly positiveShare: number;
  /** How far the models' scores of positive rows lie above those of negative ones, in standard deviations. */
  readonly candidate: number;
  readonly baseline: number;
  /** Correlation of the two models' noise. */
  readonly shared: number;
};

export type BinaryRows = {
  readonly positive: Uint8Array;
  readonly candidate: Float64Array;
  readonly baseline: Float64Array;
};

export function drawRows(world: World, random: Random): BinaryRows {
  const positive = new Uint8Array(world.rows);
  const candidate = new Float64Array(world.rows);
  const baseline = new Float64Array(world.rows);
  const [common, own] = [Math.sqrt(world.shared), Math.sqrt(1 - world.shared)];
  for (let row = 0; row < world.rows; row++) {
    const y = random.float() < world.positiveShare ? 1 : 0;
    const noise = common * random.normal();
    positive[row] = y;
    candidate[row] = world.candidate * y + noise + own * random.normal();
    baseline[row] = world.baseline * y + noise + own * random.normal();
  }
  return { positive, candidate, baseline };
}

/** Decisions at one standard deviation. */
export function decide(score: Float64Array): Uint8Array {
  return Uint8Array.from(score, (value) => (value >= 1 ? 1 : 0));
}

export function f1(counts: Float64Array): number {
  const [, falsePositives = 0, falseNegatives = 0, truePositives = 0] = counts;
  const all = 2 * truePositives + falsePositives + falseNegatives;
  return all === 0 ? Number.NaN : (2 * truePositives) / all;
}

export function rankingMetric(
  metric: typeof areaUnderRoc | typeof averagePrecisionOf,
  positive: Uint8Array,
  score: Float64Array,
): Resampleable {
  const ranking = rank(positive, score);
  return { value: metric(ranking, null), resample: (counts) => metric(ranking, counts) };
}

/** Log loss of each row for a calibrated model, and for one whose log-odds are off by noise. */
export function drawLogLosses(n: number, random: Random): { candidate: Float64Array; baseline: Float64Array } {
  const candidate = new Float64Array(n);
  const baseline = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    const logOdds = 2.5 * random.normal();
    const sign = random.float() < 1 / (1 + Math.exp(-logOdds)) ? -1 : 1;
    candidate[row] = Math.log1p(Math.exp(sign * logOdds));
    baseline[row] = Math.log1p(Math.exp(sign * (logOdds + 0.5 * random.normal())));
  }
  return { candidate, baseline };
}

/** Pairs of right and wrong, from the probabilities that only one model is right. */
export function drawPairs(rows: number, candidateOnly: number, baselineOnly: number, random: Random): Estimate {
  const b = random.binomial(rows, candidateOnly);
  const c = random.binomial(rows - b, baselineOnly / (1 - candidateOnly));
  return {
    value: (b - c) / rows,
    uncertainty: { kind: "tango", method: "Tango", candidateOnly: b, baselineOnly: c, rows },
  };
}

/** Share of simulations in which something happened; those that give null do not count. */
export function shareOf(times: number, happens: () => boolean | null): { share: number; counted: number } {
  let counted = 0;
  let hits = 0;
  for (let at = 0; at < times; at++) {
    const hit = happens();
    if (hit === null) continue;
    counted++;
    if (hit) hits++;
  }
  return { share: hits / counted, counted };
}

/** Whether the 95% interval holds the truth; null where there is none. */
export function covers(estimate: Estimate | null, truth: number): boolean | null {
  const interval = estimate && intervalOf(estimate, 0.95);
  if (interval === null || !interval.known) return null;
  return interval.low <= truth && truth <= interval.high;
}
