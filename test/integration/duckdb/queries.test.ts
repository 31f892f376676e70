import { describe, expect, it } from "vitest";
import type { Predictions, Target } from "../../../src/metrics/observations.ts";
import type { Table } from "../../../src/ports.ts";
import { makeWorkspace, openIn, openTable, writeParquet } from "./temp-workspace.ts";

const ROWS = { "t.csv": 'site,age,"my col",score\nB,70,1,x\nA,30,,y\nB,,3,z\n,65,4,x\n' };

describe("slices", () => {
  it("are one for each value of a column, by value, a missing one too", async () => {
    const table = await openTable("t.csv", ROWS);
    expect(await table.slice("site")).toEqual([
      { name: "site = A", declared: "site", member: Uint8Array.of(0, 1, 0, 0), rows: 1 },
      { name: "site = B", declared: "site", member: Uint8Array.of(1, 0, 1, 0), rows: 2 },
      { name: "site = ∅", declared: "site", member: Uint8Array.of(0, 0, 0, 1), rows: 1 },
    ]);
    expect((await table.slice("age")).map(({ name }) => name)).toEqual(["age = 30", "age = 65", "age = 70", "age = ∅"]);
  });

  it("are the rows for which a predicate is true", async () => {
    const table = await openTable("t.csv", ROWS);
    const members = async (predicate: string) => Array.from((await table.slice(predicate))[0]?.member ?? []);
    expect(await members("age >= 65")).toEqual([1, 0, 0, 1]);
    expect(await members("site = 'B' AND \"my col\" > 1")).toEqual([0, 0, 1, 0]);
    expect(await members("age > (SELECT avg(age) FROM data)")).toEqual([1, 0, 0, 1]);
    expect(await members("age IS NULL -- a comment")).toEqual([0, 0, 1, 0]);
    expect(await members("age > 1000")).toEqual([0, 0, 0, 0]);
  });

  it.each([
    ["a typing error", "agee >= 65", /agee/],
    ["no predicate", "age", null],
    ["a number", "age + 1", /it gives BIGINT, not true or false/],
    ["an aggregate", "max(age) > 3", /aggregate/i],
    ["nonsense", "age >=", /syntax error/],
    ["a list", "age > 1, age > 2", /more than one expression/],
    ["chance", "random() < 0.5", /random does not give the same value at every run/],
    ["the clock", "age > year(current_date)", /current_date does not give/],
    ["a time since today", "age(TIMESTAMP '2024-01-01') > INTERVAL 1 DAY", /age does not give the same value/],
    ["a division of text", "CAST(site AS INTEGER) > 1", /Could not convert/],
  ])("%s is told with the reason", async (_, declared, sentence) => {
    const table = await openTable("t.csv", ROWS);
    if (sentence === null) return expect(await table.slice(declared)).toHaveLength(4);
    await expect(table.slice(declared)).rejects.toThrow(sentence);
    await expect(table.slice(declared)).rejects.toMatchObject({ problem: { kind: "config" } });
  });

  it("of a column with very many values are refused", async () => {
    const table = await openTable("t.csv", {
      "t.csv": `id\n${Array.from({ length: 51 }, (_, id) => id).join("\n")}\n`,
    });
    await expect(table.slice("id")).rejects.toThrow(/the column has 51 values, of at most 50/);
  });
});

