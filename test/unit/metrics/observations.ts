import fc from "fast-check";
import type { FloatArray, Observations, ObservationsOf, Task } from "../../../src/metrics/observations.ts";

/** Random observations of a task: few rows, many ties, classes that may be absent, float32 and float64. */
export function observationsOf(task: Task): fc.Arbitrary<Observations> {
  switch (task) {
    case "binary":
      return binary;
    case "multiclass":
      return multiclass;
    case "regression":
      return regression;
  }
}

const rows = fc.integer({ min: 1, max: 24 });
const grid = fc.integer({ min: 0, max: 16 }).map((step) => step / 16);
const bit = fc.integer({ min: 0, max: 1 });

function many<T>(n: number, of: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(of, { minLength: n, maxLength: n });
}

const binary: fc.Arbitrary<ObservationsOf<"binary">> = rows.chain((n) =>
  fc.record({
    task: fc.constant("binary" as const),
    positive: many(n, bit).map((bits) => Uint8Array.from(bits)),
    score: fc
      .tuple(many(n, fc.oneof(grid, fc.double({ min: 0, max: 1, noNaN: true }))), fc.boolean())
      .map(([scores, single]): FloatArray => (single ? Float32Array.from(scores) : Float64Array.from(scores))),
    predicted: many(n, bit).map((bits) => Uint8Array.from(bits)),
  }),
);

const multiclass: fc.Arbitrary<ObservationsOf<"multiclass">> = fc
  .tuple(rows, fc.integer({ min: 2, max: 5 }))
  .chain(([n, k]) =>
    fc.record({
      task: fc.constant("multiclass" as const),
      labels: fc.constant(Array.from({ length: k }, (_, code) => `class ${code}`)),
      codes: many(n, fc.integer({ min: 0, max: k - 1 })).map((codes) => Int32Array.from(codes)),
      probabilities: many(n, many(k, fc.integer({ min: 0, max: 4 }))).map((weights) =>
        Float64Array.from(weights.flatMap((row) => normalised(row))),
      ),
      predicted: fc.option(many(n, fc.integer({ min: 0, max: k - 1 })).map((codes) => Int32Array.from(codes))),
    }),
  );

function normalised(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (sum === 0 ? 1 / weights.length : weight / sum));
}

const regression: fc.Arbitrary<ObservationsOf<"regression">> = rows.chain((n) => {
  const value = fc.oneof(fc.integer({ min: -3, max: 5 }), fc.double({ min: -1e3, max: 1e3, noNaN: true }));
  return fc.record({
    task: fc.constant("regression" as const),
    values: many(n, value).map((values) => Float64Array.from(values)),
    predicted: many(n, value).map((values) => Float64Array.from(values)),
  });
});

/** Row i of the result is row `chosen[i]`: a permutation, or a resample with its rows physically repeated. */
export function takeRows(observations: Observations, chosen: readonly number[]): Observations {
  switch (observations.task) {
    case "binary":
      return {
        task: "binary",
        positive: Uint8Array.from(chosen, (row) => observations.positive[row] as number),
        score: observations.score && takeFloats(observations.score, chosen, 1),
        predicted: observations.predicted && Uint8Array.from(chosen, (row) => observations.predicted?.[row] as number),
      };
    case "multiclass":
      return {
        ...observations,
        codes: Int32Array.from(chosen, (row) => observations.codes[row] as number),
        probabilities:
          observations.probabilities && takeFloats(observations.probabilities, chosen, observations.labels.length),
        predicted: observations.predicted && Int32Array.from(chosen, (row) => observations.predicted?.[row] as number),
      };
    case "regression":
      return {
        task: "regression",
        values: Float64Array.from(chosen, (row) => observations.values[row] as number),
        predicted: takeFloats(observations.predicted, chosen, 1),
      };
  }
}

function takeFloats(values: FloatArray, chosen: readonly number[], width: number): FloatArray {
  const taken = chosen.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)]);
  return values instanceof Float32Array ? Float32Array.from(taken) : Float64Array.from(taken);
}

export function rowsOf(observations: Observations): number {
  switch (observations.task) {
    case "binary":
      return observations.positive.length;
    case "multiclass":
      return observations.codes.length;
    case "regression":
      return observations.values.length;
  }
}

/** The confusion matrix [k, k], counts[true * k + predicted]; null where there is none. */
export function confusionOf(observations: Observations): { counts: Float64Array; k: number } | null {
  if (observations.task === "regression" || observations.predicted === null) return null;
  const truth = observations.task === "binary" ? observations.positive : observations.codes;
  const k = observations.task === "binary" ? 2 : observations.labels.length;
  const counts = new Float64Array(k * k);
  truth.forEach((code, row) => {
    (counts[code * k + (observations.predicted?.[row] as number)] as number)++;
  });
  return { counts, k };
}

/** Predictions that are exactly right, of targets that have every class. */
export const PERFECT: Readonly<Record<Task, Observations>> = {
  binary: {
    task: "binary",
    positive: Uint8Array.of(0, 1, 0, 1, 1),
    score: Float64Array.of(0, 1, 0, 1, 1),
    predicted: Uint8Array.of(0, 1, 0, 1, 1),
  },
  multiclass: {
    task: "multiclass",
    labels: ["a", "b", "c"],
    codes: Int32Array.of(0, 1, 2),
    probabilities: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    predicted: null,
  },
  regression: { task: "regression", values: Float64Array.of(1, 2, -3), predicted: Float64Array.of(1, 2, -3) },
};

/** Predictions of the same targets that are wrong in every row. */
export const WRONG: Readonly<Record<Task, Observations>> = {
  binary: {
    task: "binary",
    positive: Uint8Array.of(0, 1, 0, 1, 1),
    score: Float64Array.of(1, 0, 1, 0, 0),
    predicted: Uint8Array.of(1, 0, 1, 0, 0),
  },
  multiclass: {
    task: "multiclass",
    labels: ["a", "b", "c"],
    codes: Int32Array.of(0, 1, 2),
    probabilities: Float64Array.of(0, 0.25, 0.75, 0.75, 0, 0.25, 0.25, 0.75, 0),
    predicted: null,
  },
  regression: { task: "regression", values: Float64Array.of(1, 2, -3), predicted: Float64Array.of(-1, 4, 6) },
};
