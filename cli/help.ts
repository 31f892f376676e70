import type { Command } from "./command.ts";

const EXIT_CODE_HELP = `Exit codes
  0  pass
  1  the gate blocks: an objective is missed
  2  wrong usage, or the config has errors
  3  inconclusive, or evidence is missing where it blocks
  4  a stage of the pipeline failed
  130, 143, 129  ended by Ctrl-C, by SIGTERM, by a closed terminal`;

/** The page of \`modelgate --help\`. */
export function overviewHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `modelgate: what stands between a change and a model in production

Usage: modelgate COMMAND [OPTIONS]

Commands
${rows.join("\n")}

\`modelgate COMMAND --help\` tells more of one.

${EXIT_CODE_HELP}
`;
}

/** The page of one command. */
export function commandHelp(command: Command): string {
  const rows = Object.entries(command.options).map(([name, { value, help }]) => ({
    left: `  --${name}${value === undefined ? "" : ` ${value}`}`,
    help,
  }));
  const width = Math.max(0, ...rows.map(({ left }) => left.length));
  return `${command.summary}

Usage: modelgate ${command.name} [OPTIONS]

Options
${rows.map(({ left, help }) => `${left.padEnd(width)}  ${help}`).join("\n")}

${command.details}

${EXIT_CODE_HELP}
`;
}
