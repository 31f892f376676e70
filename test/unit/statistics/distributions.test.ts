import { describe, expect, test } from "vitest";
import { betaTails, binomialCdf, binomialMass } from "../../../src/statistics/incomplete-beta.ts";
import { normalCdf, normalQuantile, normalUpperQuantile, normalUpperTail } from "../../../src/statistics/normal.ts";
import { QUANTILE_GRID } from "../../../src/statistics/quantile-grid.ts";
import { studentGrid } from "../../../src/statistics/student-grid.ts";
import { studentUpperQuantile, studentUpperTail } from "../../../src/statistics/student-t.ts";
import { golden, relativeError } from "./golden.ts";

const { distributions } = golden;

describe("against SciPy, to 1e-12 of the value", () => {
  test.each(distributions.normal_cdf)("normal CDF at %d", (z, expected) => {
    expect(relativeError(normalCdf(z as number), expected as number)).toBeLessThan(1e-12);
  });

  test.each(distributions.normal_quantile)("normal quantile at %d", (p, expected) => {
    expect(relativeError(normalQuantile(p as number), expected as number)).toBeLessThan(1e-12);
  });

  test.each(distributions.t_upper_tail)("t tail beyond %d with %d degrees of freedom", (t, df, expected) => {
    expect(relativeError(studentUpperTail(t as number, df as number), expected as number)).toBeLessThan(1e-12);
  });

  test.each(distributions.t_upper_quantile)(
    "t quantile of the upper %d with %d degrees of freedom",
    (p, df, expected) => {
      expect(relativeError(studentUpperQuantile(p as number, df as number), expected as number)).toBeLessThan(1e-12);
    },
  );

  test.each(distributions.binomial)("at most %d of %d trials of %d", (k, n, p, cdf, mass) => {
    const arguments_ = [k as number, n as number, p as number, 1 - (p as number)] as const;
    expect(relativeError(binomialCdf(...arguments_), cdf as number)).toBeLessThan(1e-12);
    expect(relativeError(binomialMass(...arguments_), mass as number)).toBeLessThan(1e-12);
  });

  test.each(distributions.beta)("beta(%d, %d) at %d", (a, b, x, lower, upper) => {
    const tails = betaTails(a as number, b as number, x as number, 1 - (x as number));
    expect(relativeError(tails.lower, lower as number)).toBeLessThan(1e-12);
    expect(relativeError(tails.upper, upper as number)).toBeLessThan(1e-12);
  });
});

test("the ends of the distributions", () => {
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  expect(normalUpperQuantile(1.1)).toBeNaN();
  expect(normalUpperTail(Number.POSITIVE_INFINITY)).toBe(0);
  expect(normalUpperTail(Number.NEGATIVE_INFINITY)).toBe(1);
  expect(studentUpperTail(Number.POSITIVE_INFINITY, 3)).toBe(0);
  expect(studentUpperTail(Number.NEGATIVE_INFINITY, 3)).toBe(1);
  expect(studentUpperQuantile(0, 3)).toBe(Number.POSITIVE_INFINITY);
  expect(studentUpperQuantile(0.5, 3)).toBe(0);
  expect(binomialCdf(-1, 5, 0.5, 0.5)).toBe(0);
  expect(binomialCdf(5, 5, 0.5, 0.5)).toBe(1);
});

test("the quantile grid is ascending, symmetric, and holds the usual levels", () => {
  expect(QUANTILE_GRID).toEqual([...QUANTILE_GRID].sort((a, b) => a - b));
  for (const [at, p] of QUANTILE_GRID.entries()) {
    expect(p + (QUANTILE_GRID.at(-1 - at) as number)).toBeCloseTo(1, 12);
  }
  expect(QUANTILE_GRID).toEqual(expect.arrayContaining([0.0005, 0.005, 0.025, 0.05, 0.5, 0.95, 0.975]));
});

test("Student's grid is its quantiles at the quantile grid", () => {
  const grid = studentGrid(19);
  expect(grid).toHaveLength(QUANTILE_GRID.length);
  expect(grid[QUANTILE_GRID.indexOf(0.975)]).toBeCloseTo(2.093024054408263, 12);
  expect(grid[QUANTILE_GRID.indexOf(0.05)]).toBeCloseTo(-1.729132811521367, 12);
  expect(grid).toEqual([...grid].sort((a, b) => a - b));
});
