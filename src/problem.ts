/** What went wrong, in the words of the person who has to mend it. */
export type Problem = {
  /** Decides the exit code of the command line, see `cli/exit-code.ts`. */
  readonly kind: "usage" | "config" | "stage" | "evidence" | "platform";
  /** File with line and column, model, stage, column or address. */
  readonly where: string;
  /** What was found and what was expected instead. */
  readonly what: string;
  /** The next thing to do, as an imperative. */
  readonly mend: string;
};

/** One clear sentence: where, what was expected, how to mend it. */
export function describeProblem(problem: Problem): string {
  return `${problem.where}: ${problem.what}; ${problem.mend}.`;
}

/** A problem that the caller cannot go on from; caught at a root (action, command line) and shown as its sentence. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: { cause?: unknown }) {
    super(describeProblem(problem), options);
    this.name = "ProblemError";
    // These four alone: a problem of the config knows more of itself, and a report has no place for it.
    const { kind, where, what, mend } = problem;
    this.problem = { kind, where, what, mend };
  }
}
