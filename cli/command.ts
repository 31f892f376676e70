import type { OptionSpecs } from "./options.ts";

/** One command of the command line; `main.ts` finds it by name. */
export type Command = {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Paragraphs and examples under the usage line. */
  readonly details: string;
  readonly options: OptionSpecs;
  /** Gives the exit code; throws a ProblemError for what the caller has to mend. */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
};

/** Where results and progress go: results to standard output, everything else to standard error. */
export type Terminal = {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** Columns of the output; null where it is not a terminal. */
  readonly width: number | null;
  readonly colour: boolean;
};
