import { areProbabilities, decideAtThreshold, decideByLargest } from "../../metrics/decide.ts";
import type { FloatArray, Predictions, Target } from "../../metrics/observations.ts";
import { ProblemError } from "../../problem.ts";
import type { LabelsSoFar, NumbersSoFar } from "./accumulate.ts";
import { matchClasses } from "./classes.ts";

/** All that a model gave. */
export type Given = {
  readonly name: string;
  /** Of its probabilities, where the file says it. */
  readonly classes: readonly string[] | null;
  readonly numbers: NumbersSoFar | null;
  readonly labels: LabelsSoFar | null;
};

/** How far a row's probabilities may be from 1 in sum: float32 softmax over many classes. */
const SUM_TOLERANCE = 1e-3;

/**
 * What a model said, in the target's words.
 *
 * Of two columns of probabilities the positive class's is taken: by the classes that the file names, else by which column
 * agrees with the label output, else the second. Two columns that are no probabilities (logits) give their difference,
 * which ranks the rows and is no probability.
 *
 * @throws ProblemError for a score that is NaN or infinite, another number of classes, or labels that are not the target's.
 */
export function toPredictions(
  given: Given,
  target: Target,
  targetLabels: readonly string[] | null,
  threshold: number | null,
): Predictions {
  if (given.numbers !== null) refuseNotFinite(given.numbers, given.name);
  switch (target.task) {
    case "regression":
      return { task: "regression", values: singleColumn(given) };
    case "binary":
      return binary(given, targetLabels, threshold);
    case "multiclass":
      return multiclass(given, target.labels);
  }
}

function binary(given: Given, labels: readonly string[] | null, threshold: number | null): Predictions {
  const { numbers } = given;
  if (numbers === null) return { task: "binary", score: null, predicted: decidedPositive(given, labels ?? ["0", "1"]) };
  if (numbers.width > 2) {
    throw refused(
      given.name,
      `it gives ${numbers.width} numbers a row, and a binary task has two classes`,
      "take task: multiclass, or another model",
    );
  }
  const score = numbers.width === 1 ? numbers.values : positiveScore(numbers, positiveColumn(given, labels));
  return { task: "binary", score, predicted: decideBinary(given, score, labels, threshold) };
}

/**
 * A threshold is one of probabilities: scores outside [0, 1] (logits) are decided by the model's own labels, and where it gives none, not at
 * all.
 */
function decideBinary(
  given: Given,
  score: FloatArray,
  labels: readonly string[] | null,
  threshold: number | null,
): Uint8Array | null {
  if (areProbabilities(score)) return threshold === null ? null : decideAtThreshold(score, threshold);
  return given.labels === null ? null : decidedPositive(given, labels ?? ["0", "1"]);
}

function positiveColumn({ classes, labels: said, numbers, name }: Given, labels: readonly string[] | null): 0 | 1 {
  if (classes?.length === 2 && labels !== null) return matchClasses(classes, labels, name)[0] === 1 ? 0 : 1;
  if (said === null || labels === null || numbers === null) return 1;
  const isPositive = [...said.codeOf.keys()].map((text) => matchClasses([text], labels, name)[0] === 1);
  let agreeing = 0;
  let disagreeing = 0;
  for (let row = 0; row < said.codes.length; row++) {
    const isSecond = (numbers.values[row * 2 + 1] as number) >= (numbers.values[row * 2] as number);
    if (isSecond === isPositive[said.codes[row] as number]) agreeing++;
    else disagreeing++;
  }
  return disagreeing > agreeing ? 0 : 1;
}

function positiveScore({ values }: NumbersSoFar, positive: 0 | 1): FloatArray {
  const rows = values.length / 2;
  const score = values instanceof Float32Array ? new Float32Array(rows) : new Float64Array(rows);
  let isDistribution = true;
  for (let row = 0; row < rows; row++) {
    const value = values[row * 2 + positive] as number;
    const other = values[row * 2 + 1 - positive] as number;
    isDistribution &&= value >= 0 && other >= 0 && Math.abs(value + other - 1) <= SUM_TOLERANCE;
    score[row] = value;
  }
  if (isDistribution) return score;
  for (let row = 0; row < rows; row++)
    score[row] = (values[row * 2 + positive] as number) - (values[row * 2 + 1 - positive] as number);
  return score;
}

function decidedPositive(given: Given, labels: readonly string[]): Uint8Array {
  return Uint8Array.from(decided(given, labels));
}

function multiclass(given: Given, labels: readonly string[]): Predictions {
  const { numbers, classes, name } = given;
  if (numbers === null) return { task: "multiclass", probabilities: null, predicted: decided(given, labels) };
  const k = labels.length;
  if (numbers.width !== k) {
    throw refused(
      name,
      `it gives ${numbers.width} probabilities a row, and the target has ${k} classes (${labels.join(", ")})`,
      "name all classes of the model as `labels`",
    );
  }
  const order = classes?.length === k ? matchClasses(classes, labels, name) : null;
  const probabilities = order === null ? numbers.values : reorder(numbers.values, order);
  return { task: "multiclass", probabilities, predicted: decideByLargest(probabilities, k) };
}

/** Column c of the model becomes column `order[c]`. */
function reorder(values: FloatArray, order: readonly number[]): FloatArray {
  const k = order.length;
  if (order.every((to, from) => to === from)) return values;
  const moved = values.slice();
  for (let at = 0; at < values.length; at += k)
    order.forEach((to, from) => {
      moved[at + to] = values[at + from] as number;
    });
  return moved;
}

function decided({ labels: said, name }: Given, labels: readonly string[]): Int32Array {
  if (said === null) throw new TypeError("a model without numbers has labels, by its plan");
  const place = matchClasses([...said.codeOf.keys()], labels, name);
  return said.codes.map((code) => place[code] as number);
}

function singleColumn({ numbers, name }: Given): FloatArray {
  if (numbers !== null && numbers.width === 1) return numbers.values;
  throw refused(
    name,
    `it gives ${numbers?.width ?? 0} numbers a row where a regression has one`,
    "export it with one output [n, 1]",
  );
}

function refuseNotFinite({ values, width, notFinite: { count, first } }: NumbersSoFar, where: string): void {
  if (first === null) return;
  throw refused(
    where,
    `its prediction is NaN or infinite for ${count} of ${values.length / width} rows, row ${first + 1} first`,
    "look for missing or extreme values in the features of that row, and let the model take them",
  );
}

function refused(where: string, what: string, mend: string): ProblemError {
  return new ProblemError({ kind: "evidence", where, what, mend });
}
