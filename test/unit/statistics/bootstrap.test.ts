import { describe, expect, test } from "vitest";
import { areaUnderRoc, rank } from "../../../src/metrics/ranking.ts";
import { bootstrap, MOST_BOOTSTRAP_ROWS, type Resampleable } from "../../../src/statistics/bootstrap.ts";
import { intervalOf, pValue } from "../../../src/statistics/interval.ts";
import { createRandom } from "../../../src/statistics/random.ts";
import type { Estimate } from "../../../src/statistics/uncertainty.ts";

/** Mean of the rows, for which everything is known in closed form. */
function meanOf(values: Float64Array): Resampleable {
  const resample = (counts: Uint32Array): number => {
    let sum = 0;
    let total = 0;
    for (let row = 0; row < values.length; row++) {
      sum += (counts[row] as number) * (values[row] as number);
      total += counts[row] as number;
    }
    return total === 0 ? Number.NaN : sum / total;
  };
  return { value: resample(new Uint32Array(values.length).fill(1)), resample };
}

function normals(n: number, seed: string, mean = 0): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: n }, () => mean + random.normal());
}

function widthOf(estimate: Estimate | null): number {
  const interval = estimate && intervalOf(estimate, 0.95);
  if (interval === null || !interval.known) throw new Error(interval?.reason ?? "no estimate");
  return interval.high - interval.low;
}

const plain = { groups: null, baseline: null, identical: false, resamples: 1000 };

describe("rows", () => {
  test("a mean's interval is as wide as the t interval", () => {
    const values = normals(200, "mean");
    const { candidate } = bootstrap({ ...plain, rows: 200, candidate: meanOf(values), random: createRandom("a") });
    const { value } = meanOf(values);
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - value) ** 2, 0) / 199);
    const expected = (2 * 1.972 * deviation) / Math.sqrt(200);
    expect(widthOf(candidate) / expected).toBeGreaterThan(0.92);
    expect(widthOf(candidate) / expected).toBeLessThan(1.08);
    expect(candidate.value).toBe(value);
  });

  test("both models are scored on the same resamples: a small difference of like models is seen", () => {
    const shared = normals(300, "shared");
    const better = shared.map((x, row) => x + 0.1 + 0.05 * Math.sin(row));
    const estimates = bootstrap({
      ...plain,
      rows: 300,
      candidate: meanOf(better),
      baseline: meanOf(shared),
      random: createRandom("b"),
    });
    expect(widthOf(estimates.difference)).toBeLessThan(0.02);
    expect(widthOf(estimates.candidate)).toBeGreaterThan(0.2);
    expect(estimates.difference?.value).toBeCloseTo(0.1, 2);
    expect(pValue(estimates.difference as Estimate, 0, "greater")).toBe(1 / 1001);
  });

  test("the same seed gives the same numbers, another seed others near them", () => {
    const values = normals(100, "seeded");
    const run = (seed: string) =>
      bootstrap({ ...plain, rows: 100, candidate: meanOf(values), random: createRandom(seed) }).candidate;
    expect(run("one")).toEqual(run("one"));
    expect(run("one")).not.toEqual(run("two"));
    expect(Math.abs(Math.log(widthOf(run("one")) / widthOf(run("two"))))).toBeLessThan(0.1);
  });

  test("the unit does not matter: the same in picometres", () => {
    const run = (unit: number) => {
      const candidate = meanOf(normals(80, "unit", 1).map((x) => unit * x));
      const baseline = meanOf(normals(80, "other", 1).map((x) => unit * x));
      return bootstrap({ ...plain, rows: 80, candidate, baseline, random: createRandom("unit") });
    };
    expect(widthOf(run(2 ** -44).candidate) * 2 ** 44).toBeCloseTo(widthOf(run(1).candidate), 6);
    expect(widthOf(run(2 ** -44).difference) * 2 ** 44).toBeCloseTo(widthOf(run(1).difference), 6);
  });

  test("swapping the models mirrors the difference exactly", () => {
    const a = meanOf(normals(60, "a", 0.2));
    const b = meanOf(normals(60, "b"));
    const run = (candidate: Resampleable, baseline: Resampleable) =>
      bootstrap({ ...plain, rows: 60, candidate, baseline, random: createRandom("swap") });
    const one = run(a, b);
    const other = run(b, a);
    expect(one.candidate).toEqual(other.baseline);
    const [low, high] = [intervalOf(one.difference as Estimate, 0.95), intervalOf(other.difference as Estimate, 0.95)];
    if (!low.known || !high.known) throw new Error("unknown");
    expect(low.low).toBeCloseTo(-high.high, 9);
  });

  test("the two sides of a ROC AUC comparison are two models", () => {
    const random = createRandom("auc");
    const positive = Uint8Array.from({ length: 400 }, () => random.binomial(1, 0.4));
    const good = Float64Array.from(positive, (y) => 2 * y + random.normal());
    const poor = Float64Array.from(positive, (y) => 0.5 * y + random.normal());
    const side = (score: Float64Array): Resampleable => {
      const ranking = rank(positive, score);
      return { value: areaUnderRoc(ranking, null), resample: (counts) => areaUnderRoc(ranking, counts) };
    };
    const { candidate, baseline, difference } = bootstrap({
      ...plain,
      rows: 400,
      candidate: side(good),
      baseline: side(poor),
      random: createRandom("c"),
    });
    expect(candidate.value).toBeGreaterThan((baseline?.value ?? 1) + 0.1);
    expect(difference?.value).toBe(candidate.value - (baseline?.value ?? 0));
    expect(candidate.uncertainty).not.toEqual(baseline?.uncertainty);
    expect(pValue(difference as Estimate, 0, "two-sided")).toBeLessThan(0.01);
    const interval = intervalOf(candidate, 0.95, [0, 1]);
    expect(interval).toMatchObject({ known: true });
  });

  test("identical predictions differ by exactly 0, and the second model is not computed", () => {
    const candidate = meanOf(normals(50, "same"));
    const baseline: Resampleable = {
      value: candidate.value,
      resample: () => {
        throw new Error("computed");
      },
    };
    const estimates = bootstrap({
      ...plain,
      rows: 50,
      candidate,
      baseline,
      identical: true,
      random: createRandom("d"),
    });
    expect(estimates.difference).toEqual({
      value: 0,
      uncertainty: { kind: "identical", method: "identical predictions" },
    });
    expect(estimates.baseline).toEqual(estimates.candidate);
  });
});

