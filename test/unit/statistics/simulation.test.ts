import { describe, expect, test } from "vitest";
import { averagePrecisionOf } from "../../../src/metrics/ranking.ts";
import { bootstrap } from "../../../src/statistics/bootstrap.ts";
import { cellBootstrap } from "../../../src/statistics/cell-bootstrap.ts";
import { aucEstimates } from "../../../src/statistics/delong.ts";
import { binomialMass } from "../../../src/statistics/incomplete-beta.ts";
import { intervalOf, pValue } from "../../../src/statistics/interval.ts";
import { mcnemar } from "../../../src/statistics/mcnemar.ts";
import { normalCdf } from "../../../src/statistics/normal.ts";
import { meanEstimates } from "../../../src/statistics/paired-t.ts";
import { createRandom } from "../../../src/statistics/random.ts";
import type { Estimate } from "../../../src/statistics/uncertainty.ts";
import { proportionEstimate } from "../../../src/statistics/wilson.ts";
import {
  covers,
  decide,
  drawLogLosses,
  drawPairs,
  drawRows,
  f1,
  rankingMetric,
  shareOf,
  type World,
} from "./scenarios.ts";

/** Seeded, so that they pass or fail for good; bench/statistics-coverage.ts runs them with many more repetitions. */

const alike: World = { rows: 200, positiveShare: 0.3, candidate: 1.5, baseline: 1.5, shared: 0.7 };

function rejects(
  estimate: Estimate | null | undefined,
  bound = 0,
  alternative: "two-sided" | "greater" = "two-sided",
): boolean {
  return ((estimate && pValue(estimate, bound, alternative)) ?? 1) < 0.05;
}

/** 5%, give or take four standard errors of the simulation. */
function expectFivePercent(share: number, times: number): void {
  const slack = 4 * Math.sqrt((0.05 * 0.95) / times);
  expect(share).toBeGreaterThan(0.05 - slack);
  expect(share).toBeLessThan(0.05 + slack);
}

describe("5% tests of equal models reject 5%", () => {
  test("DeLong", () => {
    const random = createRandom("delong");
    const { share } = shareOf(800, () => {
      const { positive, candidate, baseline } = drawRows(alike, random);
      return rejects(aucEstimates(positive, candidate, baseline)?.difference);
    });
    expectFivePercent(share, 800);
  });

  test("Tango at a margin, one-sided, with the truth on it", () => {
    const random = createRandom("tango");
    const { share } = shareOf(4000, () => rejects(drawPairs(500, 0.05, 0.07, random), -0.02, "greater"));
    expectFivePercent(share, 4000);
  });

  test("McNemar, by mid-p", () => {
    const random = createRandom("mcnemar");
    const { share } = shareOf(4000, () => {
      const { uncertainty } = drawPairs(300, 0.08, 0.08, random);
      if (uncertainty.kind !== "tango") throw new Error(uncertainty.kind);
      return mcnemar(uncertainty.candidateOnly, uncertainty.baselineOnly).midP < 0.05;
    });
    expectFivePercent(share, 4000);
  });

  test("paired t of log losses", () => {
    const random = createRandom("t");
    // Equal by symmetry: which of the two is which is a toss for each row.
    const { share } = shareOf(1500, () => {
      const losses = drawLogLosses(80, random);
      const isSwapped = Uint8Array.from({ length: 80 }, () => random.binomial(1, 0.5));
      const candidate = losses.candidate.map((loss, row) => (isSwapped[row] ? (losses.baseline[row] as number) : loss));
      const baseline = losses.baseline.map((loss, row) => (isSwapped[row] ? (losses.candidate[row] as number) : loss));
      return rejects(meanEstimates({ candidate, baseline, root: false, identical: false }).difference);
    });
    expectFivePercent(share, 1500);
  });

  test("bootstrap of F1 by cells", () => {
    const random = createRandom("f1");
    const { share } = shareOf(500, () => rejects(f1Estimates(alike, 300, random).difference));
    expectFivePercent(share, 500);
  });
});

