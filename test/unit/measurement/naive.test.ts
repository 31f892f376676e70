import { describe, expect, it } from "vitest";
import { naiveModel, predictNaively } from "../../../src/measurement/naive.ts";
import { toObservations } from "../../../src/measurement/observe.ts";
import type { FloatArray, Target } from "../../../src/metrics/observations.ts";
import { pinball } from "../../../src/metrics/regression/pinball.ts";
import { OPTIONS, regressionData } from "./sample-data.ts";

describe("the naive model", () => {
  it("says the share of positives and the more frequent class", () => {
    const model = naiveModel({ task: "binary", positive: Uint8Array.of(1, 1, 1, 0) }, 0.5);
    expect(model).toEqual({ task: "binary", positiveShare: 0.75 });
    expect(model && predictNaively(model, 2, false)).toEqual({
      task: "binary",
      score: Float64Array.of(0.75, 0.75),
      predicted: Uint8Array.of(1, 1),
    });
  });

  it("decides for the negative class where both are as frequent", () => {
    const model = naiveModel({ task: "binary", positive: Uint8Array.of(1, 0) }, 0.5);
    expect(model && predictNaively(model, 1, false)).toMatchObject({ predicted: Uint8Array.of(0) });
  });

  it("says the share of each class", () => {
    const target: Target = { task: "multiclass", labels: ["a", "b", "c"], codes: Int32Array.of(1, 2, 1, 0) };
    const model = naiveModel(target, 0.5);
    expect(model && predictNaively(model, 2, false)).toEqual({
      task: "multiclass",
      probabilities: Float64Array.of(0.25, 0.5, 0.25, 0.25, 0.5, 0.25),
      predicted: Int32Array.of(1, 1),
    });
  });

  it("says the mean, and the quantile for the pinball loss", () => {
    const model = naiveModel({ task: "regression", values: Float64Array.of(4, 1, 10, 1, 4) }, 0.8);
    expect(model).toEqual({ task: "regression", mean: 4, quantile: 4 });
    expect(model && predictNaively(model, 2, true)).toEqual({ task: "regression", values: Float64Array.of(4, 4) });
  });

  it.each([0.1, 0.5, 0.9])("says the constant with the least pinball loss at the quantile %d", (quantile) => {
    const { target } = regressionData(101);
    const loss = (values: FloatArray) => {
      const observations = toObservations(target, { task: "regression", values });
      if (observations.task !== "regression") throw new Error("another task");
      const { value } = pinball.prepare(observations, { ...OPTIONS, quantile });
      return value.defined ? value.value : Number.NaN;
    };
    const model = naiveModel(target, quantile);
    const best = model && predictNaively(model, 101, true);
    if (best?.task !== "regression") throw new Error("another task");
    const least = loss(best.values);
    for (const constant of target.values) {
      expect(loss(new Float64Array(101).fill(constant))).toBeGreaterThanOrEqual(least - 1e-12);
    }
  });

  it("is none without rows", () => {
    expect(naiveModel({ task: "binary", positive: new Uint8Array() }, 0.5)).toBeNull();
  });
});
