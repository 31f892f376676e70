import { describe, expect, it } from "vitest";
import type { TargetSpec } from "../../../src/ports.ts";
import { makeWorkspace, openIn, openTable, writeParquet } from "./temp-workspace.ts";

const csv = (name: string, values: readonly (string | number)[]) => ({
  "t.csv": `${name},x\n${values.map((value) => `${value},0`).join("\n")}\n`,
});

describe("a binary target", () => {
  const cases: readonly (readonly [
    string,
    readonly (string | number)[],
    string | number | boolean,
    readonly number[],
  ])[] = [
    ["text", ["benign", "malignant", "benign"], "malignant", [0, 1, 0]],
    ["numbers, positive a number", [0, 1, 1], 1, [0, 1, 1]],
    ["numbers, positive a text", [0, 1, 1], "1", [0, 1, 1]],
    ["whole numbers written as decimals", ["0.0", "1.0"], 1, [0, 1]],
    ["booleans, positive a boolean", ["true", "False"], true, [1, 0]],
    ["booleans, positive a text", ["TRUE", "false"], "True", [1, 0]],
    ["booleans, positive a number", ["true", "false"], 1, [1, 0]],
    ["leading zeros are text", ["00", "01"], "01", [0, 1]],
    ["quotes are text", ["it's", '"say ""x"""'], "it's", [1, 0]],
    ["negative numbers", [-1, 1], -1, [1, 0]],
    ["no row positive", ["benign", "benign"], "malignant", [0, 0]],
    ["every row positive", ["malignant"], "malignant", [1]],
  ];

  it.each(cases)("%s", async (_, values, positive, expected) => {
    const table = await openTable("t.csv", csv("y", values));
    const target = await table.target({ task: "binary", column: "y", positive });
    expect(target).toEqual({ task: "binary", positive: Uint8Array.from(expected) });
  });

  it("compares text with upper and lower case apart, but for a boolean", async () => {
    const workspace = await makeWorkspace({});
    await writeParquet(workspace, "t.parquet", "SELECT unnest(['True', 'False']) AS y");
    const table = await openIn(workspace, "t.parquet");
    expect(await table.target({ task: "binary", column: "y", positive: true })).toMatchObject({
      positive: Uint8Array.of(1, 0),
    });
    await expect(table.target({ task: "binary", column: "y", positive: "true" })).rejects.toThrow(
      /none of which is the positive "true"/,
    );
  });
});

describe("a multiclass target", () => {
  it("sorts its own labels, numbers as numbers", async () => {
    const table = await openTable("t.csv", csv("y", [10, 2, 10, 1]));
    expect(await table.target({ task: "multiclass", column: "y", labels: null })).toEqual({
      task: "multiclass",
      labels: ["1", "2", "10"],
      codes: Int32Array.of(2, 1, 2, 0),
    });
  });

  it("takes the order of the config, and classes that no row has", async () => {
    const table = await openTable("t.csv", csv("y", ["b", "a", "b"]));
    expect(await table.target({ task: "multiclass", column: "y", labels: ["c", "b", "a"] })).toEqual({
      task: "multiclass",
      labels: ["c", "b", "a"],
      codes: Int32Array.of(1, 2, 1),
    });
  });
});

describe("a regression target", () => {
  it("is the numbers, to the last bit", async () => {
    const table = await openTable("t.csv", csv("y", [0.1, -3, 1e300]));
    expect(await table.target({ task: "regression", column: "y" })).toEqual({
      task: "regression",
      values: Float64Array.of(0.1, -3, 1e300),
    });
  });
});

describe("a target that cannot be read", () => {
  const bad: readonly (readonly [string, readonly (string | number)[], TargetSpec, RegExp])[] = [
    [
      "a missing column",
      [1],
      { task: "regression", column: "Y_" },
      /no column "Y_"; it has "y", "x"; write "y", if that/,
    ],
    [
      "three values",
      ["a", "b", "c"],
      { task: "binary", column: "y", positive: "a" },
      /3 values \("a", "b", "c"\) where a binary task has two/,
    ],
    [
      "a typing error",
      ["benign", "malignant"],
      { task: "binary", column: "y", positive: "malignent" },
      /none of which is the positive "malignent"/,
    ],
    [
      "a missing class",
      ["a", "", "b", ""],
      { task: "binary", column: "y", positive: "a" },
      /2 of 4 rows have no value, row 2 first/,
    ],
    [
      "a missing class of several",
      ["a", "b", ""],
      { task: "multiclass", column: "y", labels: null },
      /1 of 3 rows have no value, row 3 first/,
    ],
    [
      "a class that is NaN",
      [1, 0, "nan"],
      { task: "binary", column: "y", positive: 1 },
      /1 of 3 rows have no value, row 3 first/,
    ],
    [
      "NaN and infinity",
      [1, "nan", 2, "inf", ""],
      { task: "regression", column: "y" },
      /3 of 5 rows are missing, NaN or infinite, row 2 first/,
    ],
    [
      "text in a regression",
      ["1", "two"],
      { task: "regression", column: "y" },
      /it holds VARCHAR where a regression needs numbers/,
    ],
    ["an undeclared class", ["a", "b"], { task: "multiclass", column: "y", labels: ["a", "c"] }, /does not name: "b"/],
    [
      "a class declared twice",
      ["a", "b"],
      { task: "multiclass", column: "y", labels: ["a", "b", "a"] },
      /names "a" twice/,
    ],
  ];

  it.each(bad)("%s", async (_, values, spec, sentence) => {
    const table = await openTable("t.csv", csv("y", values));
    await expect(table.target(spec)).rejects.toThrow(sentence);
  });

  it("numbers of a prediction that are none", async () => {
    const table = await openTable("t.csv", csv("y", [0.5, "", 0.25]));
    await expect(table.numbers("y")).rejects.toThrow(
      /column "y": 1 of 3 rows are missing, NaN or infinite, row 2 first/,
    );
  });
});
