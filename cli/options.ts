import { parseArgs } from "node:util";
import { nearest } from "../src/config/nearest.ts";
import { ProblemError } from "../src/problem.ts";

type OptionSpec = {
  readonly type: "string" | "boolean";
  /** Shown in the help after the name: `--base REF`. */
  readonly value?: string;
  readonly help: string;
  readonly multiple?: true;
};

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export type Options<S extends OptionSpecs> = {
  readonly [K in keyof S]?: S[K]["type"] extends "boolean"
    ? boolean
    : S[K]["multiple"] extends true
      ? readonly string[]
      : string;
};

/**
 * The options of one command.
 *
 * @throws ProblemError (usage) that names the wrong argument and the nearest right one.
 */
export function parseOptions<S extends OptionSpecs>(command: string, args: readonly string[], specs: S): Options<S> {
  const names = Object.keys(specs);
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, multiple }]) => [name, { type, ...(multiple && { multiple }) }]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values as Options<S>;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (typeof code !== "string" || !code.startsWith("ERR_PARSE_ARGS")) throw error;
    throw new ProblemError({
      kind: "usage",
      where: `modelgate ${command}`,
      what: whatIsWrong(code, args, names),
      mend: `see \`modelgate ${command} --help\``,
    });
  }
}

function whatIsWrong(code: string, args: readonly string[], names: readonly string[]): string {
  if (code === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL") {
    const stray = args.find((arg) => !arg.startsWith("-"));
    return `takes options only, and no ${JSON.stringify(stray ?? "")}`;
  }
  const unknown = args
    .map((arg) => arg.split("=")[0] as string)
    .find((arg) => arg.startsWith("-") && !names.includes(arg.replace(/^--?/, "")));
  if (unknown !== undefined) {
    const guess = nearest(unknown.replace(/^-+/, ""), names);
    return `has no option ${JSON.stringify(unknown)}${guess === null ? "" : ` (the nearest is --${guess})`}`;
  }
  const lacking = args.find(
    (arg, index) => arg.startsWith("--") && (args[index + 1] === undefined || args[index + 1]?.startsWith("-")),
  );
  return `${lacking ?? "an option"} needs a value`;
}

/** A value that a command cannot do without. */
export function required(command: string, name: string, value: string | undefined): string {
  if (value !== undefined && value !== "") return value;
  throw new ProblemError({
    kind: "usage",
    where: `modelgate ${command}`,
    what: `--${name} is missing`,
    mend: `give it, or see \`modelgate ${command} --help\``,
  });
}

/** `a,b,c` as a list; empty parts are dropped. */
export function list(value: string | undefined): readonly string[] | null {
  const parts = value
    ?.split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return parts === undefined || parts.length === 0 ? null : parts;
}
