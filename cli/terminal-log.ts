import { stripVTControlCharacters } from "node:util";
import type { Log } from "../src/ports.ts";

/**
 * Progress on standard error: on a terminal one line that is overwritten, with the last thing that a stage said; in a log plain
 * lines, each with the name of its stage.
 */
export function createTerminalLog(stream: NodeJS.WriteStream): Log {
  return stream.isTTY ? liveLog(stream) : plainLog((text) => stream.write(text));
}

function plainLog(write: (text: string) => void): Log {
  return {
    info: (line) => write(`${line}\n`),
    warn: (line) => write(`warning: ${line}\n`),
    group: (title) => {
      write(`${title}\n`);
      return { line: (text) => write(`  ${title} | ${stripVTControlCharacters(text)}\n`), end: () => {} };
    },
  };
}

function liveLog(stream: NodeJS.WriteStream): Log {
  const running = new Map<string, string>();
  const clear = () => stream.write("\r\u001b[2K");
  const draw = () => {
    const [title, text] = [...running].at(-1) ?? [];
    if (title === undefined) return;
    const line = `▸ ${[...running.keys()].join(", ")}${text === "" ? "" : ` │ ${text}`}`;
    stream.write(`\r\u001b[2K${line.slice(0, Math.max(20, stream.columns - 1))}`);
  };
  const say = (line: string) => {
    clear();
    stream.write(`${line}\n`);
    draw();
  };
  return {
    info: (line) => say(line),
    warn: (line) => say(`warning: ${line}`),
    group: (title) => {
      running.set(title, "");
      draw();
      return {
        line: (text) => {
          // Deleted and set again: the stage that spoke last is the one shown.
          running.delete(title);
          running.set(title, stripVTControlCharacters(text).replaceAll(/\s+/g, " "));
          draw();
        },
        end: () => {
          running.delete(title);
          clear();
          draw();
        },
      };
    },
  };
}