describe("groups", () => {
  test("rows of one group move together: the interval is that of the groups' means", () => {
    const perGroup = normals(40, "groups");
    const values = Float64Array.from({ length: 400 }, (_, row) => perGroup[Math.floor(row / 10)] as number);
    const groups = Int32Array.from({ length: 400 }, (_, row) => 7 + 3 * Math.floor(row / 10)); // codes with gaps
    const grouped = bootstrap({ ...plain, rows: 400, groups, candidate: meanOf(values), random: createRandom("e") });
    const alone = bootstrap({ ...plain, rows: 400, candidate: meanOf(values), random: createRandom("e") });
    const ofGroups = bootstrap({ ...plain, rows: 40, candidate: meanOf(perGroup), random: createRandom("f") });
    expect(grouped.candidate.uncertainty).toMatchObject({ kind: "resampled", method: "group bootstrap" });
    expect(widthOf(grouped.candidate)).toBeGreaterThan(2.5 * widthOf(alone.candidate));
    expect(Math.abs(Math.log(widthOf(grouped.candidate) / widthOf(ofGroups.candidate)))).toBeLessThan(0.1);
  });

  test("fewer than 20 are too few, however many rows they have", () => {
    const groups = Int32Array.from({ length: 400 }, (_, row) => row % 19);
    const { candidate } = bootstrap({
      ...plain,
      rows: 400,
      groups,
      candidate: meanOf(normals(400, "g")),
      random: createRandom("g"),
    });
    expect(candidate.uncertainty).toEqual({
      kind: "unknown",
      method: "none",
      reason: expect.stringContaining("19 groups"),
    });
  });
});

