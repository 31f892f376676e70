import { ProblemError } from "../../problem.ts";

/**
 * The target's label for each of a model's classes: [classes] of indices into `labels`. Classes are the target's labels
 * themselves, or 0 and 1 for false and true, or positions 0 … k−1 (an encoder's) where the labels are words.
 *
 * @throws ProblemError where a class is none of the target's.
 */
export function matchClasses(classes: readonly string[], labels: readonly string[], where: string): readonly number[] {
  const own = classes.map((name) => labels.indexOf(name));
  if (!own.includes(-1)) return own;

  const folded = labels.map((label) => label.toLowerCase());
  const words = classes.map((name) => folded.indexOf(BOOLEAN[name.toLowerCase()] ?? name.toLowerCase()));
  const isBoolean = folded.every((label) => label === "true" || label === "false");
  if (isBoolean && !words.includes(-1)) return words;

  const positions = classes.map(Number);
  const areWords = labels.every((label) => !Number.isFinite(Number(label)));
  if (areWords && positions.every((place) => Number.isInteger(place) && place >= 0 && place < labels.length))
    return positions;

  const unknown = classes.filter((_, index) => own[index] === -1).slice(0, 5);
  throw new ProblemError({
    kind: "evidence",
    where,
    what: `it predicts ${unknown.map((name) => JSON.stringify(name)).join(", ")}, and the target's classes are ${labels.map((label) => JSON.stringify(label)).join(", ")}`,
    mend: "train it on the labels that the data has",
  });
}

const BOOLEAN: Readonly<Record<string, string>> = { "0": "false", "1": "true" };
