import { describe, expect, test } from "vitest";
import { arePredictionsIdentical } from "../../../src/statistics/identical.ts";
import { resamplesFor } from "../../../src/statistics/resamples-for.ts";
import { rowsToDecide } from "../../../src/statistics/rows-to-decide.ts";
import { type Estimate, IDENTICAL_DIFFERENCE, unknownUncertainty } from "../../../src/statistics/uncertainty.ts";

describe("rows to decide", () => {
  /** −0.01 ± 0.02 at 95%. */
  const difference: Estimate = {
    value: -0.01,
    uncertainty: { kind: "normal", method: "DeLong", standardError: 0.02 / 1.959963984540054, scale: "identity" },
  };

  test("half the width takes four times the rows", () => {
    expect(rowsToDecide(difference, -0.02, 1000, 0.95)).toBe(4000);
    expect(rowsToDecide(difference, 0, 1000, 0.95)).toBe(4000);
    expect(rowsToDecide(difference, -0.015, 1000, 0.95)).toBe(16000);
  });

  test("what is decided takes no more than there are", () => {
    expect(rowsToDecide(difference, -0.05, 1000, 0.95)).toBe(1000);
  });

  test("no number where none can be given", () => {
    expect(rowsToDecide(difference, -0.01, 1000, 0.95)).toBeNull();
    expect(rowsToDecide(difference, -0.01 + 1e-9, 1000, 0.95)).toBeNull();
    expect(rowsToDecide({ ...difference, uncertainty: unknownUncertainty("few groups") }, 0, 1000, 0.95)).toBeNull();
    expect(rowsToDecide(IDENTICAL_DIFFERENCE, 0, 1000, 0.95)).toBeNull();
  });
});

describe("resamples", () => {
  test("allow the strictest of the tests to be passed", () => {
    expect(resamplesFor(0.05, 1)).toBe(2000);
    expect(resamplesFor(0.05, 50)).toBe(2000);
    expect(resamplesFor(0.05, 51)).toBe(2039);
    expect(resamplesFor(0.05, 200)).toBe(7999);
    for (const tests of [60, 123, 200, 400]) {
      expect(1 / (resamplesFor(0.05, tests) + 1)).toBeLessThanOrEqual(0.05 / (2 * tests) + 1e-15);
      expect(1 / resamplesFor(0.05, tests)).toBeGreaterThan(0.05 / (2 * tests));
    }
  });

  test("end at 20,000", () => {
    expect(resamplesFor(0.05, 100_000)).toBe(20_000);
  });

  test("misuse", () => {
    expect(() => resamplesFor(0, 1)).toThrow(RangeError);
    expect(() => resamplesFor(0.05, 0)).toThrow(RangeError);
  });
});

test("predictions are identical only element by element", () => {
  expect(arePredictionsIdentical(Float32Array.of(0.5, 0), Float64Array.of(0.5, -0))).toBe(true);
  expect(arePredictionsIdentical(Float32Array.of(0.1), Float64Array.of(0.1))).toBe(false);
  expect(arePredictionsIdentical(Int32Array.of(1, 2), Int32Array.of(1, 2, 3))).toBe(false);
  expect(arePredictionsIdentical(new Uint8Array(), new Uint8Array())).toBe(true);
});
