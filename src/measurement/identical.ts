import type { AnyMetric } from "../metrics/metric.ts";
import type { FloatArray, Observations, Predictions } from "../metrics/observations.ts";
import { arePredictionsIdentical } from "../statistics/identical.ts";

type Numbers = Uint8Array | Int32Array | FloatArray;

/** True where two models say the same on every row, in everything that they say. */
export function predictTheSame(a: Predictions, b: Predictions): boolean {
  if (a.task === "binary" && b.task === "binary") {
    return areEqual(a.score, b.score) && areEqual(a.predicted, b.predicted);
  }
  if (a.task === "multiclass" && b.task === "multiclass") {
    return areEqual(a.probabilities, b.probabilities) && areEqual(a.predicted, b.predicted);
  }
  return a.task === "regression" && b.task === "regression" && areEqual(a.values, b.values);
}

/**
 * Whether two models say the same on every row in what a kind of metric reads: models with other scores and the same
 * decisions are identical for accuracy, and only for metrics of decisions.
 */
export function identityOf(candidate: Observations, baseline: Observations): (needs: AnyMetric["needs"]) => boolean {
  const known = new Map<AnyMetric["needs"], boolean>();
  return (needs) => {
    const earlier = known.get(needs);
    if (earlier !== undefined) return earlier;
    const given = read(candidate, needs);
    const identical = given !== null && areEqual(given, read(baseline, needs));
    known.set(needs, identical);
    return identical;
  };
}

function read(observations: Observations, needs: AnyMetric["needs"]): Numbers | null {
  switch (observations.task) {
    case "binary":
      return needs === "score" ? observations.score : observations.predicted;
    case "multiclass":
      return needs === "score" ? observations.probabilities : observations.predicted;
    case "regression":
      return observations.predicted;
  }
}

function areEqual(a: Numbers | null, b: Numbers | null): boolean {
  return a === null || b === null ? a === b : a === b || arePredictionsIdentical(a, b);
}
