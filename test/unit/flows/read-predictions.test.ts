import { describe, expect, test } from "vitest";
import { alignRows, type PredictionColumns, readPredictions } from "../../../src/flows/read-predictions.ts";
import type { Target } from "../../../src/metrics/observations.ts";
import type { Table } from "../../../src/ports.ts";

/** Tables of predictions, brought into the data's order. */

type Columns = Readonly<Record<string, readonly (string | number)[]>>;

function table(columns: Columns): Table {
  const column = (name: string) => {
    const values = columns[name];
    if (values === undefined) throw new Error(`no column ${name}`);
    return values;
  };
  const never = () => {
    throw new Error("not asked for here");
  };
  return {
    rows: Object.values(columns)[0]?.length ?? 0,
    columns: Object.keys(columns).map((name) => ({ name, type: "string" })),
    digest: "sha256:0",
    files: [],
    numbers: async (name) => Float64Array.from(column(name), Number),
    codes: async (name) => {
      const texts = column(name).map(String);
      const values = [...new Set(texts)];
      return { codes: Int32Array.from(texts, (text) => values.indexOf(text)), values };
    },
    target: never,
    batches: never,
    slice: never,
    custom: never,
    close: async () => undefined,
  };
}

describe("the order of rows", () => {
  const data = table({ id: ["a", "b", "c"] });
  const align = (columns: Columns, key: string | null = "id") =>
    alignRows({ table: data, name: "the data" }, table(columns), key, "preds.csv");

  test("is that of the keys", async () => {
    expect(await align({ id: ["c", "a", "b"] })).toEqual(Uint32Array.of(1, 2, 0));
  });

  test("is taken for granted without a key", async () => {
    expect(await align({ other: [1, 2, 3] }, null)).toBeNull();
  });

  test.each([
    ["too few", { id: ["a", "b"] }, "preds.csv: it has 2 rows where the data has 3;"],
    ["a key twice", { id: ["a", "b", "b"] }, 'preds.csv: it has the key "b" in rows 2 and 3;'],
    ["another key", { id: ["a", "b", "d"] }, 'preds.csv: it lacks the key "c" of row 3 of the data;'],
  ])("%s is evidence of other rows", async (_, columns, sentence) => {
    await expect(align(columns)).rejects.toThrow(sentence);
    await expect(align(columns)).rejects.toMatchObject({ problem: { kind: "evidence" } });
  });

  test("a key that the data repeats joins nothing", async () => {
    const repeated = { table: table({ id: ["a", "a"] }), name: "the data" };
    await expect(alignRows(repeated, table({ id: ["a", "b"] }), "id", "p.csv")).rejects.toThrow(
      'p.csv: it is joined by a key that the data repeats: "a"',
    );
  });
});

describe("what a table says", () => {
  const binary: Target = { task: "binary", positive: Uint8Array.of(1, 0, 1) };
  const multiclass: Target = { task: "multiclass", codes: Int32Array.of(0, 1, 2), labels: ["x", "y", "z"] };
  const regression: Target = { task: "regression", values: Float64Array.of(1, 2, 3) };
  const none: PredictionColumns = { key: null, scores: [], predicted: null, threshold: 0.5 };
  const read = (
    columns: Columns,
    named: Partial<PredictionColumns>,
    target: Target,
    labels: readonly string[] | null,
    order: Uint32Array | null = null,
  ) => readPredictions(table(columns), { ...none, ...named }, target, labels, order, "preds.csv");

  test("scores of a binary task are decided at the threshold", async () => {
    const columns = { s: [0.2, 0.5, 0.9] };
    expect(await read(columns, { scores: ["s"] }, binary, ["no", "yes"])).toEqual({
      task: "binary",
      score: Float64Array.of(0.2, 0.5, 0.9),
      predicted: Uint8Array.of(0, 1, 1),
    });
    expect(await read(columns, { scores: ["s"], threshold: 0.6 }, binary, ["no", "yes"])).toMatchObject({
      predicted: Uint8Array.of(0, 0, 1),
    });
  });

  test("labels of a binary task count as they are, also beside scores, in the data's order", async () => {
    const columns = { s: [0.1, 0.2, 0.3], p: ["yes", "no", "no"] };
    const order = Uint32Array.of(2, 0, 1);
    expect(await read(columns, { scores: ["s"], predicted: "p" }, binary, ["no", "yes"], order)).toEqual({
      task: "binary",
      score: Float64Array.of(0.3, 0.1, 0.2),
      predicted: Uint8Array.of(0, 1, 0),
    });
    expect(await read(columns, { predicted: "p" }, binary, ["no", "yes"])).toMatchObject({ score: null });
  });

  test("probabilities of several classes stand row by row, the largest decides", async () => {
    const columns = { x: [0.7, 0.1, 0.2], y: [0.2, 0.8, 0.2], z: [0.1, 0.1, 0.6] };
    expect(
      await read(columns, { scores: ["x", "y", "z"] }, multiclass, multiclass.labels, Uint32Array.of(1, 2, 0)),
    ).toEqual({
      task: "multiclass",
      probabilities: Float64Array.of(0.1, 0.8, 0.1, 0.2, 0.2, 0.6, 0.7, 0.2, 0.1),
      predicted: Int32Array.of(1, 2, 0),
    });
  });

  test("values of a regression", async () => {
    expect(await read({ v: [3, 2, 1] }, { predicted: "v" }, regression, null, Uint32Array.of(2, 1, 0))).toEqual({
      task: "regression",
      values: Float64Array.of(1, 2, 3),
    });
  });

  test.each([
    [
      "no columns are named",
      {},
      binary,
      /no column of scores or predicted labels is named; name it with `score` or `predicted`/,
    ],
    ["no columns are named", {}, multiclass, /name it with `scores` or `predicted`/],
    ["no column is named", {}, regression, /no column of the predicted values is named; name it with `predicted`/],
    ["scores are too few", { scores: ["x", "y"] }, multiclass, /scores are named for 2 of 3 classes \(x, y, z\)/],
    [
      "a label is none of the target's",
      { predicted: "p" },
      multiclass,
      /column "p": row 2 holds "w", which is none of the target's classes \(x, y, z\)/,
    ],
  ])("%s", async (_, named, target, sentence) => {
    const columns = { x: [1, 1, 1], y: [0, 0, 0], p: ["x", "w", "z"] };
    await expect(read(columns, named, target, ["x", "y", "z"])).rejects.toThrow(sentence);
  });
});
