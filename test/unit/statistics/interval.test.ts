import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { intervalOf, pValue } from "../../../src/statistics/interval.ts";
import { normalQuantile } from "../../../src/statistics/normal.ts";
import { QUANTILE_GRID } from "../../../src/statistics/quantile-grid.ts";
import { type Estimate, IDENTICAL_DIFFERENCE, unknownUncertainty } from "../../../src/statistics/uncertainty.ts";

const bell = (value: number, spread: number, resamples: number): Estimate => ({
  value,
  uncertainty: {
    kind: "resampled",
    method: "bootstrap",
    resamples,
    quantiles: QUANTILE_GRID.map((p) => value + spread * normalQuantile(p)),
  },
});

const estimates: Record<string, Estimate> = {
  "normal, identity": {
    value: 0.02,
    uncertainty: { kind: "normal", method: "DeLong", standardError: 0.013, scale: "identity" },
  },
  "normal, logit": {
    value: 0.93,
    uncertainty: { kind: "normal", method: "DeLong", standardError: 0.03, scale: "logit" },
  },
  t: { value: -0.4, uncertainty: { kind: "t", method: "paired t", standardError: 0.2, degreesOfFreedom: 19 } },
  wilson: { value: 0.9, uncertainty: { kind: "wilson", method: "Wilson", successes: 18, trials: 20 } },
  "wilson at the end": { value: 1, uncertainty: { kind: "wilson", method: "Wilson", successes: 5, trials: 5 } },
  tango: {
    value: 0.1,
    uncertainty: { kind: "tango", method: "Tango", candidateOnly: 9, baselineOnly: 3, rows: 60 },
  },
  "tango without discordant rows": {
    value: 0,
    uncertainty: { kind: "tango", method: "Tango", candidateOnly: 0, baselineOnly: 0, rows: 60 },
  },
  resampled: bell(0.8, 0.03, 2000),
};

describe.each(Object.entries(estimates))("%s", (_, estimate) => {
  test.each([0.8, 0.9, 0.95, 0.99, 0.9637])(
    "the interval at %d holds just the bounds that the test does not reject",
    (level) => {
      const interval = intervalOf(estimate, level);
      if (!interval.known) throw new Error(interval.reason);
      const { low, high } = interval;
      const reach = high - low;
      for (const share of [-0.5, -0.01, -1e-6, 1e-6, 0.01, 0.3, 0.5, 0.7, 0.99, 1 - 1e-6, 1 + 1e-6, 1.01, 1.5]) {
        const bound = low + share * reach;
        const p = pValue(estimate, bound, "two-sided") as number;
        const isPossible = estimate.uncertainty.kind !== "wilson" || bound <= 1;
        const isInside = bound >= low && bound <= high;
        if (isPossible) expect(p >= 1 - level - 1e-9, `${bound} in [${low}, ${high}], p = ${p}`).toBe(isInside);
      }
    },
  );

  test("one-sided p-values: at the lower end of the 90% interval 5%, falling towards lower bounds", () => {
    const interval = intervalOf(estimate, 0.9);
    if (!interval.known) throw new Error(interval.reason);
    const greater = pValue(estimate, interval.low, "greater") as number;
    expect(greater).toBeCloseTo(0.05, 6);
    expect(pValue(estimate, interval.low - 0.01, "greater") as number).toBeLessThan(greater);
    // At the closed end of a range there is nothing to reject.
    if (interval.high < 1) expect(pValue(estimate, interval.high, "less")).toBeCloseTo(0.05, 6);
    expect(pValue(estimate, estimate.value + 0.5, "greater") as number).toBeGreaterThan(0.5);
  });

  test("intervals are nested, hold the estimate and stay in the range", () => {
    const narrow = intervalOf(estimate, 0.8, [-1, 1]);
    const wide = intervalOf(estimate, 0.99, [-1, 1]);
    if (!narrow.known || !wide.known) throw new Error("unknown");
    expect(wide.low).toBeLessThan(narrow.low);
    expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
    expect(narrow.low).toBeLessThanOrEqual(estimate.value);
    expect(narrow.high).toBeGreaterThanOrEqual(estimate.value);
    expect(wide.low).toBeGreaterThanOrEqual(-1);
    expect(wide.high).toBeLessThanOrEqual(1);
  });
});

