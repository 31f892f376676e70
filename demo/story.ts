import type { ActionRun } from "../test/github/run-action.ts";

/** Tells what happens, for people or as JSON lines, and remembers whether it is what was expected. */
export type Story = {
  readonly say: (sentence: string) => void;
  readonly begin: (title: string) => void;
  readonly ran: (run: ActionRun) => void;
  readonly step: (step: string, expected: string, observed: string) => void;
  /** A comment as it was posted, as far as it is not folded, for people: its Markdown as plain text. */
  readonly show: (markdown: string) => void;
  /** Gives the exit code. */
  readonly end: (folder: string) => number;
};

export function createStory(asJson: boolean): Story {
  const colour = process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined;
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const print = (text: string) => {
    if (!asJson) console.log(text);
  };
  const unexpected: string[] = [];
  const startedMs = performance.now();

  return {
    say: (sentence) => print(sentence),
    begin: (title) => print(`\n${paint(1, `━━ ${title}`)}`),
    ran: (run) => {
      // A run that said nothing of a verdict died: its log is all there is to go by.
      if (run.outputs["verdict"] === undefined) print(run.log);
      print(paint(2, `   the action ran for ${run.seconds.toFixed(2)} s and exited with ${run.exitCode}`));
    },
    step: (step, expected, observed) => {
      const isExpected = expected === observed;
      if (!isExpected) unexpected.push(step);
      if (asJson) console.log(JSON.stringify({ step, expected, observed }));
      else if (isExpected) console.log(`   ${paint(32, "✓")} ${step}: ${observed}`);
      else console.log(`   ${paint(31, "✗")} ${step}: expected ${expected}, observed ${observed}`);
    },
    show: (markdown) => {
      const visible = markdown.split("<details>")[0] ?? "";
      const lines = visible.split("\n").filter((line) => !line.startsWith("<!--") && line.trim() !== "");
      print(`\n${lines.map((line) => `   │ ${plainText(line)}`).join("\n")}\n`);
    },
    end: (folder) => {
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
      if (unexpected.length === 0) {
        print(`\n${paint(32, "All as expected")}, in ${seconds} s. Open what was left behind:`);
        print(
          `   ${folder}report.html      the report with plots\n   ${folder}comment-1.html   the comments as GitHub shows them`,
        );
      } else {
        print(`\n${paint(31, `Not as expected: ${unexpected.join("; ")}`)}`);
      }
      return unexpected.length === 0 ? 0 : 1;
    },
  };
}

/** One line of a comment without its markup; of a table's cells the second line stands in parentheses. */
function plainText(line: string): string {
  const cells = line.startsWith("|") ? line.split(/(?<!\\)\|/).slice(1, -1) : [line];
  if (/^\|\s*:?-/.test(line)) return "";
  const texts = cells.map((cell) =>
    cell
      .replaceAll(/<br><sub>(.*?)<\/sub>/g, " ($1)")
      .replaceAll(/<\/?[a-z]+>/g, "")
      .replaceAll(/\*\*|^#+ /g, "")
      .trim(),
  );
  const [first = "", ...others] = texts;
  if (others.length === 0) return first;
  const widths = [36, 10, 30, 32, 24];
  return [first, ...others]
    .map((text, column) => text.padEnd(widths[column] ?? 0))
    .join(" ")
    .trimEnd();
}
