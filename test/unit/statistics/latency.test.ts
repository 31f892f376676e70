import { describe, expect, test } from "vitest";
import { intervalOf, pValue } from "../../../src/statistics/interval.ts";
import { fewestRuns, latencyEstimates } from "../../../src/statistics/latency.ts";
import { prepareQuantile } from "../../../src/statistics/quantile.ts";
import { createRandom } from "../../../src/statistics/random.ts";
import { golden } from "./golden.ts";

describe("a quantile, as NumPy's", () => {
  const sample = Float64Array.from(golden.quantiles.sample);
  const counts = Uint32Array.from(golden.quantiles.counts);

  test.each(golden.quantiles.cases)("at %d", (p, plain, resampled) => {
    const quantile = prepareQuantile(sample, p as number);
    expect(quantile.value).toBeCloseTo(plain as number, 12);
    expect(quantile.resample(counts)).toBeCloseTo(resampled as number, 12);
  });

  test("of one number, and of none", () => {
    expect(prepareQuantile(Float64Array.of(3), 0.95).value).toBe(3);
    expect(() => prepareQuantile(new Float64Array(), 0.5)).toThrow(RangeError);
  });
});

describe("latency", () => {
  const random = createRandom("latency");
  const timings = (n: number, slower: number) =>
    Float64Array.from({ length: n }, () => slower + Math.exp(0.3 * random.normal()));

  test("fewest runs are MLPerf's: 64, 130, 662", () => {
    expect([0.9, 0.95, 0.99].map(fewestRuns)).toEqual([64, 130, 662]);
    expect(() => fewestRuns(1)).toThrow(RangeError);
  });

  test("below them a percentile is not claimed", () => {
    const request = { quantile: 0.95, resamples: 500, random: createRandom("few") };
    const unmeasured = { measured: false, reason: "p95 takes at least 130 runs, and there are 129" };
    expect(latencyEstimates({ ...request, candidate: timings(129, 0), baseline: timings(129, 0) })).toEqual({
      candidate: unmeasured,
      baseline: unmeasured,
      difference: unmeasured,
    });
    expect(latencyEstimates({ ...request, candidate: timings(129, 0), baseline: null })).toEqual({
      candidate: unmeasured,
      baseline: null,
      difference: null,
    });
    expect(latencyEstimates({ ...request, candidate: timings(130, 0), baseline: null }).candidate.measured).toBe(true);
  });

  test("a slower model is seen to be slower", () => {
    const { candidate, baseline, difference } = latencyEstimates({
      quantile: 0.95,
      candidate: timings(400, 1),
      baseline: timings(400, 0),
      resamples: 500,
      random: createRandom("slower"),
    });
    if (!candidate.measured || !baseline?.measured || !difference?.measured) throw new Error("unmeasured");
    expect(difference.value).toBeCloseTo(candidate.value - baseline.value, 12);
    expect(pValue(difference, 0, "greater")).toBeLessThan(0.01);
    expect(intervalOf(candidate, 0.95)).toMatchObject({ known: true });
    const interval = intervalOf(difference, 0.95);
    if (!interval.known) throw new Error("unknown");
    expect(interval.low).toBeLessThan(1);
    expect(interval.high).toBeGreaterThan(1);
  });

  test("moments that slow both models cancel in the difference", () => {
    const slow = Float64Array.from({ length: 300 }, (_, run) => (Math.floor(run / 30) % 2) * 5 + random.float());
    const { candidate, difference } = latencyEstimates({
      quantile: 0.5,
      candidate: slow.map((ms) => ms + 0.2 + 0.01 * random.float()),
      baseline: slow,
      resamples: 500,
      random: createRandom("moments"),
    });
    if (!candidate.measured || !difference?.measured) throw new Error("unmeasured");
    const [own, paired] = [intervalOf(candidate, 0.95), intervalOf(difference, 0.95)];
    if (!own.known || !paired.known) throw new Error("unknown");
    expect(paired.high - paired.low).toBeLessThan(0.1 * (own.high - own.low));
  });

  test("timings that never vary are no certainty, and few runs have no interval", () => {
    const request = { quantile: 0.5, baseline: null, resamples: 500, random: createRandom("constant") };
    expect(latencyEstimates({ ...request, candidate: new Float64Array(100).fill(2) }).candidate).toMatchObject({
      measured: true,
      value: 2,
      uncertainty: { kind: "unknown" },
    });
    expect(latencyEstimates({ ...request, candidate: timings(15, 0) }).candidate).toMatchObject({
      measured: true,
      uncertainty: { kind: "unknown", reason: expect.stringContaining("15 runs") },
    });
  });

  test("unpaired runs are misuse", () => {
    expect(() =>
      latencyEstimates({ quantile: 0.5, candidate: timings(50, 0), baseline: timings(49, 0), resamples: 10, random }),
    ).toThrow(RangeError);
  });
});
