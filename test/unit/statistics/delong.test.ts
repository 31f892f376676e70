import { describe, expect, test } from "vitest";
import { aucEstimates, delong } from "../../../src/statistics/delong.ts";
import { golden } from "./golden.ts";

const cases = golden.delong.map((known, at) => ({
  name: `case ${at + 1}: ${known.positive.length} rows`,
  positive: Uint8Array.from(known.positive),
  scores: known.scores.map((score) => Float64Array.from(score)),
  known,
}));

describe.each(cases)("$name, against all pairs", ({ positive, scores, known }) => {
  test("areas and covariances", () => {
    const result = delong(positive, scores);
    if (result === null) throw new Error("undefined");
    for (const [a, auc] of known.aucs.entries()) {
      expect(result.aucs[a]).toBeCloseTo(auc, 13);
      for (const [b, covariance] of (known.covariance[a] as number[]).entries()) {
        expect(result.covariance[a]?.[b]).toBeCloseTo(covariance, 14);
      }
    }
  });

  test("the difference's standard error is that of the covariances", () => {
    const [first, second] = scores;
    const estimates = aucEstimates(positive, first as Float64Array, second as Float64Array);
    const [[v11, v12], [, v22]] = known.covariance as [[number, number], [number, number]];
    expect(estimates?.difference).toEqual({
      value: expect.closeTo((known.aucs[0] as number) - (known.aucs[1] as number), 13),
      uncertainty: {
        kind: "normal",
        method: "DeLong",
        standardError: expect.closeTo(Math.sqrt(v11 + v22 - 2 * v12), 12),
        scale: "identity",
      },
    });
  });
});

test("a small class takes the larger of DeLong's and Hanley & McNeil's standard error, a large one DeLong's", () => {
  const { positive, scores, known } = cases[2] as (typeof cases)[number];
  const score = scores[0] as Float64Array;
  const few = aucEstimates(positive, score, null)?.candidate.uncertainty;
  const variance = known.covariance[0]?.[0] as number;
  if (few?.kind !== "normal") throw new Error("not normal");
  expect(few.standardError).toBeGreaterThanOrEqual(Math.sqrt(variance) - 1e-15);

  const times = 5; // every row five times: the same placements
  const many = aucEstimates(
    Uint8Array.from({ length: times * positive.length }, (_, at) => positive[at % positive.length] as number),
    Float64Array.from({ length: times * score.length }, (_, at) => score[at % score.length] as number),
    null,
  )?.candidate.uncertainty;
  expect(many).toMatchObject({ kind: "normal", method: "DeLong", scale: "logit" });
});

describe("degenerate rows", () => {
  test("one class has no area", () => {
    expect(delong(Uint8Array.of(1, 1), [Float64Array.of(0.1, 0.2)])).toBeNull();
    expect(aucEstimates(Uint8Array.of(0, 0), Float64Array.of(0.1, 0.2), null)).toBeNull();
    expect(aucEstimates(new Uint8Array(), new Float64Array(), null)).toBeNull();
  });

  test("constant scores are 0.5, and a perfect ranking is no certainty", () => {
    const positive = Uint8Array.of(0, 0, 1, 1);
    expect(aucEstimates(positive, new Float64Array(4).fill(0.3), null)?.candidate).toEqual({
      value: 0.5,
      uncertainty: { kind: "unknown", method: "none", reason: expect.stringContaining("no variation") },
    });
    expect(aucEstimates(positive, Float64Array.of(0.1, 0.2, 0.3, 0.4), null)?.candidate).toMatchObject({
      value: 1,
      uncertainty: { kind: "unknown" },
    });
  });

  test("a class of one row gives no standard error", () => {
    const estimates = aucEstimates(Uint8Array.of(0, 1, 0, 0), Float64Array.of(0.1, 0.3, 0.2, 0.4), null);
    expect(estimates?.candidate).toMatchObject({ value: 2 / 3, uncertainty: { kind: "unknown" } });
  });
});

describe("two models", () => {
  const positive = Uint8Array.of(0, 1, 0, 1, 0, 1, 1, 0);
  const score = Float32Array.of(0.1, 0.8, 0.4, 0.35, 0.7, 0.6, 0.9, 0.2);

  test("with the same scores are identical", () => {
    expect(aucEstimates(positive, score, score.slice())?.difference).toEqual({
      value: 0,
      uncertainty: { kind: "identical", method: "identical predictions" },
    });
  });

  test("with the same ranking and other scores are not: zero variance is no identity", () => {
    expect(
      aucEstimates(
        positive,
        score,
        score.map((value) => value / 2),
      )?.difference,
    ).toMatchObject({
      value: 0,
      uncertainty: { kind: "unknown" },
    });
  });

  test("are not the same one compared with itself", () => {
    const other = Float32Array.of(0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.9, 0.8);
    const estimates = aucEstimates(positive, score, other);
    if (estimates === null || estimates.baseline === null || estimates.difference === null)
      throw new Error("undefined");
    expect(estimates.candidate.value).not.toBe(estimates.baseline.value);
    expect(estimates.difference.value).toBeCloseTo(estimates.candidate.value - estimates.baseline.value, 15);
    expect(estimates.difference.uncertainty.kind).toBe("normal");
    const swapped = aucEstimates(positive, other, score);
    expect(swapped?.difference?.value).toBe(-estimates.difference.value);
  });
});