describe("custom metrics", () => {
  const n = 400;
  const positive = Uint8Array.from({ length: n }, (_, row) => (row % 4 === 0 ? 1 : 0));
  const predicted = Uint8Array.from({ length: n }, (_, row) => (row % 3 === 0 ? 1 : 0));
  const score = Float32Array.from({ length: n }, (_, row) => (row % 10) / 10);
  const target: Target = { task: "binary", positive };
  const predictions: Predictions = { task: "binary", score, predicted };
  const buckets = Uint8Array.from({ length: n }, (_, row) => row % 20);
  const names = ["benign", "malignant"] as const;
  const amounts = {
    "t.csv": `amount,target\n${Array.from({ length: n }, (_, row) => `${row},shadowed`).join("\n")}\n`,
  };
  const request = { target, predictions, targetNames: names, buckets, member: null };
  const missed = (rows: (row: number) => boolean) => {
    const kept = Array.from({ length: n }, (_, row) => row).filter(rows);
    return (1000 * kept.filter((row) => positive[row] === 1 && predicted[row] === 0).length) / kept.length;
  };
  const sql = "1000.0 * count(*) filter (where target = 'malignant' and predicted = 'benign') / count(*)";

  async function custom(table: Table, text: string, over: Partial<Parameters<Table["custom"]>[0]> = {}) {
    return table.custom({ ...request, sql: text, ...over });
  }

  it("are the aggregate over all rows and without each bucket", async () => {
    const table = await openTable("t.csv", amounts);
    const found = await custom(table, sql);
    expect(found.value).toBeCloseTo(
      missed(() => true),
      10,
    );
    expect(found.leftOut).toHaveLength(20);
    found.leftOut.forEach((value, bucket) => {
      expect(value).toBeCloseTo(
        missed((row) => row % 20 !== bucket),
        10,
      );
    });
    expect(found.events).toBe(66);
  });

  it("are the same over Parquet, and in a slice", async () => {
    const workspace = await makeWorkspace({});
    await writeParquet(workspace, "t.parquet", "SELECT i AS amount, 'shadowed' AS target FROM range(400) t(i)");
    const table = await openIn(workspace, "t.parquet");
    const member = Uint8Array.from({ length: n }, (_, row) => (row < 100 ? 1 : 0));
    const [all, part] = await Promise.all([custom(table, sql), custom(table, sql, { member })]);
    expect(all.value).toBeCloseTo(
      missed(() => true),
      10,
    );
    expect(part.value).toBeCloseTo(
      missed((row) => row < 100),
      10,
    );
    expect(part.events).toBe(16);
    expect((await custom(table, "sum(amount) filter (where score >= 0.5)")).value).toBe(
      Array.from({ length: n }, (_, row) => row).reduce((sum, row) => sum + (row % 10 >= 5 ? row : 0), 0),
    );
  });

  it("know text of several classes, and numbers of a regression", async () => {
    const table = await openTable("t.csv", { "t.csv": "x\n1\n2\n3\n" });
    const part = { buckets: Uint8Array.of(0, 1, 2), member: null, targetNames: null };
    const classes = await table.custom({
      ...part,
      sql: "count_if(target = 'c' and predicted = 'a') + max(score)",
      target: { task: "multiclass", labels: ["a", "b", "c"], codes: Int32Array.of(2, 1, 0) },
      predictions: {
        task: "multiclass",
        predicted: Int32Array.of(0, 1, 0),
        probabilities: Float64Array.of(0.5, 0.25, 0.25, 0, 1, 0, 0.75, 0.25, 0),
      },
    });
    expect(classes).toEqual({ value: 2, leftOut: [], events: 1 });
    const regression = await table.custom({
      ...part,
      sql: "avg(abs(target - predicted) * x)",
      target: { task: "regression", values: Float64Array.of(1, 2, 3) },
      predictions: { task: "regression", values: Float32Array.of(1, 1, 1) },
    });
    expect(regression.value).toBeCloseTo((0 + 2 + 6) / 3, 12);
    expect(regression.events).toBeNull();
  });

  it.each(["min(score)", "median(amount)", "quantile_cont(score, 0.9)", "count(distinct amount)"])(
    "have no left-out values where the jackknife does not hold: %s",
    async (text) => {
      const table = await openTable("t.csv", amounts);
      const { value, leftOut } = await custom(table, text);
      expect(value).not.toBeNull();
      expect(leftOut).toEqual([]);
    },
  );

  it("are null where the aggregate is undefined", async () => {
    const table = await openTable("t.csv", amounts);
    expect((await custom(table, "sum(amount) filter (where false) / count(*)")).value).toBeNull();
    expect((await custom(table, "count(*) / (count(*) - 400)")).value).toBeNull();
    expect((await custom(table, "avg(amount)", { member: new Uint8Array(n) })).value).toBeNull();
  });

  it.each([
    ["no aggregate", "amount", /amount/],
    ["text", "max(predicted)", /Could not convert/],
    ["an unknown column", "avg(amoutn)", /amoutn/],
    ["several", "avg(amount), max(amount)", /more than one expression/],
    ["a whole query", "avg(amount) FROM data", /more than one expression/],
  ])("%s is told with the reason", async (_, text, sentence) => {
    const table = await openTable("t.csv", amounts);
    await expect(custom(table, text)).rejects.toThrow(sentence);
    await expect(custom(table, text)).rejects.toMatchObject({ problem: { kind: "config" } });
  });
});
