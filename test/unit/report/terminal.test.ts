import { describe, expect, test } from "vitest";
import { renderMeasurements, renderTerminal } from "../../../src/report/terminal.ts";
import { displayWidth, textTable, wrapText } from "../../../src/report/text-table.ts";
import {
  failedStage,
  failing,
  firstPullRequest,
  hostile,
  laptop,
  passing,
  prices,
  type Scenario,
} from "../../fixtures/reports/scenarios.ts";

const ESCAPE = "\u001b";

describe("a report on a terminal", () => {
  test("shows verdict, numbers and what is missed", async () => {
    const { report, judgement } = failing();
    const text = renderTerminal(report, judgement, { width: 120, colour: false });
    await expect(text).toMatchFileSnapshot("../../fixtures/reports/golden/failing.txt");
  });

  test.each([
    ["failing", failing, 80],
    ["prices", prices, 80],
    ["laptop", laptop, 100],
    ["first-pull-request", firstPullRequest, 100],
  ] as const)("of the scenario %s, %i columns wide", async (name, scenario, width) => {
    const { report, judgement } = scenario();
    const text = renderTerminal(report, judgement, { width, colour: false });
    await expect(text).toMatchFileSnapshot(`../../fixtures/reports/golden/${name}-${width}.txt`);
  });

  test("keeps every number of a compared metric but the candidate's own interval, however narrow it is", () => {
    const { report, judgement } = failing();
    for (const width of [60, 72, 80, 110]) {
      const text = renderTerminal(report, judgement, { width, colour: false }).replace(/\s+/g, " ");
      for (const number of ["0.991", "0.953", "−0.038", "−0.044 to −0.032"]) expect(text).toContain(number);
    }
  });

  test("says what changes how the numbers are to be read", () => {
    const shown = (scenario: Scenario) =>
      renderTerminal(scenario.report, scenario.judgement, { width: 1000, colour: false });
    const onLaptop = shown(laptop());
    expect(onLaptop).toContain("! This change alters the rows that both models are evaluated on.");
    expect(onLaptop).toContain("! The baseline could not be measured: stage train of diabetes: `node train.mjs` ended");
    expect(onLaptop).toMatch(
      /Candidate: working tree on [0-9a-f]{7} against baseline [0-9a-f]{7} · policy: modelgate.yml/,
    );
    expect(onLaptop).toContain("diabetes  error  442 rows in 1 group");
    const first = shown(firstPullRequest());
    expect(first).toContain(
      "The base branch has no policy yet: this is judged by the one that the pull request itself proposes.",
    );
    expect(first).toContain("policy: modelgate.yml, as the change proposes it");
    expect(first).toContain("The base branch does not have this model");
  });

  test("shows why a stage failed, with the end of its log", () => {
    const { report, judgement } = failedStage();
    const text = renderTerminal(report, judgement, { width: 100, colour: false });
    expect(text).toContain("stage train of breast-cancer: `node train.mjs` ended with exit code 1");
    expect(text).toContain('| Error: no column "radius_mean"');
  });

  test.each([72, 80, 100, 140])("keeps its tables within %i columns", (width) => {
    const { report, judgement } = passing();
    const lines = renderTerminal(report, judgement, { width, colour: false }).split("\n");
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
  });

  test("colours only where it may, and then changes nothing but colours", () => {
    const { report, judgement } = failing();
    const plain = renderTerminal(report, judgement, { width: 100, colour: false });
    const coloured = renderTerminal(report, judgement, { width: 100, colour: true });
    expect(plain).not.toContain(ESCAPE);
    expect(coloured).toContain(`${ESCAPE}[31`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, "").replace(/ +$/gm, "")).toBe(plain.replace(/ +$/gm, ""));
  });

  test("sends no control character of a name to the terminal", () => {
    const { report, judgement } = hostile();
    const text = renderTerminal(report, judgement, { width: 100, colour: false });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(text).toContain("bell\\x07 escape\\x1b[31mred");
  });

  test("shows measurements without any policy", () => {
    const { report } = passing();
    const [model] = report.evidence.models;
    if (model?.outcome !== "measured") throw new Error("the fixture has another shape");
    const text = renderMeasurements(model, { width: 120, colour: false });
    expect(text).toMatch(
      /^All rows {2}190 rows\n {2}Metric +Baseline +Candidate +95% interval +Difference +95% interval +p +Naive\n/,
    );
    expect(text).toContain("site = A  31 rows");
  });
});

describe("a table of text", () => {
  test("gives East Asian letters and emoji two columns, combining marks none", () => {
    expect([displayWidth("abc"), displayWidth("名前"), displayWidth("é"), displayWidth("🔬")]).toEqual([3, 4, 1, 2]);
  });

  test("drops the columns that matter least, then shortens names", () => {
    const column = (head: string, dropped: number | null) => ({
      head,
      align: "left" as const,
      cells: ["x".repeat(10)],
      dropped,
    });
    const columns = [
      { ...column("name", null), cells: ["n".repeat(40)] },
      column("a", 1),
      column("b", 2),
      column("c", null),
    ];
    expect(textTable(columns, 80)[0]?.split(/ +/)).toEqual(["name", "a", "b", "c"]);
    expect(textTable(columns, 46)[0]?.split(/ +/)).toEqual(["name", "a", "c"]);
    expect(textTable(columns, 34)[0]?.split(/ +/)).toEqual(["name", "c"]);
    expect(textTable(columns, 34)[1]).toBe(`${"n".repeat(21)}…  ${"x".repeat(10)}`);
  });

  test("wraps at words", () => {
    expect(wrapText("one two three four", 9, "  ")).toEqual(["one two", "  three", "  four"]);
  });
});
