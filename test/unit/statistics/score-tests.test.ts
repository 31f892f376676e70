import { describe, expect, test } from "vitest";
import { benjaminiHochberg } from "../../../src/statistics/benjamini-hochberg.ts";
import { mcnemar } from "../../../src/statistics/mcnemar.ts";
import { normalUpperQuantile } from "../../../src/statistics/normal.ts";
import { pairedProportionDifference, tangoInterval, tangoScore, tangoTails } from "../../../src/statistics/tango.ts";
import { proportionEstimate, wilsonInterval, wilsonTails } from "../../../src/statistics/wilson.ts";
import { golden, relativeError } from "./golden.ts";

describe("Wilson", () => {
  test.each(golden.wilson)("%d of %d at %d as statsmodels", (successes, trials, level, low, high) => {
    const z = normalUpperQuantile((1 - (level as number)) / 2);
    const interval = wilsonInterval(successes as number, trials as number, z);
    expect(interval.low).toBeCloseTo(low as number, 13);
    expect(interval.high).toBeCloseTo(high as number, 13);
  });

  test("5 of 5 proves little", () => {
    const { low, high } = wilsonInterval(5, 5, 1.959963984540054);
    expect(low).toBeCloseTo(0.5655, 4);
    expect(high).toBe(1);
  });

  test("tails at and beyond the ends", () => {
    expect(wilsonTails(0, 5, 0)).toEqual({ upper: 1, lower: 1 });
    expect(wilsonTails(5, 5, 1)).toEqual({ upper: 1, lower: 1 });
    expect(wilsonTails(3, 5, 0)).toEqual({ upper: 0, lower: 1 });
    expect(wilsonTails(3, 5, 1)).toEqual({ upper: 1, lower: 0 });
    expect(wilsonTails(3, 5, -0.1)).toEqual({ upper: 0, lower: 1 });
    expect(wilsonTails(3, 5, 1.1)).toEqual({ upper: 1, lower: 0 });
  });

  test("impossible counts are refused", () => {
    expect(() => proportionEstimate(3, 2)).toThrow(RangeError);
    expect(() => proportionEstimate(0, 0)).toThrow(RangeError);
  });
});

describe("Tango", () => {
  test.each(golden.tango.scores)(
    "score of %d and %d in %d at %d as with a numeric likelihood",
    (b, c, n, difference, z) => {
      const pairs = { candidateOnly: b as number, baselineOnly: c as number, rows: n as number };
      expect(relativeError(tangoScore(pairs, difference as number), z as number)).toBeLessThan(1e-9);
    },
  );

  test.each(golden.tango.intervals)(
    "interval of %d and %d in %d at %d by root finding",
    (b, c, n, level, low, high) => {
      const pairs = { candidateOnly: b as number, baselineOnly: c as number, rows: n as number };
      const interval = tangoInterval(pairs, normalUpperQuantile((1 - (level as number)) / 2));
      expect(interval.low).toBeCloseTo(low as number, 9);
      expect(interval.high).toBeCloseTo(high as number, 9);
    },
  );

  test("published: airway reactivity, 1 and 7 of 21 (Fagerland, Lydersen & Laake 2014)", () => {
    const { low, high } = tangoInterval({ candidateOnly: 1, baselineOnly: 7, rows: 21 }, 1.959963984540054);
    expect(low).toBeCloseTo(-0.517, 3);
    expect(high).toBeCloseTo(-0.026, 3);
  });

  test("published: 28 and 25 of 618 at 90% (PropCIs)", () => {
    const { low, high } = tangoInterval({ candidateOnly: 28, baselineOnly: 25, rows: 618 }, normalUpperQuantile(0.05));
    expect(low).toBeCloseTo(-0.0148, 4);
    expect(high).toBeCloseTo(0.0247, 4);
  });

  test("no discordant row: z²/(n + z²) to either side, and the score at 0 is 0", () => {
    const pairs = { candidateOnly: 0, baselineOnly: 0, rows: 100 };
    const z = 1.959963984540054;
    const { low, high } = tangoInterval(pairs, z);
    expect(high).toBeCloseTo((z * z) / (100 + z * z), 12);
    expect(low).toBeCloseTo(-high, 12);
    expect(tangoScore(pairs, 0)).toBe(0);
  });

  test("every row discordant on one side", () => {
    const { low, high } = tangoInterval({ candidateOnly: 10, baselineOnly: 0, rows: 10 }, 1.959963984540054);
    expect(high).toBe(1);
    expect(low).toBeGreaterThan(0.4);
    expect(low).toBeLessThan(1);
    expect(tangoTails({ candidateOnly: 10, baselineOnly: 0, rows: 10 }, 1)).toEqual({ upper: 1, lower: 1 });
  });

  test("swapping the models mirrors the interval", () => {
    const one = tangoInterval({ candidateOnly: 9, baselineOnly: 4, rows: 60 }, 1.96);
    const other = tangoInterval({ candidateOnly: 4, baselineOnly: 9, rows: 60 }, 1.96);
    expect(one.low).toBeCloseTo(-other.high, 14);
    expect(one.high).toBeCloseTo(-other.low, 14);
  });

  test("counts the rows that only one model got right, among those that count", () => {
    const candidate = Uint8Array.of(1, 1, 0, 0, 1, 0);
    const baseline = Uint8Array.of(1, 0, 1, 0, 0, 1);
    expect(pairedProportionDifference(candidate, baseline, null)).toEqual({
      value: 0,
      uncertainty: { kind: "tango", method: "Tango", candidateOnly: 2, baselineOnly: 2, rows: 6 },
    });
    expect(pairedProportionDifference(candidate, baseline, Uint8Array.of(1, 1, 0, 1, 1, 0))).toEqual({
      value: 0.5,
      uncertainty: { kind: "tango", method: "Tango", candidateOnly: 2, baselineOnly: 0, rows: 4 },
    });
    expect(() => pairedProportionDifference(candidate, baseline, new Uint8Array(6))).toThrow(RangeError);
  });
});

describe("McNemar", () => {
  test.each(golden.mcnemar)("%d against %d as statsmodels", (b, c, exact, midP) => {
    const test = mcnemar(b as number, c as number);
    expect(relativeError(test.exact, exact as number)).toBeLessThan(1e-12);
    expect(relativeError(test.midP, midP as number)).toBeLessThan(1e-12);
  });

  test("5 against 15: 0.0414 exactly, 0.0266 by mid-p", () => {
    const { exact, midP } = mcnemar(5, 15);
    expect(exact).toBeCloseTo(0.0414, 4);
    expect(midP).toBeCloseTo(0.0266, 4);
  });

  test("nothing discordant is no evidence", () => {
    expect(mcnemar(0, 0)).toEqual({ exact: 1, midP: 1 });
  });
});

describe("Benjamini–Hochberg", () => {
  test.each(golden.benjamini_hochberg)("%j as statsmodels", (pValues, expected) => {
    const adjusted = benjaminiHochberg(pValues);
    for (const [at, p] of expected.entries()) expect(relativeError(adjusted[at] as number, p)).toBeLessThan(1e-12);
    expect(adjusted).toHaveLength(pValues.length);
  });

  test("none, and none that is no p-value", () => {
    expect(benjaminiHochberg([])).toEqual([]);
    expect(() => benjaminiHochberg([0.5, Number.NaN])).toThrow(RangeError);
    expect(() => benjaminiHochberg([1.01])).toThrow(RangeError);
  });
});
