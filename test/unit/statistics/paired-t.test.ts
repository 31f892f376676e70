import { describe, expect, test } from "vitest";
import { intervalOf, pValue } from "../../../src/statistics/interval.ts";
import { meanEstimates } from "../../../src/statistics/paired-t.ts";
import { golden } from "./golden.ts";

const known = golden.paired_t;
const candidate = Float64Array.from(known.candidate);
const baseline = Float64Array.from(known.baseline);

describe("the paired difference of means, as SciPy's", () => {
  const { difference } = meanEstimates({ candidate, baseline, root: false, identical: false });
  if (difference === null) throw new Error("no difference");

  test("value, standard error and p-value", () => {
    expect(difference.value).toBeCloseTo(known.difference, 13);
    expect(difference.uncertainty).toEqual({
      kind: "t",
      method: "paired t",
      standardError: expect.closeTo(known.standard_error, 13),
      degreesOfFreedom: 39,
    });
    expect(pValue(difference, 0, "two-sided")).toBeCloseTo(known.p, 12);
  });

  test("interval", () => {
    expect(intervalOf(difference, 0.95)).toMatchObject({
      low: expect.closeTo(known.interval[0], 12),
      high: expect.closeTo(known.interval[1], 12),
    });
  });

  test("swapping the models changes the sign and nothing else", () => {
    const swapped = meanEstimates({ candidate: baseline, baseline: candidate, root: false, identical: false });
    expect(swapped.difference?.value).toBeCloseTo(-difference.value, 15);
    expect(swapped.difference?.uncertainty).toMatchObject({ standardError: expect.closeTo(known.standard_error, 13) });
  });
});

describe("root of the mean", () => {
  test("is the difference of roots, with the delta method's standard error", () => {
    const {
      candidate: own,
      baseline: other,
      difference,
    } = meanEstimates({ candidate, baseline, root: true, identical: false });
    expect(difference?.value).toBeCloseTo(known.rmse_difference, 13);
    const linear = candidate.map(
      (loss, row) => loss / (2 * own.value) - (baseline[row] as number) / (2 * (other?.value ?? 0)),
    );
    const mean = linear.reduce((sum, x) => sum + x, 0) / 40;
    const variance = linear.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 39;
    expect(difference?.uncertainty).toEqual({
      kind: "t",
      method: "paired t (delta method)",
      standardError: expect.closeTo(Math.sqrt(variance / 40), 12),
      degreesOfFreedom: 39,
    });
  });

  test("has the roots of the mean's interval", () => {
    const mean = intervalOf(
      meanEstimates({ candidate, baseline: null, root: false, identical: false }).candidate,
      0.95,
    );
    const root = intervalOf(meanEstimates({ candidate, baseline: null, root: true, identical: false }).candidate, 0.95);
    if (!mean.known || !root.known) throw new Error("unknown");
    expect(root.low).toBeCloseTo(Math.sqrt(mean.low), 7);
    expect(root.high).toBeCloseTo(Math.sqrt(mean.high), 7);
  });
});

describe("a single mean", () => {
  test("of symmetric losses has Student's interval", () => {
    const losses = Float64Array.from({ length: 41 }, (_, at) => (at - 20) / 10 + 5);
    const interval = intervalOf(
      meanEstimates({ candidate: losses, baseline: null, root: false, identical: false }).candidate,
      0.95,
    );
    const standardError = Math.sqrt((41 * 42) / 12 / 100 / 41); // variance of 41 evenly spaced numbers, divisor n − 1
    expect(interval).toMatchObject({
      low: expect.closeTo(5 - 2.0210754 * standardError, 6),
      high: expect.closeTo(5 + 2.0210754 * standardError, 6),
    });
  });

  test("of losses skewed to the right reaches farther up than down", () => {
    const losses = Float64Array.from({ length: 50 }, (_, at) => Math.exp(at / 12));
    const { candidate: own } = meanEstimates({ candidate: losses, baseline: null, root: false, identical: false });
    const interval = intervalOf(own, 0.95);
    if (!interval.known) throw new Error("unknown");
    expect(interval.high - own.value).toBeGreaterThan(1.3 * (own.value - interval.low));
  });
});

describe("no certainty from", () => {
  const constant = new Float64Array(30).fill(0.1);

  test("a constant loss", () => {
    const { candidate: own, difference } = meanEstimates({
      candidate: constant,
      baseline: new Float64Array(30).fill(0.3),
      root: false,
      identical: false,
    });
    expect(own).toEqual({ value: expect.closeTo(0.1, 12), uncertainty: expect.objectContaining({ kind: "unknown" }) });
    expect(difference).toMatchObject({ value: expect.closeTo(-0.2, 12), uncertainty: { kind: "unknown" } });
  });

  test("few rows", () => {
    const { candidate: own } = meanEstimates({
      candidate: candidate.slice(0, 19),
      baseline: null,
      root: false,
      identical: false,
    });
    expect(own.uncertainty).toMatchObject({ kind: "unknown", reason: expect.stringContaining("19 rows") });
  });

  test("a model without any error", () => {
    const { difference } = meanEstimates({ candidate: new Float64Array(40), baseline, root: true, identical: false });
    expect(difference?.uncertainty.kind).toBe("unknown");
  });
});

test("identical predictions differ by exactly 0", () => {
  const { baseline: other, difference } = meanEstimates({
    candidate,
    baseline: candidate,
    root: false,
    identical: true,
  });
  expect(difference).toEqual({ value: 0, uncertainty: { kind: "identical", method: "identical predictions" } });
  expect(other?.value).toBeCloseTo(candidate.reduce((sum, loss) => sum + loss, 0) / 40, 13);
});

test("no rows are misuse", () => {
  expect(() => meanEstimates({ candidate: new Float64Array(), baseline: null, root: false, identical: false })).toThrow(
    RangeError,
  );
});
