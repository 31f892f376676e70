import type { Observations, Predictions, Target } from "../metrics/observations.ts";
import { inspect } from "../metrics/validate.ts";
import type { Problem } from "../problem.ts";
import { rowsOf, toObservations } from "./observe.ts";

/**
 * Whether predictions can be measured against a target, or what is wrong with them, with the count and the first row: lengths
 * that differ, NaN or infinity, a decision that is no class, class probabilities outside [0, 1] or that do not sum to 1.
 * Scores of a binary model need not be probabilities, because they may only rank: metrics that need probabilities say so.
 * `where` names the model.
 */
export function checkPredictions(target: Target, predictions: Predictions, where: string): Problem | null {
  if (target.task !== predictions.task) {
    return problem(where, `predicts for a ${predictions.task} task and the data is for a ${target.task} one`);
  }
  if (rowsOf(target) === 0) return problem(where, "there are no rows to measure on");
  if (!saysAnything(predictions)) return problem(where, "gives neither scores nor decisions");
  const observations: Observations = toObservations(target, predictions);
  const { defect, notProbability } = inspect(observations);
  const found = defect ?? (predictions.task === "multiclass" ? notProbability : null);
  return found === null ? null : problem(where, found);
}

function saysAnything(predictions: Predictions): boolean {
  switch (predictions.task) {
    case "binary":
      return predictions.score !== null || predictions.predicted !== null;
    case "multiclass":
      return predictions.probabilities !== null || predictions.predicted !== null;
    case "regression":
      return true;
  }
}

function problem(where: string, what: string): Problem {
  return {
    kind: "evidence",
    where,
    what,
    mend: "make the model give one finite prediction for each row, and probabilities of the classes that sum to 1",
  };
}
