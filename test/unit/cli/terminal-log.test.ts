import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { createTerminalLog } from "../../../cli/terminal-log.ts";

/** A stream that remembers what was written. */
function stream(isTTY: boolean) {
  const writes: string[] = [];
  const fake = { isTTY, columns: 40, write: (text: string) => writes.push(text) > 0 };
  return { writes, log: createTerminalLog(fake as unknown as NodeJS.WriteStream) };
}

describe("progress", () => {
  test("in a log is plain lines, each with its stage's name", () => {
    const { log, writes } = stream(false);
    const a = log.group("risk, train");
    const b = log.group("risk, plots");
    a.line("epoch 1 \u001b[31mloss 0.5\u001b[0m");
    b.line("drawn");
    a.end();
    log.info("risk, test: restored from the cache");
    log.warn("the disk is nearly full");
    expect(writes.join("")).toBe(
      "risk, train\nrisk, plots\n  risk, train | epoch 1 loss 0.5\n  risk, plots | drawn\n" +
        "risk, test: restored from the cache\nwarning: the disk is nearly full\n",
    );
  });

  /** What the terminal's last line shows after all writes. */
  function lastLine(writes: readonly string[]): string {
    return stripVTControlCharacters(writes.join("").split("\r").at(-1) ?? "");
  }

  test("on a terminal is one line that says what the last stage said, and goes with it", () => {
    const { log, writes } = stream(true);
    const a = log.group("train");
    const b = log.group("plots");
    a.line("epoch 1\tloss\u001b]0;a title\u0007 0.5");
    expect(lastLine(writes)).toBe("▸ plots, train │ epoch 1 loss 0.5");
    b.line("x".repeat(200));
    expect(lastLine(writes)).toHaveLength(39);
    b.end();
    expect(lastLine(writes)).toBe("▸ train │ epoch 1 loss 0.5");
    log.info("done\n");
    a.end();
    expect(lastLine(writes)).toBe("");
  });
});
