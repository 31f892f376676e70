import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { COMMANDS, INPUT_NAMES, OUTPUT_NAMES, readInputs } from "../../../action/inputs.ts";
import { withActionTables } from "../../../scripts/action-tables.ts";
import { ProblemError } from "../../../src/problem.ts";
import { TOOL } from "../../../src/tool.ts";

/** What a workflow's author reads is what the code does. */

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8");
const action = parse(read("action.yml")) as {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: unknown;
};
const defaults = (name: string) => action.inputs[name]?.default ?? "";

describe("action.yml", () => {
  test("has the inputs and outputs that the code reads and sets, in the same order", () => {
    expect(Object.keys(action.inputs)).toEqual([...INPUT_NAMES]);
    expect(Object.keys(action.outputs)).toEqual([...OUTPUT_NAMES]);
  });

  test("says what each is for", () => {
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)]) {
      expect(description).toMatch(/^[`A-Z].*\.$/s);
    }
    for (const command of COMMANDS) expect(action.inputs["command"]?.description).toContain(`\`${command}\``);
  });

  test("has defaults that the code takes", () => {
    expect(readInputs((name) => (name === "token" ? "ghs_x" : defaults(name)))).toEqual({
      command: "check",
      models: null,
      config: null,
      base: null,
      token: "ghs_x",
      publish: true,
      failJob: true,
      cache: true,
    });
  });

  test("without any value the code has the same defaults", () => {
    expect(readInputs(() => "")).toEqual({ ...readInputs(defaults), token: null });
  });

  test("runs on the runner's Node, the bundle", () => {
    expect(action.runs).toEqual({ using: "node24", main: "dist/index.js" });
  });
});

test("the README's tables are those of action.yml", () => {
  const readme = read("README.md");
  expect(withActionTables(readme, read("action.yml"))).toBe(readme);
  for (const name of [...INPUT_NAMES, ...OUTPUT_NAMES]) expect(readme).toMatch(new RegExp(`^\\| \`${name}\` \\|`, "m"));
});

describe("inputs", () => {
  const inputs = (given: Readonly<Record<string, string>>) => readInputs((name) => given[name] ?? "");

  test("models are separated by commas or lines", () => {
    expect(inputs({ models: " a, b\n\nc ,,\n" }).models).toEqual(["a", "b", "c"]);
    expect(inputs({ models: " ,\n" }).models).toBeNull();
  });

  test.each([
    [{ command: "Check" }, /input `command` .*"Check" is none of check, train, evaluate/],
    [{ "fail-job": "1" }, /input `fail-job` .*"1" is none of true, false/],
    [{ publish: "False" }, /input `publish`/],
    [{ cache: "no" }, /input `cache`/],
  ])("%j is refused", (given, sentence) => {
    expect(() => inputs(given)).toThrow(sentence);
    expect(() => inputs(given)).toThrow(ProblemError);
  });
});

test("a report's tool is this package", () => {
  const manifest = JSON.parse(read("package.json")) as { readonly name: string; readonly version: string };
  expect(TOOL).toEqual({ name: manifest.name, version: manifest.version });
});
