import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markdownCode, markdownCodeBlock, markdownGrid, markdownText } from "../../../src/report/markdown-text.ts";
import { visibleName, visibleSentence } from "../../../src/report/visible-text.ts";
import { HOSTILE_NAMES } from "../../fixtures/reports/hostile-names.ts";
import { GITHUB_REFERENCES, renderedText } from "./rendered-text.ts";

function expectOnlyText(markdown: string, allowed: readonly string[]): void {
  const { elements, open } = renderedText(markdown);
  expect(elements.filter((element) => !allowed.includes(element))).toEqual([]);
  for (const [name, reference] of Object.entries(GITHUB_REFERENCES)) {
    const found = open.filter((text) => reference.test(text));
    expect(found, `${name} in ${markdown}`).toEqual([]);
  }
}

/** Text made of what Markdown and GitHub act on. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(..."|`*_~<>[]()!#@:$\\&-+=./'\"{}^\n\r\t 01ab"),
      fc.constantFrom(...HOSTILE_NAMES.filter((name) => name.length < 100)),
      fc.string({ unit: "binary", maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("markdownText", () => {
  test.each(HOSTILE_NAMES)("renders %j as itself and as nothing else", (name) => {
    const markdown = markdownText(name);
    expectOnlyText(markdown, ["p", "span"]);
    expect(renderedText(markdown).text.trim()).toBe(visibleSentence(name, 400));
    expect(markdown).not.toContain("\n");
  });

  test("any text renders as itself, in a paragraph and inside an HTML element", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const shown = visibleSentence(text, 400);
        for (const markdown of [markdownText(text), `<b>${markdownText(text)}</b>`, `text ${markdownText(text)}`]) {
          expectOnlyText(markdown, ["p", "span", "b"]);
        }
        expect(renderedText(`x${markdownText(text)}x`).text).toBe(`x${shown}x`);
      }),
      { numRuns: 150 },
    );
  });

  test("leaves ordinary sentences readable in the raw Markdown", () => {
    const sentence = "roc_auc of breast-cancer is 0.981 (95% interval 0.962 to 0.993), below 0.97.";
    expect(markdownText(sentence)).toBe(sentence);
  });

  test("keeps to its limit in code points", () => {
    expect(Array.from(renderedText(markdownText("😀".repeat(500), 50)).text)).toHaveLength(50);
  });
});

describe("markdownCode", () => {
  test.each(HOSTILE_NAMES)("renders %j as one code span", (name) => {
    const { elements, text } = renderedText(`see ${markdownCode(name)} there`);
    expect(elements).toEqual(["p", "code"]);
    expect(text).toBe(`see ${visibleName(name, 80)} there`);
  });

  test("any name is one code span, also in a table", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (first, second) => {
        expect(renderedText(`x ${markdownCode(first)} x`).elements).toEqual(["p", "code"]);
        const rows = [
          ["head", "of"],
          [markdownCode(first), markdownText(second)],
          [markdownText(first), markdownCode(second)],
        ];
        const { cells, open } = renderedText(markdownGrid(rows, ["l", "r"]));
        expect(cells.map((row) => row.length)).toEqual([2, 2, 2]);
        const shown = (name: string) => visibleName(name, 80).replace(/\\(?=\|)/g, "\\\u2060");
        expect(cells[1]).toEqual([shown(first), visibleSentence(second, 400)]);
        expect(cells[2]).toEqual([visibleSentence(first, 400), shown(second)]);
        for (const reference of Object.values(GITHUB_REFERENCES)) expect(open.join("\n")).not.toMatch(reference);
      }),
      { numRuns: 150 },
    );
  });

  test("shows what could not be seen", () => {
    expect(markdownCode("user\u202Egnp\u0007\n")).toBe("`user\\u202egnp\\x07\\n`");
    expect(markdownCode("")).toBe("`(empty)`");
  });

  test("a long name keeps both its ends", () => {
    expect(markdownCode(`${"a".repeat(200)}.csv`, 20)).toBe("`aaaaaaaaaaaaa…aa.csv`");
  });
});

describe("markdownCodeBlock", () => {
  test("no line of a log ends the block", () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 1, maxLength: 5 }), (lines) => {
        expect(renderedText(`${markdownCodeBlock(lines)}\n\nafter`).elements).toEqual(["pre", "code", "p"]);
      }),
      { numRuns: 100 },
    );
  });
});
