import type { Report } from "../schema.ts";
import { comparisonOf } from "./comparison.ts";

/** One line for a shell that checks the same candidate against the same baseline; null where no commit is known, or more than it counts. */
export function reproduceCommand(report: Report): string | null {
  const { candidate, baseline } = comparisonOf(report);
  if (candidate.kind !== "commit") return null;
  const base = baseline === null ? "" : ` --base ${baseline.commit}`;
  return `git fetch origin ${candidate.commit} && git switch --detach ${candidate.commit} && modelgate check${base}`;
}
