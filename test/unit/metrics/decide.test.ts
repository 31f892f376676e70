import { expect, it } from "vitest";
import { decideAtThreshold, decideByLargest } from "../../../src/metrics/decide.ts";

it("decides for the positive class from the threshold on", () => {
  expect(decideAtThreshold(Float64Array.of(0.49, 0.5, 0.51), 0.5)).toEqual(Uint8Array.of(0, 1, 1));
});

it("compares a float32 score with the threshold as a float32", () => {
  // 0.7 as a float32 is 0.699999988, below the double 0.7.
  expect(decideAtThreshold(Float32Array.of(0.7), 0.7)).toEqual(Uint8Array.of(1));
});

it("decides for the largest of several, of equals the first", () => {
  const probabilities = Float64Array.of(0.2, 0.5, 0.3, 0.4, 0.2, 0.4);
  expect(decideByLargest(probabilities, 3)).toEqual(Int32Array.of(1, 0));
  expect(decideByLargest(new Float64Array(), 3)).toEqual(new Int32Array());
});
