import type { FloatArray, Predictions, Target } from "../metrics/observations.ts";

/** Indices of the rows whose entry in `member` [n] is not 0, ascending. */
export function memberRows(member: Uint8Array): Uint32Array {
  let count = 0;
  for (const isMember of member) if (isMember !== 0) count++;
  const rows = new Uint32Array(count);
  let next = 0;
  for (let row = 0; row < member.length; row++) {
    if (member[row] !== 0) rows[next++] = row;
  }
  return rows;
}

/** The target of some rows, copied. */
export function subsetTarget(target: Target, rows: Uint32Array): Target {
  switch (target.task) {
    case "binary":
      return { task: "binary", positive: pick(target.positive, rows, 1) };
    case "multiclass":
      return { ...target, codes: pick(target.codes, rows, 1) };
    case "regression":
      return { task: "regression", values: pick(target.values, rows, 1) };
  }
}

/** The predictions of some rows, copied; `classes` is how many probabilities a row has. */
export function subsetPredictions(predictions: Predictions, rows: Uint32Array, classes: number): Predictions {
  switch (predictions.task) {
    case "binary": {
      const { score, predicted } = predictions;
      return { task: "binary", score: score && pick(score, rows, 1), predicted: predicted && pick(predicted, rows, 1) };
    }
    case "multiclass": {
      const { probabilities, predicted } = predictions;
      return {
        task: "multiclass",
        probabilities: probabilities && pick(probabilities, rows, classes),
        predicted: predicted && pick(predicted, rows, 1),
      };
    }
    case "regression":
      return { task: "regression", values: pick(predictions.values, rows, 1) };
  }
}

/** Entries of some rows, copied into an array of the same type; a row is `width` entries. */
export function pick<A extends FloatArray | Int32Array | Uint8Array>(values: A, rows: Uint32Array, width: number): A {
  const picked = new (values.constructor as new (length: number) => A)(rows.length * width);
  let next = 0;
  for (let at = 0; at < rows.length; at++) {
    const start = (rows[at] as number) * width;
    for (let offset = 0; offset < width; offset++) picked[next++] = values[start + offset] as number;
  }
  return picked;
}
