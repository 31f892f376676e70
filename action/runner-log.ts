import { randomUUID } from "node:crypto";
import type { Log } from "../src/ports.ts";

/**
 * The runner's log. Groups cannot be nested or interleaved, but stages run side by side: the first open group is live, the
 * others wait in memory and take its place when it ends.
 *
 * What a stage prints, or a name in the repository says, must not command the runner: text that could be a command is written with
 * commands switched off around it. They are not off for the length of a group, in which the clients of cache and artifacts mask
 * the addresses that they are given.
 *
 * @param write Takes whole text with its line ends; what is written at once stays together.
 */
export function createRunnerLog(write: (text: string) => void): Log {
  type Group = { readonly title: string; readonly waiting: string[]; ended: boolean };
  const open: Group[] = [];
  const print = (text: string) => write(asText(text));

  const begin = (group: Group) => {
    write(`::group::${escapeData(group.title)}\n`);
    for (const line of group.waiting.splice(0)) print(line);
  };

  return {
    info: print,
    warn: (line) => write(`::warning::${escapeData(line)}\n`),
    group: (title) => {
      const group: Group = { title, waiting: [], ended: false };
      open.push(group);
      if (open[0] === group) begin(group);
      return {
        line: (text) => {
          if (open[0] === group) print(text);
          else group.waiting.push(text);
        },
        end: () => {
          group.ended = true;
          while (open[0]?.ended) {
            write("::endgroup::\n");
            open.shift();
            if (open[0] !== undefined) begin(open[0]);
          }
        },
      };
    },
  };
}

/** The command that has the runner show a secret as `***` from here on. */
export function maskCommand(secret: string): string {
  return `::add-mask::${escapeData(secret)}\n`;
}

/** Data of a workflow command, as the runner decodes it. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Text that the runner shows and does not obey, with its line end. */
function asText(text: string): string {
  if (!couldCommand(text)) return `${text}\n`;
  const token = `modelgate-${randomUUID()}`;
  return `::stop-commands::${token}\n${text}\n::${token}::\n`;
}

/**
 * The runner knows `::name::` at a line's start and `##[name]` anywhere, and compares as a language does: characters that cannot
 * be seen may stand between, and others may pass for these. So all that is not plain is left out before looking.
 */
function couldCommand(text: string): boolean {
  return /::|##\[/.test(text.normalize("NFKC").replaceAll(/[^\x21-\x7e]/g, ""));
}
