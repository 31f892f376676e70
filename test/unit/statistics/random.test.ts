import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/statistics/random.ts";

describe("a seeded stream", () => {
  test("is the same for the same seed, on every platform", () => {
    const random = createRandom("sha256:00ff");
    const again = createRandom("sha256:00ff");
    const words = Array.from({ length: 4 }, () => random.uint32());
    expect(words).toEqual(Array.from({ length: 4 }, () => again.uint32()));
    expect(words).toMatchInlineSnapshot(`
      [
        553644546,
        3845747795,
        233599322,
        934991428,
      ]
    `);
  });

  test("differs where the seed differs in one letter", () => {
    const heads = ["a", "b", "", "a/f1", "a/f2", "00", "01"].map((seed) => createRandom(seed).uint32());
    expect(new Set(heads).size).toBe(heads.length);
  });

  test("continues in scatter as in below", () => {
    const one = createRandom("scatter");
    const other = createRandom("scatter");
    const scattered = new Uint32Array(7);
    one.scatter(scattered, 1000);
    const counted = new Uint32Array(7);
    for (let i = 0; i < 1000; i++) (counted[other.below(7)] as number)++;
    expect(scattered).toEqual(counted);
    expect(one.uint32()).toBe(other.uint32());
  });
});

test("floats lie in [0, 1) and integers below their bound", () => {
  const random = createRandom("bounds");
  for (let i = 0; i < 10_000; i++) {
    const float = random.float();
    expect(float >= 0 && float < 1).toBe(true);
    expect([0, 1, 2]).toContain(random.below(3));
  }
});

test("shares are even: chi-square of 100 bins over 200,000 draws", () => {
  const counts = new Uint32Array(100);
  createRandom("even").scatter(counts, 200_000);
  const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
  expect(chiSquare).toBeGreaterThan(60); // 0.1% and 99.9% points of 99 degrees of freedom
  expect(chiSquare).toBeLessThan(149);
});

describe("binomial draws have the distribution's mean, variance and ends", () => {
  test.each([
    [10, 0.3],
    [40, 0.02],
    [200, 0.5],
    [1000, 0.97],
    [1_000_000, 0.3],
  ])("n = %d, p = %d", (n, p) => {
    const random = createRandom(`binomial ${n} ${p}`);
    const draws = Array.from({ length: 20_000 }, () => random.binomial(n, p));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    const expected = n * p * (1 - p);
    expect(Math.abs(mean - n * p)).toBeLessThan(4 * Math.sqrt(expected / draws.length));
    expect(variance / expected).toBeGreaterThan(0.95);
    expect(variance / expected).toBeLessThan(1.05);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThanOrEqual(n);
    expect(draws.every(Number.isInteger)).toBe(true);
  });

  test("point masses of a binomial in the range of rejection sampling", () => {
    const random = createRandom("masses");
    const counts = new Uint32Array(41);
    for (let i = 0; i < 100_000; i++) (counts[random.binomial(40, 0.4)] as number)++;
    expect((counts[16] as number) / 100_000).toBeCloseTo(0.12792, 2);
    expect((counts[10] as number) / 100_000).toBeCloseTo(0.01966, 2);
  });

  test("certain outcomes", () => {
    const random = createRandom("certain");
    expect(random.binomial(5, 0)).toBe(0);
    expect(random.binomial(5, 1)).toBe(5);
    expect(random.binomial(0, 0.5)).toBe(0);
  });
});

test("normal numbers have mean 0, variance 1 and 5% beyond 1.96", () => {
  const random = createRandom("normal");
  const draws = Array.from({ length: 40_000 }, () => random.normal());
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + draw * draw, 0) / draws.length;
  const beyond = draws.filter((draw) => Math.abs(draw) > 1.96).length / draws.length;
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(variance).toBeCloseTo(1, 1);
  expect(beyond).toBeCloseTo(0.05, 2);
});
