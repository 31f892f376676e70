import { ProblemError } from "../src/problem.ts";

/** Names of inputs and outputs exist here once; `test/unit/action/action-yml.test.ts` holds action.yml and the README to them. */
export const INPUT_NAMES = ["command", "models", "config", "base", "token", "publish", "fail-job", "cache"] as const;
export const OUTPUT_NAMES = ["verdict", "reason", "digest", "report", "html", "comment-url"] as const;

export type InputName = (typeof INPUT_NAMES)[number];
export type OutputName = (typeof OUTPUT_NAMES)[number];

export const COMMANDS = ["check", "train", "evaluate"] as const;

export type Inputs = {
  readonly command: (typeof COMMANDS)[number];
  /** Null: all models. */
  readonly models: readonly string[] | null;
  readonly config: string | null;
  readonly base: string | null;
  readonly token: string | null;
  readonly publish: boolean;
  readonly failJob: boolean;
  readonly cache: boolean;
};

/**
 * Reads and checks the inputs.
 *
 * @param get The text of an input, empty where it is not set.
 * @throws ProblemError that names the input and what it may be.
 */
export function readInputs(get: (name: InputName) => string): Inputs {
  const text = (name: InputName) => (get(name) === "" ? null : get(name));
  const command = COMMANDS.find((known) => known === (text("command") ?? "check"));
  if (command === undefined) throw wrongInput("command", get("command"), COMMANDS.join(", "));
  const models = get("models")
    .split(/[,\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return {
    command,
    models: models.length === 0 ? null : models,
    config: text("config"),
    base: text("base"),
    token: text("token"),
    publish: flag("publish"),
    failJob: flag("fail-job"),
    cache: flag("cache"),
  };

  function flag(name: InputName): boolean {
    const value = text(name) ?? "true";
    if (value !== "true" && value !== "false") throw wrongInput(name, value, "true, false");
    return value === "true";
  }
}

function wrongInput(name: InputName, value: string, known: string): ProblemError {
  return new ProblemError({
    kind: "usage",
    where: `input \`${name}\` of the action`,
    what: `${JSON.stringify(value)} is none of ${known}`,
    mend: "correct it in the workflow file",
  });
}

/** The text of an input as the runner hands it over; empty where it is not set. */
export function inputOf(environment: Readonly<Record<string, string | undefined>>, name: InputName): string {
  return (environment[`INPUT_${name.toUpperCase()}`] ?? "").trim();
}
