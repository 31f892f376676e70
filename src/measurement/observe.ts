import type { Observations, ObservationsOf, Predictions, Target } from "../metrics/observations.ts";

const known = new WeakMap<Predictions, { readonly target: Target; readonly observations: Observations }>();

/**
 * Target and predictions of the same rows as metrics take them. The same pair gives the same object, because what metrics
 * have sorted once they remember by it.
 *
 * @throws RangeError where the two are of different tasks.
 */
export function toObservations(target: Target, predictions: Predictions): Observations {
  const earlier = known.get(predictions);
  if (earlier?.target === target) return earlier.observations;
  const observations = join(target, predictions);
  known.set(predictions, { target, observations });
  return observations;
}

function join(target: Target, predictions: Predictions): Observations {
  if (target.task === "binary" && predictions.task === "binary") {
    return { ...predictions, positive: target.positive };
  }
  if (target.task === "multiclass" && predictions.task === "multiclass") {
    return { ...predictions, labels: target.labels, codes: target.codes };
  }
  if (target.task === "regression" && predictions.task === "regression") {
    return { task: "regression", values: target.values, predicted: predictions.values };
  }
  throw new RangeError(`predictions of a ${predictions.task} model do not belong to a ${target.task} target`);
}

/** How many rows a target has. */
export function rowsOf(target: Target): number {
  switch (target.task) {
    case "binary":
      return target.positive.length;
    case "multiclass":
      return target.codes.length;
    case "regression":
      return target.values.length;
  }
}

/** Narrows observations to their task, for code that a metric's own task has chosen. */
export function observationsOfTask<T extends Observations["task"]>(
  observations: Observations,
  task: T,
): ObservationsOf<T> {
  if (observations.task !== task)
    throw new RangeError(`a ${task} metric cannot read ${observations.task} observations`);
  return observations as ObservationsOf<T>;
}