describe("95% intervals cover 95%", () => {
  test("Wilson, over all outcomes of 50 trials: 95% on average, and little less anywhere", () => {
    const coverages = Array.from({ length: 99 }, (_, at) => wilsonCoverage(50, (at + 1) / 100));
    expect(coverages.reduce((sum, share) => sum + share, 0) / 99).toBeCloseTo(0.95, 2);
    expect(Math.min(...coverages.slice(4, 95))).toBeGreaterThan(0.91);
    expect(Math.min(...coverages)).toBeGreaterThan(0.85);
  });

  test("a single ROC AUC, also with few positives", () => {
    const random = createRandom("auc");
    const truth = normalCdf(1.5 / Math.SQRT2);
    for (const [rows, positiveShare] of [
      [200, 0.4],
      [150, 0.1],
    ] as const) {
      const { share } = shareOf(500, () => {
        const { positive, candidate } = drawRows({ ...alike, rows, positiveShare }, random);
        return covers(aucEstimates(positive, candidate, null)?.candidate ?? null, truth);
      });
      expect(share).toBeGreaterThan(0.92);
    }
  });

  test("F1, and the difference of F1 where few rows tell the models apart", () => {
    const random = createRandom("f1 covers");
    const single = shareOf(300, () =>
      covers(f1Estimates({ ...alike, rows: 100 }, 400, random).candidate, trueF1(0.3, 1.5)),
    );
    expect(single.share).toBeGreaterThan(0.91);
    expect(single.share).toBeLessThan(0.99);
    const close = shareOf(300, () => covers(f1Estimates({ ...alike, shared: 0.99 }, 400, random).difference, 0));
    expect(close.share).toBeGreaterThan(0.91);
  });

  test("average precision", () => {
    const random = createRandom("ap");
    const world = { ...alike, rows: 120 };
    const large = drawRows({ ...alike, rows: 400_000 }, random);
    const truth = rankingMetric(averagePrecisionOf, large.positive, large.candidate).value;
    const { share, counted } = shareOf(120, () => {
      const { positive, candidate } = drawRows(world, random);
      const metric = rankingMetric(averagePrecisionOf, positive, candidate);
      const request = {
        rows: world.rows,
        groups: null,
        candidate: metric,
        baseline: null,
        identical: false,
        resamples: 300,
        random,
      };
      return covers(bootstrap(request).candidate, truth);
    });
    expect(counted).toBeGreaterThan(115);
    expect(share).toBeGreaterThan(0.88);
  });

  test("a mean of skewed losses", () => {
    const random = createRandom("losses");
    const truth = entropyOf(2.5);
    const { share } = shareOf(600, () => {
      const { candidate } = drawLogLosses(60, random);
      return covers(meanEstimates({ candidate, baseline: null, root: false, identical: false }).candidate, truth);
    });
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.98);
  });
});

test("a better model is found to be better: the comparison is not of a model with itself", () => {
  const random = createRandom("power");
  const world: World = { ...alike, candidate: 2, baseline: 1 };
  const byDeLong = shareOf(60, () => {
    const { positive, candidate, baseline } = drawRows(world, random);
    return rejects(aucEstimates(positive, candidate, baseline)?.difference, 0, "greater");
  });
  const byF1 = shareOf(60, () => rejects(f1Estimates(world, 300, random).difference, 0, "greater"));
  const byLosses = shareOf(60, () => {
    const losses = drawLogLosses(1500, random);
    return rejects(meanEstimates({ ...losses, root: false, identical: false }).difference);
  });
  expect(byDeLong.share).toBeGreaterThan(0.95);
  expect(byF1.share).toBeGreaterThan(0.9);
  expect(byLosses.share).toBeGreaterThan(0.8);
});

test("5 of 5 does not prove 0.9 while the truth is 0.85", () => {
  expect(intervalOf(proportionEstimate(5, 5), 0.95)).toMatchObject({ low: expect.closeTo(0.566, 3) });
  expect(pValue(proportionEstimate(5, 5), 0.9, "greater") as number).toBeGreaterThan(0.2);
});

function f1Estimates(world: World, resamples: number, random: ReturnType<typeof createRandom>) {
  const { positive, candidate, baseline } = drawRows(world, random);
  return cellBootstrap({
    truth: positive,
    candidate: decide(candidate),
    baseline: decide(baseline),
    k: 2,
    metric: f1,
    identical: false,
    resamples,
    random,
  });
}

function trueF1(positiveShare: number, shift: number): number {
  const truePositives = positiveShare * normalCdf(shift - 1);
  return (2 * truePositives) / (positiveShare + truePositives + (1 - positiveShare) * normalCdf(-1));
}

function wilsonCoverage(trials: number, truth: number): number {
  let covered = 0;
  for (let successes = 0; successes <= trials; successes++) {
    if (covers(proportionEstimate(successes, trials), truth))
      covered += binomialMass(successes, trials, truth, 1 - truth);
  }
  return covered;
}

/** Expected log loss of a calibrated model whose log-odds are normal with this deviation. */
function entropyOf(deviation: number): number {
  let sum = 0;
  let total = 0;
  for (let z = -8; z <= 8; z += 0.001) {
    const density = Math.exp(-0.5 * z * z);
    const p = 1 / (1 + Math.exp(-deviation * z));
    sum += density * (-p * Math.log(p) - (1 - p) * Math.log1p(-p));
    total += density;
  }
  return sum / total;
}