test("numbers to hold on to", () => {
  expect(intervalOf(estimates["normal, identity"] as Estimate, 0.95)).toEqual({
    known: true,
    low: expect.closeTo(0.02 - 1.959964 * 0.013, 7),
    high: expect.closeTo(0.02 + 1.959964 * 0.013, 7),
    level: 0.95,
  });
  expect(intervalOf(estimates["t"] as Estimate, 0.95)).toMatchObject({
    low: expect.closeTo(-0.4 - 2.0930241 * 0.2, 7),
  });
  // logit 0.93 = 2.5867, its standard error 0.03 / (0.93 · 0.07) = 0.46083
  expect(intervalOf(estimates["normal, logit"] as Estimate, 0.95)).toMatchObject({
    low: expect.closeTo(1 / (1 + Math.exp(-(2.586689 - 1.959964 * 0.460829))), 6),
    high: expect.closeTo(1 / (1 + Math.exp(-(2.586689 + 1.959964 * 0.460829))), 6),
  });
});

test("an interval is clipped to the metric's range", () => {
  const estimate: Estimate = {
    value: 0.99,
    uncertainty: { kind: "t", method: "jackknife", standardError: 0.02, degreesOfFreedom: 19 },
  };
  expect(intervalOf(estimate, 0.95, [0, 1])).toMatchObject({ known: true, high: 1 });
  expect(intervalOf(estimate, 0.95, [0, null])).toMatchObject({ high: expect.closeTo(1.03186, 4) });
  expect(intervalOf(estimate, 0.95, [0, Number.POSITIVE_INFINITY])).toMatchObject({ high: expect.closeTo(1.03186, 4) });
});

describe("identical predictions", () => {
  test("differ by exactly 0, at every level", () => {
    expect(intervalOf(IDENTICAL_DIFFERENCE, 0.95)).toEqual({ known: true, low: 0, high: 0, level: 0.95 });
    expect(intervalOf(IDENTICAL_DIFFERENCE, 0.9999)).toMatchObject({ low: 0, high: 0 });
  });

  test("p-values are 1 at 0 and certain elsewhere", () => {
    expect(pValue(IDENTICAL_DIFFERENCE, 0, "two-sided")).toBe(1);
    expect(pValue(IDENTICAL_DIFFERENCE, 0, "greater")).toBe(1);
    expect(pValue(IDENTICAL_DIFFERENCE, -0.01, "greater")).toBe(0);
    expect(pValue(IDENTICAL_DIFFERENCE, -0.01, "less")).toBe(1);
    expect(pValue(IDENTICAL_DIFFERENCE, 0.01, "less")).toBe(0);
    expect(pValue(IDENTICAL_DIFFERENCE, 0.01, "two-sided")).toBe(0);
  });
});

describe("resamples", () => {
  test("show no p-value below one in so many plus one, and no interval beyond", () => {
    const estimate = bell(0.8, 0.03, 999);
    expect(pValue(estimate, 0, "greater")).toBe(0.001);
    expect(pValue(estimate, 2, "less")).toBe(0.001);
    expect(pValue(estimate, 0, "two-sided")).toBe(0.002);
    expect(pValue(estimate, 2, "greater")).toBe(1);
    expect(intervalOf(estimate, 0.998).known).toBe(true);
    expect(intervalOf(estimate, 0.9981)).toEqual({
      known: false,
      reason: expect.stringContaining("999 resamples are too few"),
    });
  });

  test("equal to the bound count against a proof", () => {
    const quantiles = QUANTILE_GRID.map((p) => (p < 0.2 ? -0.01 : p <= 0.7 ? 0 : 0.01));
    const estimate: Estimate = {
      value: 0,
      uncertainty: { kind: "resampled", method: "bootstrap", resamples: 2000, quantiles },
    };
    expect(pValue(estimate, 0, "greater") as number).toBeGreaterThanOrEqual(0.7);
    expect(pValue(estimate, 0, "less") as number).toBeGreaterThanOrEqual(0.8);
    expect(pValue(estimate, 0, "two-sided")).toBe(1);
  });

  test("are read between the grid's points as a normal distribution would be", () => {
    const estimate = bell(0, 1, 50_000);
    for (const z of [-3.3, -2.7, -1.234, -0.1, 0.77, 2.2, 3]) {
      const exact = pValue(
        { value: 0, uncertainty: { kind: "normal", method: "", standardError: 1, scale: "identity" } },
        z,
        "greater",
      );
      expect(pValue(estimate, z, "greater")).toBeCloseTo(exact as number, 9);
    }
  });
});

