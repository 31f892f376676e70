import { describe, expect, it } from "vitest";
import { judge } from "../../../src/gate/judge.ts";
import type { ObjectiveStatus } from "../../../src/gate/verdict.ts";
import { measure } from "../../../src/measurement/measure.ts";
import { createRandom, type Random } from "../../../src/statistics/random.ts";
import { measurement, policyOf, reportGiven, wilson } from "./report-fixture.ts";

const OPTIONS = { calibrationBins: 10, topK: 2, quantile: 0.5 };

/** Share of seeded repetitions in which something happens. */
function shareOf(repetitions: number, seed: string, happens: (random: Random) => boolean): number {
  const random = createRandom(seed);
  let count = 0;
  for (let at = 0; at < repetitions; at++) if (happens(random)) count++;
  return count / repetitions;
}

/** Two equally good models on fresh rows: the same truth behind them, independent noise of the same size. */
function equallyGood(rows: number, random: Random) {
  const positive = Uint8Array.from({ length: rows }, () => (random.float() < 0.4 ? 1 : 0));
  const model = () => {
    const score = Float64Array.from(positive, (isPositive) => isPositive + random.normal());
    return { task: "binary" as const, score, predicted: Uint8Array.from(score, (value) => (value >= 0.5 ? 1 : 0)) };
  };
  return { target: { task: "binary" as const, positive }, candidate: model(), baseline: model() };
}

function statusOfEquals(metric: string, rows: number, random: Random): ObjectiveStatus {
  const { measurements } = measure({
    ...equallyGood(rows, random),
    groups: null,
    slices: [],
    metrics: [metric],
    options: OPTIONS,
    minRows: 30,
    seed: "false alarms",
    tests: 1,
  });
  const report = reportGiven({ measurements, rows });
  const policy = policyOf([{ metric, baseline: { tolerance: 0 } }]);
  return judge(report, [policy], new Set()).models[0]?.objectives[0]?.status ?? "unmeasured";
}

describe("equally good models and a margin of 0", () => {
  // Expected 2.5%; five standard errors of 600 repetitions are 3.2%.
  it.each([
    ["roc_auc", 200],
    ["roc_auc", 1000],
    ["accuracy", 300],
    ["recall", 300],
  ])("%s of %d rows is called missed in about 2.5 of 100", (metric, rows) => {
    const missed = shareOf(600, `${metric} ${rows}`, (random) => statusOfEquals(metric, rows, random) === "missed");
    expect(missed).toBeLessThanOrEqual(0.05);
    expect(missed).toBeGreaterThan(0.004);
  });

  it("bare estimates with a margin of 0.01 would call most of them worse", () => {
    const fires = shareOf(300, "bare", (random) => {
      const { target, candidate, baseline } = equallyGood(200, random);
      const auc = (score: Float64Array) => {
        let wins = 0;
        let pairs = 0;
        score.forEach((a, row) => {
          if (target.positive[row] !== 1) return;
          score.forEach((b, other) => {
            if (target.positive[other] === 1) return;
            pairs++;
            if (a > b) wins++;
          });
        });
        return wins / pairs;
      };
      return auc(candidate.score) - auc(baseline.score) < -0.01;
    });
    expect(fires).toBeGreaterThan(0.3);
  });
});

describe("ten slices of 20 positives, true recall 0.95, bound 0.90", () => {
  const POSITIVES = 20;
  const slices = Array.from({ length: 10 }, (_, at) => ({ name: `site = ${at}`, declared: "site", rows: 100 }));
  const draw = (random: Random, recall: number) => slices.map(() => random.binomial(POSITIVES, recall));

  function verdictOf(hits: readonly number[]) {
    const measurements = hits.map((count, at) =>
      measurement({ metric: "recall", slice: `site = ${at}`, rows: 100, candidate: wilson(count, POSITIVES) }),
    );
    const policy = policyOf([{ metric: "recall", min: 0.9, slices: "all" }], { slices: ["site"] });
    return judge(reportGiven({ measurements, slices }), [policy], new Set()).verdict;
  }

  it("bare estimates would block more than half of the good models", () => {
    const blocked = shareOf(2000, "slices", (random) => draw(random, 0.95).some((hits) => hits / POSITIVES < 0.9));
    expect(blocked).toBeGreaterThan(0.48);
    expect(blocked).toBeLessThan(0.6);
  });

  it("the gate blocks fewer than 2% of them", () => {
    expect(shareOf(2000, "slices", (random) => verdictOf(draw(random, 0.95)) === "fail")).toBeLessThan(0.02);
  });

  it("the gate blocks nearly all models that are clearly short of it", () => {
    expect(shareOf(500, "weak", (random) => verdictOf(draw(random, 0.7)) === "fail")).toBeGreaterThan(0.95);
  });
});
