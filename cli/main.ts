#!/usr/bin/env node
import { nearest } from "../src/config/nearest.ts";
import { type Problem, ProblemError } from "../src/problem.ts";
import { TOOL } from "../src/tool.ts";
import { checkCommand } from "./check.ts";
import type { Command, Terminal } from "./command.ts";
import { EXIT_CODES, exitCodeOfProblem } from "./exit-code.ts";
import { commandHelp, overviewHelp } from "./help.ts";
import { compareCommand, evaluateCommand } from "./predictions.ts";
import { schemaCommand } from "./schema.ts";
import { validateCommand } from "./validate.ts";

const COMMANDS: readonly Command[] = [checkCommand, validateCommand, evaluateCommand, compareCommand, schemaCommand];

const terminal: Terminal = {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  width: process.stdout.isTTY ? process.stdout.columns : null,
  colour: process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
};

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const isAsked = name !== undefined;
    (isAsked ? terminal.out : terminal.error)(overviewHelp(COMMANDS));
    return isAsked ? EXIT_CODES.pass : EXIT_CODES.usage;
  }
  if (name === "--version" || name === "-V") {
    terminal.out(`${TOOL.version}\n`);
    return 0;
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) throw unknownCommand(name);
  if (rest.includes("--help") || rest.includes("-h")) {
    terminal.out(commandHelp(command));
    return 0;
  }
  return command.run(rest, terminal);
}

function unknownCommand(name: string): ProblemError {
  const guess = nearest(
    name,
    COMMANDS.map((command) => command.name),
  );
  const problem: Problem = {
    kind: "usage",
    where: "modelgate",
    what: `there is no command ${JSON.stringify(name)}`,
    mend: guess === null ? "see `modelgate --help`" : `did you mean \`modelgate ${guess}\``,
  };
  return new ProblemError(problem);
}

/** A defect of ours: a sentence for the user, the stack only for whoever asks for it. */
function unexpected(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const stack = process.env["MODELGATE_DEBUG"] === undefined ? "" : `${error instanceof Error ? error.stack : ""}\n`;
  return `modelgate: an unexpected error: ${message}; set MODELGATE_DEBUG=1 to see where, and please report it.\n${stack}`;
}

// Whoever reads the output may have seen enough; what was found out is still the exit code.
process.stdout.on("error", (error) => {
  if (!("code" in error) || error.code !== "EPIPE") throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof ProblemError) {
    terminal.error(`${error.message}\n`);
    process.exitCode = exitCodeOfProblem(error.problem);
  } else {
    terminal.error(unexpected(error));
    process.exitCode = EXIT_CODES.noEvidence;
  }
}
