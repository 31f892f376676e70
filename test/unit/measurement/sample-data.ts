import type { Observations, Predictions, Target } from "../../../src/metrics/observations.ts";
import { createRandom } from "../../../src/statistics/random.ts";

export type BinaryData = {
  readonly target: Extract<Target, { task: "binary" }>;
  readonly candidate: Extract<Predictions, { task: "binary" }>;
  readonly baseline: Extract<Predictions, { task: "binary" }>;
};

/** Two models of unequal noise on the same rows; about 40% are positive. */
export function binaryData(rows: number, seed = "binary", noise: readonly [number, number] = [0.25, 0.35]): BinaryData {
  const random = createRandom(seed);
  const positive = Uint8Array.from({ length: rows }, () => (random.float() < 0.4 ? 1 : 0));
  const model = (spread: number): BinaryData["candidate"] => {
    const score = Float64Array.from(positive, (isPositive) =>
      Math.min(1, Math.max(0, 0.3 + 0.4 * isPositive + spread * random.normal())),
    );
    return { task: "binary", score, predicted: Uint8Array.from(score, (value) => (value >= 0.5 ? 1 : 0)) };
  };
  return { target: { task: "binary", positive }, candidate: model(noise[0]), baseline: model(noise[1]) };
}

export type RegressionData = {
  readonly target: Extract<Target, { task: "regression" }>;
  readonly candidate: Extract<Predictions, { task: "regression" }>;
  readonly baseline: Extract<Predictions, { task: "regression" }>;
};

export function regressionData(rows: number, seed = "regression"): RegressionData {
  const random = createRandom(seed);
  const values = Float64Array.from({ length: rows }, () => 50 + 10 * random.normal());
  const model = (spread: number): RegressionData["candidate"] => ({
    task: "regression",
    values: values.map((value) => value + spread * random.normal()),
  });
  return { target: { task: "regression", values }, candidate: model(2), baseline: model(3) };
}

export type MulticlassData = {
  readonly target: Extract<Target, { task: "multiclass" }>;
  readonly candidate: Extract<Predictions, { task: "multiclass" }>;
  readonly baseline: Extract<Predictions, { task: "multiclass" }>;
};

export function multiclassData(rows: number, seed = "multiclass"): MulticlassData {
  const random = createRandom(seed);
  const labels = ["a", "b", "c"];
  const codes = Int32Array.from({ length: rows }, () => random.below(3));
  const model = (strength: number): MulticlassData["candidate"] => {
    const probabilities = new Float64Array(rows * 3);
    const predicted = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      const weights = labels.map((_, label) => Math.exp(random.normal() + (codes[row] === label ? strength : 0)));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      weights.forEach((weight, label) => {
        probabilities[row * 3 + label] = weight / sum;
      });
      predicted[row] = weights.indexOf(Math.max(...weights));
    }
    return { task: "multiclass", probabilities, predicted };
  };
  return { target: { task: "multiclass", labels, codes }, candidate: model(2), baseline: model(1.2) };
}

export const OPTIONS = { calibrationBins: 10, topK: 2, quantile: 0.5 };

/** Narrows what a test knows to be of one task. */
export function binaryObservations(data: BinaryData): Extract<Observations, { task: "binary" }> {
  return {
    task: "binary",
    positive: data.target.positive,
    score: data.candidate.score,
    predicted: data.candidate.predicted,
  };
}
