import { describe, expect, it } from "vitest";
import { createStageOutput, type OutputOptions } from "../../../src/adapters/process/output-lines.ts";

function show(chunks: readonly (string | Uint8Array)[], options: Partial<OutputOptions> = {}) {
  const lines: string[] = [];
  const output = createStageOutput({ secrets: [], onLine: (line) => lines.push(line), now: () => 0, ...options });
  const stream = output.stream();
  for (const chunk of chunks) stream.write(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  stream.end();
  return { lines, tail: output.tail() };
}

describe("lines", () => {
  it.each([
    [["a\nb\n"], ["a", "b"]],
    [
      ["a", "b", "\n\n", "c"],
      ["ab", "", "c"],
    ],
    [
      ["a\r\nb\r", "\nc"],
      ["a", "b", "c"],
    ],
    [["10%\r20%\r100%\ndone\n"], ["100%", "done"]],
    [["\r10%", "\r20%"], ["20%"]],
    [["10%\r"], ["10%"]],
    [[], []],
  ])("%j reads %j", (chunks, expected) => {
    expect(show(chunks).lines).toEqual(expected);
  });

  it("show a progress bar every ten seconds", () => {
    let clock = 0;
    const chunks = Array.from({ length: 100 }, (_, step) => `${step}%\r`);
    const { lines } = show([...chunks, "\n"], { now: () => (clock += 1_000) });
    expect(lines.length).toBeGreaterThanOrEqual(9);
    expect(lines.length).toBeLessThanOrEqual(12);
    expect(lines.at(-1)).toBe("99%");
  });

  it("survive bytes that are not UTF-8 and characters that come in two pieces", () => {
    expect(show([Uint8Array.of(0xe2, 0x82), Uint8Array.of(0xac, 0x0a, 0xff, 0x41, 0x0a)]).lines).toEqual([
      "€",
      "\ufffdA",
    ]);
  });

  it("lose escape sequences and control characters, and no text", () => {
    expect(show(["\x1b[31mred\x1b[0m \x1b]0;title\x07tab\there\x00\x08\u0085\u2028!\n"]).lines).toEqual([
      "red tab\there!",
    ]);
  });

  it("are cut when long, also when they never end", () => {
    const { lines } = show(["abcdefghij\n", ...Array<string>(1_000).fill("x".repeat(1_000))], { mostLineLength: 4 });
    expect(lines).toEqual(["abcd … (6 characters cut)", "xxxx … (999996 characters cut)"]);
  });

  it("beyond the limit are only in the tail", () => {
    const { lines, tail } = show(["1\n2\n3\n4\n5\n"], { mostLines: 2, tailLines: 2 });
    expect(lines).toEqual(["1", "2", "… more than 2 lines: the rest is not shown"]);
    expect(tail).toEqual(["4", "5"]);
  });
});

describe("workflow commands", () => {
  it.each([
    "::set-output name=a::b",
    "  ::add-mask::x",
    "\u00a0\u3000::stop-commands::x",
    "\x1b[1m::error::x",
    "\u0085::error::x",
    "\r::error::x",
    ":\x00:error::x",
    "text ##[set-env name=A]b",
    "#\x1b[0m#[error]x",
  ])("%j is only text", (line) => {
    const [shown = ""] = show([`${line}\n`]).lines;
    expect(shown.trimStart()).not.toMatch(/^::/);
    expect(shown).not.toContain("##[");
  });

  it("stay text when a secret in them is masked", () => {
    expect(show(["x::error::\n"], { secrets: ["x"] }).lines).toEqual(["***::error::"]);
  });

  it("are not made of what only looks alike", () => {
    expect(show(["std::vector\n", "a: b\n"]).lines).toEqual(["std::vector", "a: b"]);
  });
});

describe("secrets", () => {
  const secrets = ["s3cret/value+1", "first line\nsecond line"];

  it.each([
    ["s3cret/value+1", "***"],
    ["a s3cret/value+1, twice s3cret/value+1", "a ***, twice ***"],
    ["s3cret%2Fvalue%2B1", "***"],
    [Buffer.from("s3cret/value+1").toString("base64"), "***=="],
    ["> second line <", "> *** <"],
    ["s3c\x1b[0mret/value+1", "***"],
  ])("%j reads %j", (text, expected) => {
    expect(show([`${text}\n`], { secrets }).lines[0]?.replace(/=+$/, "")).toBe(expected.replace(/=+$/, ""));
  });

  it("that overlap leave nothing between", () => {
    expect(show(["xabcdefgx\n"], { secrets: ["abcde", "cdefg"] }).lines).toEqual(["x***x"]);
  });

  it("are not cut into something that shows", () => {
    const secret = "topsecret";
    for (let at = 0; at <= 12; at++) {
      const { lines } = show([`${".".repeat(at)}${secret}${secret}${"x".repeat(30)}\n`], {
        secrets: [secret],
        mostLineLength: 10,
      });
      expect(lines[0]).not.toMatch(/top|ops|sec|cre|ret/);
    }
  });

  it("that are empty mask nothing", () => {
    expect(show(["abc\n"], { secrets: ["", " \n "] }).lines).toEqual(["abc"]);
  });
});