describe("nothing is proven by", () => {
  const broken: [string, Estimate][] = [
    ["a value that is no number", { ...(estimates["t"] as Estimate), value: Number.NaN }],
    ["an unknown uncertainty", { value: 0.5, uncertainty: unknownUncertainty("too few groups") }],
    [
      "no standard error",
      { value: 0.5, uncertainty: { kind: "normal", method: "", standardError: 0, scale: "identity" } },
    ],
    ["no spread of t", { value: 0.5, uncertainty: { kind: "t", method: "", standardError: 0, degreesOfFreedom: 19 } }],
    [
      "no degrees of freedom",
      { value: 0.5, uncertainty: { kind: "t", method: "", standardError: 1, degreesOfFreedom: 0 } },
    ],
    [
      "a logit at the edge",
      { value: 1, uncertainty: { kind: "normal", method: "", standardError: 0.1, scale: "logit" } },
    ],
    ["resamples that are all the same", bell(0.5, 0, 2000)],
    [
      "too few quantiles",
      { value: 0.5, uncertainty: { kind: "resampled", method: "", resamples: 9, quantiles: [0, 1, 2] } },
    ],
    [
      "quantiles out of order",
      {
        value: 0.5,
        uncertainty: { kind: "resampled", method: "", resamples: 9, quantiles: QUANTILE_GRID.map((p) => -p) },
      },
    ],
    [
      "more successes than trials",
      { value: 1, uncertainty: { kind: "wilson", method: "Wilson", successes: 3, trials: 2 } },
    ],
    [
      "more discordant rows than rows",
      { value: 1, uncertainty: { kind: "tango", method: "Tango", candidateOnly: 2, baselineOnly: 1, rows: 2 } },
    ],
    ["identical predictions that differ", { value: 0.1, uncertainty: IDENTICAL_DIFFERENCE.uncertainty }],
  ];

  test.each(broken)("%s", (_, estimate) => {
    const interval = intervalOf(estimate, 0.95);
    expect(interval).toEqual({ known: false, reason: expect.stringMatching(/\w/) });
    expect(pValue(estimate, 0, "greater")).toBeNull();
    expect(pValue(estimate, 0, "two-sided")).toBeNull();
  });

  test("a bound that is no number", () => {
    expect(pValue(estimates["t"] as Estimate, Number.NaN, "greater")).toBeNull();
  });
});

test("absurd degrees of freedom are as good as none", () => {
  const absurd = (degreesOfFreedom: number): Estimate => ({
    value: 1,
    uncertainty: { kind: "t", method: "", standardError: 0.5, degreesOfFreedom },
  });
  expect(intervalOf(absurd(1e300), 0.95)).toMatchObject({ low: expect.closeTo(1 - 0.5 * 1.959964, 6) });
  expect(pValue(absurd(1e300), 0, "greater")).toBeCloseTo(0.02275, 5);
  expect(pValue(absurd(9e7), 0, "greater")).toBeCloseTo(0.02275, 5);
  expect(pValue(absurd(1e-300), 0, "greater")).toBeNull();
  expect(pValue(absurd(1), 0, "greater")).toBeCloseTo(0.147584, 6);
});

test("a level outside (0, 1) is misuse", () => {
  expect(() => intervalOf(estimates["t"] as Estimate, 1)).toThrow(RangeError);
  expect(() => intervalOf(estimates["t"] as Estimate, 95)).toThrow(RangeError);
});

test("p-values of both sides add up to at least 1, and lie in [0, 1]", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(estimates)),
      fc.double({ min: -1.5, max: 1.5, noNaN: true }),
      (estimate, bound) => {
        const greater = pValue(estimate, bound, "greater") as number;
        const less = pValue(estimate, bound, "less") as number;
        const twoSided = pValue(estimate, bound, "two-sided") as number;
        expect(greater + less).toBeGreaterThanOrEqual(1 - 1e-9);
        for (const p of [greater, less, twoSided]) expect(p >= 0 && p <= 1).toBe(true);
        expect(twoSided).toBeCloseTo(Math.min(1, 2 * Math.min(greater, less)), 12);
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});
