import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { csvOf } from "../../fixtures/projects/quick-project.ts";
import { type Folder, makeFolder, runCli } from "./run-cli.ts";

/** `modelgate evaluate` and `modelgate compare`: files of predictions, no config, no repository. */

type Row = Readonly<Record<string, string | number>>;

const BINARY: readonly Row[] = [
  [1, 0.9, "north"],
  [0, 0.2, "north"],
  [1, 0.6, "south"],
  [0, 0.4, "north"],
  [1, 0.3, "south"],
  [0, 0.1, "south"],
  [1, 0.8, "north"],
  [0, 0.7, "south"],
].map(([y, s, site], index) => ({ id: `k${index}`, y: y as number, s: s as number, site: site as string }));
const BETTER = BINARY.map((row) => (row["id"] === "k4" ? { ...row, s: 0.55 } : row));
const KINDS: readonly Row[] = ["a", "b", "c", "a", "b", "c"].map((kind, index) => ({
  kind,
  pa: kind === "a" ? 0.7 : index === 5 ? 0.6 : 0.2,
  pb: kind === "b" ? 0.6 : 0.2,
  pc: kind === "c" && index !== 5 ? 0.6 : kind === "a" ? 0.1 : 0.2,
}));
const PRICES: readonly Row[] = [10, 20, 30, 40].map((price, index) => ({ price, guess: price + (index - 1.5) }));

let folder: Folder;
beforeAll(() => {
  folder = makeFolder({
    "binary.csv": csvOf(BINARY),
    "better.csv": csvOf(BETTER),
    "turned.csv": csvOf(BINARY.toReversed()),
    "shorter.csv": csvOf(BINARY.slice(1)),
    "twice.csv": csvOf([...BINARY.slice(1), BINARY[1] as Row]),
    "nan.csv": csvOf(BINARY.map((row, index) => (index === 4 ? { ...row, s: "nan" } : row))),
    "text.csv": csvOf(BINARY.map((row, index) => (index === 4 ? { ...row, s: "high" } : row))),
    "one-class.csv": csvOf(BINARY.map((row) => ({ ...row, y: 1 }))),
    "one-row.csv": csvOf(BINARY.slice(0, 1)),
    "header.csv": "id,y,s\n",
    "empty.csv": "",
    "kinds.csv": csvOf(KINDS),
    "prices.csv": csvOf(PRICES),
  });
});
afterAll(() => folder?.remove());

const SCORED = ["--task", "binary", "--target", "y", "--score", "s"];
const evaluate = (file: string, ...args: string[]) => runCli(folder.path, "evaluate", "--predictions", file, ...args);
const compare = (baseline: string, candidate: string, ...args: string[]) =>
  runCli(folder.path, "compare", "--baseline", baseline, "--candidate", candidate, ...SCORED, ...args);