describe("many rows", () => {
  const n = MOST_BOOTSTRAP_ROWS + 1;
  const values = normals(n, "many");

  test("are drawn 50 times, for the standard error of the mean", () => {
    let computed = 0;
    const mean = meanOf(values);
    const candidate: Resampleable = {
      value: mean.value,
      resample: (counts) => {
        computed++;
        return mean.resample(counts);
      },
    };
    const estimates = bootstrap({ ...plain, rows: n, candidate, random: createRandom("h") });
    expect(computed).toBe(50);
    expect(estimates.candidate.uncertainty).toMatchObject({ kind: "t", degreesOfFreedom: 49 });
    const { standardError } = estimates.candidate.uncertainty as { standardError: number };
    expect(standardError * Math.sqrt(n)).toBeGreaterThan(0.65);
    expect(standardError * Math.sqrt(n)).toBeLessThan(1.4);
  });

  test("are drawn for both models alike", () => {
    const baseline = meanOf(values.map((x) => x - 0.01));
    const { difference } = bootstrap({
      ...plain,
      rows: n,
      candidate: meanOf(values),
      baseline,
      random: createRandom("both"),
    });
    expect(difference).toMatchObject({ value: expect.closeTo(0.01, 12), uncertainty: { kind: "unknown" } });
    const noisy = meanOf(values.map((x, row) => x - 0.01 + 0.01 * Math.sin(row)));
    const paired = bootstrap({
      ...plain,
      rows: n,
      candidate: meanOf(values),
      baseline: noisy,
      random: createRandom("both"),
    });
    expect(widthOf(paired.difference)).toBeLessThan(0.05 * widthOf(paired.candidate));
  });

  test("do not hide a metric's bias", () => {
    const mean = meanOf(values);
    const biased = {
      value: Math.abs(mean.value - mean.value),
      resample: (counts: Uint32Array) => Math.abs(mean.resample(counts) - mean.value),
    };
    const { candidate } = bootstrap({ ...plain, rows: n, candidate: biased, random: createRandom("bias") });
    expect(candidate.uncertainty).toMatchObject({ kind: "unknown", reason: expect.stringContaining("mostly noise") });
  });

  test("of few groups stay unknown, of some groups go by group", () => {
    const run = (count: number) =>
      bootstrap({
        ...plain,
        rows: n,
        groups: Int32Array.from({ length: n }, (_, row) => row % count),
        candidate: meanOf(values),
        random: createRandom("i"),
      }).candidate.uncertainty;
    expect(run(19)).toMatchObject({ kind: "unknown" });
    expect(run(30)).toMatchObject({ kind: "t", degreesOfFreedom: 29 });
  });
});

describe("nothing is proven from", () => {
  const run = (candidate: Resampleable, rows = 100) =>
    bootstrap({ ...plain, rows, candidate, random: createRandom("none") }).candidate.uncertainty;

  test("a metric that never varies", () => {
    expect(run(meanOf(new Float64Array(100).fill(0.1)))).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("same in every resample"),
    });
  });

  test("a metric that is undefined in many resamples, and passes over few", () => {
    const values = normals(100, "undefined");
    const undefinedWithout = (needed: number): Resampleable => ({
      value: meanOf(values).value,
      resample: (counts) =>
        counts.subarray(0, needed).some((count) => count > 0) ? meanOf(values).resample(counts) : Number.NaN,
    });
    expect(run(undefinedWithout(1))).toMatchObject({
      kind: "unknown",
      reason: expect.stringMatching(/undefined in 3\d%/),
    });
    expect(run(undefinedWithout(4))).toMatchObject({ kind: "resampled", resamples: expect.any(Number) });
    expect((run(undefinedWithout(4)) as { resamples: number }).resamples).toBeLessThan(1000);
  });

  test("a metric that is always undefined", () => {
    expect(run({ value: 0.5, resample: () => Number.NaN })).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("100%"),
    });
  });

  test("fewer than 20 rows", () => {
    expect(run(meanOf(normals(19, "few")), 19)).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("19 rows"),
    });
  });

  test("a statistic whose resamples show its own bias, nor a difference of two such", () => {
    // The absolute value of a mean near 0 is what the calibration error of a calibrated model is in each of its bins.
    const mean = meanOf(normals(100, "biased").map((x, _, all) => x - all.reduce((sum, y) => sum + y, 0) / 100));
    const biased: Resampleable = { value: Math.abs(mean.value), resample: (counts) => Math.abs(mean.resample(counts)) };
    expect(run(biased)).toMatchObject({ kind: "unknown", reason: expect.stringContaining("mostly noise") });
    const { difference } = bootstrap({
      ...plain,
      rows: 100,
      candidate: biased,
      baseline: meanOf(normals(100, "fair")),
      random: createRandom("bias"),
    });
    expect(difference?.uncertainty).toMatchObject({ kind: "unknown" });
  });

  test("a value that is no number", () => {
    expect(() => run({ value: Number.NaN, resample: () => 1 })).toThrow(RangeError);
  });
});
