import { nearest } from "../config/nearest.ts";
import { ProblemError } from "../problem.ts";

/**
 * A name that fits no model would leave nothing to do, and nothing to do would pass.
 *
 * @param named Null: all models.
 * @throws ProblemError (usage) that names the wrong one.
 */
export function refuseUnknownModels(named: readonly string[] | null, known: readonly string[], path: string): void {
  const wrong = named?.find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const meant = nearest(wrong, known);
  throw new ProblemError({
    kind: "usage",
    where: path,
    what: `it has no model ${JSON.stringify(wrong)}`,
    mend: meant === null ? `name some of ${known.join(", ")}` : `write ${meant}, if that is meant`,
  });
}
