import { describe, expect, it } from "vitest";
import { measureLatency } from "../../../src/measurement/latency.ts";
import type { Measured } from "../../../src/report/schema.ts";
import { intervalOf } from "../../../src/statistics/interval.ts";
import { createRandom } from "../../../src/statistics/random.ts";

function samples(runs: number, meanMs: number, seed: string, batchRows = 1) {
  const random = createRandom(seed);
  const samplesMs = Float64Array.from({ length: runs }, () => meanMs * (0.9 + 0.2 * random.float()));
  return { batchRows, samplesMs, batch: { rows: 100 * batchRows, samplesMs: samplesMs.map((ms) => 10 * ms) } };
}

function numberOf(value: Measured | undefined): number {
  if (value?.measured !== true) throw new Error("there is no value");
  return value.value;
}

describe("measureLatency", () => {
  it("gives percentiles, throughput and differences with intervals", () => {
    const measured = measureLatency(samples(300, 4, "a", 8), samples(300, 2, "b", 8), "seed");
    if (measured?.differences === null || measured === null) throw new Error("not measured");
    expect(numberOf(measured.candidate.p50Ms)).toBeCloseTo(4, 1);
    expect(numberOf(measured.candidate.p95Ms)).toBeCloseTo(4.36, 1);
    expect(numberOf(measured.candidate.rowsPerSecond)).toBeCloseTo(20_000, -3);
    expect(numberOf(measured.differences.p95Ms)).toBeCloseTo(2.18, 1);
    expect(measured.candidate).toMatchObject({ runs: 300, batchRows: 8, throughputBatchRows: 800 });
    for (const each of [
      measured.candidate.p50Ms,
      measured.candidate.p95Ms,
      measured.candidate.rowsPerSecond,
      measured.differences.p50Ms,
    ]) {
      const interval = each.measured ? intervalOf(each, 0.95) : { known: false as const };
      if (!interval.known) throw new Error("no interval");
      expect(interval.low).toBeLessThan(numberOf(each));
      expect(interval.high).toBeGreaterThan(numberOf(each));
    }
  });

  it("does not claim a 95th percentile of 129 calls", () => {
    const measured = measureLatency(samples(129, 4, "a"), samples(129, 2, "b"), "seed");
    expect(measured?.candidate.p50Ms.measured).toBe(true);
    expect(measured?.candidate.p95Ms).toMatchObject({ measured: false, reason: expect.stringContaining("130") });
    expect(measured?.differences?.p95Ms.measured).toBe(false);
    expect(measureLatency(samples(130, 4, "a"), null, "seed")?.candidate.p95Ms.measured).toBe(true);
  });

  it("knows no interval of a rate from a few calls, and no rate of calls that took no time", () => {
    const few = measureLatency(samples(12, 4, "a"), null, "seed");
    expect(few?.candidate.rowsPerSecond).toMatchObject({ measured: true, uncertainty: { kind: "unknown" } });
    const none = measureLatency(
      { batchRows: 1, samplesMs: new Float64Array(50), batch: { rows: 10, samplesMs: new Float64Array(50) } },
      null,
      "seed",
    );
    expect(none?.candidate.rowsPerSecond.measured).toBe(false);
  });

  it("has no differences without a baseline, and nothing without a candidate", () => {
    expect(measureLatency(samples(130, 4, "a"), null, "seed")).toMatchObject({ baseline: null, differences: null });
    expect(measureLatency(null, samples(130, 4, "a"), "seed")).toBeNull();
  });

  it("is the same for the same calls and the same seed", () => {
    const once = () => measureLatency(samples(200, 4, "a"), samples(200, 2, "b"), "seed");
    expect(once()).toEqual(once());
  });
});