describe.concurrent("evaluate", () => {
  test("prints a table; --json the same numbers, with their intervals, for every slice", async () => {
    const table = await evaluate("binary.csv", ...SCORED);
    expect(table).toMatchObject({ code: 0, err: "" });
    expect(table.out).toMatch(/^All rows {2}8 rows\n/);
    expect(table.out).toMatch(/ROC AUC ↑ +0\.813 +0\.\d+ to 0\.\d+ +0\.500\n/);

    const json = await evaluate(
      "binary.csv",
      ...SCORED,
      "--slice",
      "site",
      "--slice",
      "s > 0.5",
      "--group",
      "site",
      "--json",
    );
    const { slices, ...rest } = JSON.parse(json.out);
    expect(rest).toEqual({
      version: 1,
      task: "binary",
      rows: 8,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    expect(slices.map((slice: Row) => [slice["slice"], slice["rows"]])).toEqual([
      [null, 8],
      ["site = north", 4],
      ["site = south", 4],
      ["s > 0.5", 4],
    ]);
    expect(slices[0].metrics.roc_auc).toEqual({
      better: "higher",
      value: 0.8125,
      naive: 0.5,
      interval: null,
      no_interval: expect.stringMatching(/group/),
      method: "none",
    });
  });

  test("multiclass with --scores, regression with --predicted", async () => {
    const kinds = await evaluate(
      "kinds.csv",
      "--task",
      "multiclass",
      "--target",
      "kind",
      "--scores",
      "pa,pb,pc",
      "--json",
    );
    expect(JSON.parse(kinds.out).slices[0].metrics.accuracy.value).toBe(5 / 6);
    const prices = await evaluate(
      "prices.csv",
      "--task",
      "regression",
      "--target",
      "price",
      "--predicted",
      "guess",
      "--json",
    );
    const { rmse, mae } = JSON.parse(prices.out).slices[0].metrics;
    expect([rmse.value, mae.value]).toEqual([Math.sqrt(1.25), 1]);
  });

  test("what is undefined has a reason, and no number", async () => {
    for (const file of ["one-class.csv", "one-row.csv"]) {
      const run = await evaluate(file, ...SCORED, "--metrics", "roc_auc", "--json");
      expect(run.code).toBe(0);
      expect(JSON.parse(run.out).slices[0].metrics.roc_auc).toMatchObject({
        value: null,
        reason: "no row is of the negative class",
      });
    }
  });

  test("leaves nothing behind beside the file", () => {
    expect(existsSync(join(folder.path, ".modelgate"))).toBe(false);
  });
});

describe.concurrent("compare", () => {
  test("by position, where the targets agree", async () => {
    const run = await compare("binary.csv", "better.csv", "--json");
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(run.out).slices[0].metrics.roc_auc).toMatchObject({
      value: 0.875,
      baseline: { value: 0.8125 },
      difference: { value: 0.0625, method: "DeLong", p_value: expect.any(Number), interval: { level: 0.95 } },
    });
    const table = await compare("binary.csv", "better.csv");
    expect(table.out).toMatch(/ROC AUC ↑ +0\.813 +0\.875 .*\+0\.063/);
  });

  test("by key, in whatever order", async () => {
    const run = await compare("turned.csv", "better.csv", "--key", "id", "--metrics", "roc_auc,accuracy", "--json");
    expect(JSON.parse(run.out).slices[0].metrics).toMatchObject({
      roc_auc: { value: 0.875, baseline: { value: 0.8125 } },
      accuracy: { value: 0.875, baseline: { value: 0.75 } },
    });
  });
});

describe.concurrent("what cannot be compared or evaluated is one sentence", () => {
  test.each([
    [
      "other targets",
      () => compare("turned.csv", "better.csv"),
      3,
      /^turned\.csv: row 1 has another "y" than row 1 of better\.csv: the two are not about the same rows; name .* with --key, or /,
    ],
    [
      "fewer rows",
      () => compare("shorter.csv", "better.csv", "--key", "id"),
      3,
      /^shorter\.csv: it has 7 rows where better\.csv has 8; /,
    ],
    [
      "a repeated key",
      () => compare("twice.csv", "better.csv", "--key", "id"),
      3,
      /^twice\.csv: it has the key "k1" in rows 1 and 8; /,
    ],
    ["no such key column", () => compare("binary.csv", "better.csv", "--key", "ids"), 3, /"ids".*"id"/],
    [
      "a score that is NaN",
      () => compare("binary.csv", "nan.csv"),
      3,
      /^data "nan\.csv", column "s": 1 of 8 rows .*, row 5 first; /,
    ],
    [
      "a score that is text",
      () => compare("text.csv", "binary.csv"),
      3,
      /^data "text\.csv".*"s": it holds VARCHAR where numbers are wanted; /,
    ],
    [
      "no such column",
      () => evaluate("binary.csv", "--task", "binary", "--target", "yy", "--score", "s"),
      3,
      /there is no column "yy"; .*write "y"/,
    ],
    [
      "no such slice",
      () => evaluate("binary.csv", ...SCORED, "--slice", "sites"),
      2,
      /^slice "sites": .*"sites" not found/,
    ],
    ["no rows", () => evaluate("header.csv", ...SCORED), 3, /^data "header\.csv": it has no rows; /],
    ["an empty file", () => evaluate("empty.csv", ...SCORED), 3, /^data file "empty\.csv": it is empty; /],
    [
      "no such file",
      () => evaluate("binray.csv", ...SCORED),
      3,
      /^data "binray\.csv": there is no such file; write "binary\.csv"/,
    ],
    [
      "no scores",
      () => evaluate("binary.csv", "--task", "binary", "--target", "y"),
      2,
      /no column of scores or predicted labels is named; name it with `score` or `predicted`/,
    ],
    [
      "too few scores",
      () => evaluate("kinds.csv", "--task", "multiclass", "--target", "kind", "--scores", "pa,pb"),
      2,
      /scores are named for 2 of 3 classes \(a, b, c\)/,
    ],
    [
      "no such class",
      () => evaluate("binary.csv", ...SCORED, "--positive", "yes"),
      3,
      /none of which is the positive "yes"/,
    ],
    ["no target", () => evaluate("binary.csv", "--task", "binary"), 2, /^modelgate evaluate: --target is missing; /],
    [
      "no such task",
      () => evaluate("binary.csv", "--task", "binery", "--target", "y"),
      2,
      /"binery" is not one of binary, multiclass, regression/,
    ],
    [
      "no such metric",
      () => evaluate("binary.csv", ...SCORED, "--metrics", "rocauc"),
      2,
      /"rocauc" is not a metric of the task \(did you mean roc_auc\?\)/,
    ],
    [
      "no such threshold",
      () => evaluate("binary.csv", ...SCORED, "--threshold", "half"),
      2,
      /"half" is not a number from 0 to 1/,
    ],
  ] as const)("%s", async (_, start, code, sentence) => {
    const run = await start();
    expect(run).toMatchObject({ code, out: "" });
    expect(run.err).toMatch(sentence);
    expect(run.err.trimEnd()).not.toContain("\n");
  });
});
