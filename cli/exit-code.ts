import type { Verdict } from "../src/gate/verdict.ts";
import type { Problem } from "../src/problem.ts";

/** What the process ends with; the help text and the README list them. */
export const EXIT_CODES = {
  pass: 0,
  blocked: 1,
  usage: 2,
  noEvidence: 3,
  stageFailed: 4,
} as const;

export function exitCodeOfVerdict(verdict: Verdict): number {
  switch (verdict) {
    case "pass":
      return EXIT_CODES.pass;
    case "fail":
      return EXIT_CODES.blocked;
    case "inconclusive":
    case "error":
      return EXIT_CODES.noEvidence;
  }
}

export function exitCodeOfProblem(problem: Problem): number {
  switch (problem.kind) {
    case "usage":
    case "config":
      return EXIT_CODES.usage;
    case "evidence":
    case "platform":
      return EXIT_CODES.noEvidence;
    case "stage":
      return EXIT_CODES.stageFailed;
  }
}
