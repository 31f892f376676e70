import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createModelScoring } from "../../../src/adapters/onnx/model-scoring.ts";
import type { Predictions, Target } from "../../../src/metrics/observations.ts";
import type { ModelScoring, ScoredModel } from "../../../src/ports.ts";
import { type Files, makeWorkspace, openIn, writeParquet } from "../duckdb/temp-workspace.ts";

type Golden = {
  readonly x: readonly (readonly [number, number, number])[];
  readonly logit: readonly number[];
  readonly positive: readonly number[];
  readonly softmax: readonly (readonly number[])[];
  readonly half_positive: readonly number[];
  readonly two_logits_difference: readonly number[];
};

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/onnx/${name}`, import.meta.url));
const golden = JSON.parse(readFileSync(fixture("golden.json"), "utf8")) as Golden;
const n = golden.x.length;
const positive = Uint8Array.from(golden.positive, (_, row) => row % 2);
const binary: Target = { task: "binary", positive };
const classes: Target = {
  task: "multiclass",
  labels: ["a", "b", "c"],
  codes: Int32Array.from({ length: n }, (_, row) => row % 3),
};
const regression: Target = { task: "regression", values: Float64Array.from(golden.logit) };

const csv = (names: string, rows: readonly (readonly (number | string)[])[]) =>
  `${names}\n${rows.map((row) => row.join(",")).join("\n")}\n`;
const DATA: Files = {
  "x.csv": csv(
    "id,x1,x2,x3,y",
    golden.x.map((row, id) => [id, ...row, id % 2]),
  ),
};

async function scoreAll(
  models: readonly string[],
  target: Target,
  {
    features = null,
    ...over
  }: Partial<Parameters<ModelScoring["score"]>[0]> & { features?: readonly string[] | null } = {},
  files: Files = DATA,
) {
  const table = await openIn(await makeWorkspace(files), "x.csv");
  return createModelScoring({ threads: 2 }).score({
    table,
    target,
    labels: target.task === "binary" ? ["benign", "malignant"] : target.task === "multiclass" ? target.labels : null,
    truth: "y",
    exclude: ["id"],
    threshold: 0.5,
    latency: false,
    models: models.map((name) => ({ path: name.startsWith("/") ? name : fixture(`${name}.onnx`), name, features })),
    ...over,
  });
}

async function score(
  model: string,
  target: Target,
  over: Parameters<typeof scoreAll>[2] = {},
  files: Files = DATA,
): Promise<Predictions> {
  const [result] = await scoreAll([model], target, over, files);
  if (result === undefined) throw new Error("no model was scored");
  if (result instanceof Error) throw result;
  return result.predictions;
}

function expectClose(found: ArrayLike<number> | null, expected: readonly number[], digits = 6): void {
  expect(found?.length).toBe(expected.length);
  expected.forEach((value, row) => {
    expect(found?.[row], `row ${row + 1}`).toBeCloseTo(value, digits);
  });
}

describe("a binary model", () => {
  const decided = Uint8Array.from(golden.positive, (value) => (value >= 0.5 ? 1 : 0));

  it.each(["matrix", "any-width", "columns", "integer-labels", "zipmap-strings", "zipmap-integers", "fixed-batch"])(
    "%s scores as numpy does",
    async (model) => {
      const predictions = await score(model, binary);
      if (predictions.task !== "binary") throw new Error("task");
      expectClose(predictions.score, golden.positive);
      expect(predictions.score).toBeInstanceOf(Float32Array);
      expect(predictions.predicted).toEqual(decided);
    },
  );

  it("whose classes say that the positive one comes first gives that column", async () => {
    const predictions = await score("positive-first", binary, { labels: ["b negative", "a positive"] });
    expectClose(predictions.task === "binary" ? predictions.score : null, golden.positive);
  });

  it("of half precision takes and gives it", async () => {
    const predictions = await score("half", binary);
    expectClose(predictions.task === "binary" ? predictions.score : null, golden.half_positive, 2);
  });

  it("of a single logit ranks by it, and does not pretend that it is a probability", async () => {
    const predictions = await score("logit", binary);
    expectClose(predictions.task === "binary" ? predictions.score : null, golden.logit, 5);
    // A threshold is one of probabilities: there is no decision.
    expect(predictions.task === "binary" ? predictions.predicted : undefined).toBeNull();
  });

  it("of two logits ranks by their difference", async () => {
    const predictions = await score("two-logits", binary);
    expectClose(predictions.task === "binary" ? predictions.score : null, golden.two_logits_difference, 4);
  });

  it("compares with the threshold, and decides nothing without one", async () => {
    const strict = await score("matrix", binary, { threshold: 0.9 });
    expect(strict).toMatchObject({ predicted: Uint8Array.from(golden.positive, (value) => (value >= 0.9 ? 1 : 0)) });
    expect(await score("matrix", binary, { threshold: null })).toMatchObject({ predicted: null });
  });

  it("of labels alone has decisions and no score", async () => {
    const targetLabels = { labels: ["0", "1"] };
    const twoClasses = csv("x1,x2,x3", [
      [1, 0, 0],
      [0, 1, 0],
    ]);
    // The highest of three scores is never the third for these rows.
    const predictions = await score("labels-only", { task: "binary", positive: Uint8Array.of(0, 1) }, targetLabels, {
      "x.csv": twoClasses,
    });
    expect(predictions).toEqual({ task: "binary", score: null, predicted: Uint8Array.of(0, 1) });
  });
});

describe("a multiclass model", () => {
  const largest = Int32Array.from(golden.softmax, (row) => row.indexOf(Math.max(...row)));

  it.each(["softmax", "classes-in-other-order"])("%s gives probabilities in the order of the labels", async (model) => {
    const predictions = await score(model, classes);
    if (predictions.task !== "multiclass") throw new Error("task");
    expectClose(predictions.probabilities, golden.softmax.flat());
    expect(predictions.predicted).toEqual(largest);
  });

  it("of labels alone is matched by position where labels are words", async () => {
    expect(await score("labels-only", classes)).toEqual({
      task: "multiclass",
      probabilities: null,
      predicted: largest,
    });
  });
});

describe("a regression model", () => {
  it("keeps double precision", async () => {
    const predictions = await score("double-regression", regression);
    expect(predictions.task === "regression" && predictions.values).toBeInstanceOf(Float64Array);
    expectClose(predictions.task === "regression" ? predictions.values : null, golden.logit, 12);
  });

  it("takes doubles, integers, booleans and text by column name", async () => {
    const rows = [
      [0.5, 3, "true", "a"],
      [-1, -2, "false", "b"],
      ["", 7, "true", ""],
    ] as const;
    const files = {
      "x.csv": csv(
        "kind,x1,count,flag",
        rows.slice(0, 2).map(([x1, count, flag, kind]) => [kind, x1, count, flag]),
      ),
    };
    const target: Target = { task: "regression", values: Float64Array.of(0, 0) };
    const predictions = await score("mixed-types", target, {}, files);
    expectClose(predictions.task === "regression" ? predictions.values : null, [0.5 + 3 + 1 + 0.5, -1 - 2 + 0 - 0.5]);
  });
});

describe("many rows", () => {
  it("come out in their order, whatever the batches, and with a fixed batch padded", async () => {
    const workspace = await makeWorkspace({});
    const rows = 40_003;
    await writeParquet(
      workspace,
      "x.parquet",
      `SELECT CAST(sin(i) AS FLOAT) AS x1, CAST(cos(i) AS FLOAT) AS x2, CAST(sin(2 * i) AS FLOAT) AS x3 FROM range(${rows}) t(i)`,
    );
    const table = await openIn(workspace, "x.parquet");
    const results = await createModelScoring({ threads: 2 }).score({
      table,
      target: { task: "binary", positive: new Uint8Array(rows) },
      labels: ["benign", "malignant"],
      truth: "y",
      exclude: [],
      threshold: 0.5,
      latency: false,
      models: ["matrix", "fixed-batch", "columns"].map((name) => ({
        path: fixture(`${name}.onnx`),
        name,
        features: null,
      })),
    });
    for (const result of results) {
      if (result instanceof Error) throw result;
      if (result.predictions.task !== "binary" || result.predictions.score === null) throw new Error("it has no score");
      const { score: scores } = result.predictions;
      expect(scores.length).toBe(rows);
      for (const row of [0, 1, 2047, 2048, 16_383, 16_384, 32_768, 40_000, 40_002]) {
        const logit = 1.5 * Math.sin(row) - 2 * Math.cos(row) + 0.5 * Math.sin(2 * row) + 0.25;
        expect(scores[row], `row ${row}`).toBeCloseTo(1 / (1 + Math.exp(-logit)), 5);
      }
    }
  });
});

describe("latency", () => {
  it("is of equally many single calls of each model, enough for a 95th percentile", async () => {
    const results = (await scoreAll(["matrix", "columns", "fixed-batch"], binary, { latency: true })) as ScoredModel[];
    const runs = results.map(({ latency }) => latency?.samplesMs.length);
    expect(new Set(runs).size).toBe(1);
    expect(runs[0]).toBeGreaterThanOrEqual(130);
    expect(results.map(({ latency }) => latency?.batchRows)).toEqual([1, 1, 5]);
    for (const { latency } of results) expect(Math.min(...(latency?.samplesMs ?? []))).toBeGreaterThan(0);
    expect(results.map(({ latency }) => latency?.batch.rows)).toEqual([n, n, 5]);
    for (const { latency } of results) expect(Math.min(...(latency?.batch.samplesMs ?? []))).toBeGreaterThan(0);
    const [without] = (await scoreAll(["matrix"], binary)) as ScoredModel[];
    expect(without?.latency).toBeNull();
  });
});

describe("a model that cannot be scored", () => {
  const bent: Files = {
    "garbage.onnx": "this is no model",
    "pickle.onnx": Uint8Array.of(0x80, 4, 0x95, 1, 2, 3),
    "zip.onnx": "PK\x03\x04 and more",
    "lfs.onnx": "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    "empty.onnx": "",
    "cut.onnx": readFileSync(fixture("matrix.onnx")).subarray(0, 200),
    "bent.onnx": Buffer.from(readFileSync(fixture("matrix.onnx"))).fill(0xff, 300, 330),
  };
  const cases: readonly (readonly [string, Target, RegExp, Parameters<typeof scoreAll>[2]?, Files?])[] = [
    ["garbage.onnx", binary, /it is no ONNX model, or a corrupt one/],
    ["pickle.onnx", binary, /no ONNX model but a Python pickle/],
    ["zip.onnx", binary, /no ONNX model but a zip archive/],
    ["lfs.onnx", binary, /Git LFS pointer/],
    ["empty.onnx", binary, /it is empty/],
    ["cut.onnx", binary, /no ONNX model, or a corrupt one|cannot open it/],
    ["bent.onnx", binary, /no ONNX model, or a corrupt one|cannot open it/],
    ["nowhere.onnx", binary, /no such file/],
    ["external-data", regression, /weights lie in another file \("\.\.\/\.\.\/\.\.\/etc\/passwd"\)/],
    ["foreign-operator", regression, /operators of "acme\.secret"/],
    ["sequence-output", binary, /"parts": a sequence or map.*'zipmap': False/],
    ["two-floats", regression, /several outputs that could be the prediction/],
    ["image", regression, /shape \[N, 3, 8, 8\]/],
    ["bfloat", regression, /bfloat|cannot open it|Unsupported data type/i],
    ["matrix", regression, /gives 2 numbers a row where a regression has one/],
    ["softmax", binary, /gives 3 numbers a row, and a binary task has two classes/],
    ["matrix", classes, /gives 2 probabilities a row, and the target has 3 classes/],
    [
      "labels-only",
      { task: "multiclass", labels: ["7", "8", "9"], codes: new Int32Array(n) },
      /it predicts "[012]".*classes are "7", "8", "9"/,
    ],
    [
      "matrix",
      binary,
      /disagree on features: the model wants 3, the data's `features` give 2 \(x1, x2\)/,
      { features: ["x1", "x2"] },
    ],
    ["matrix", binary, /disagree on features: the model wants 3, the data's numeric columns give 4/, { exclude: [] }],
    [
      "matrix",
      binary,
      /it takes "x2" as an input, which is the target that it is to predict/,
      { truth: "x2", features: ["x1", "x2", "x3"] },
    ],
    ["columns", binary, /it takes "x2" as an input, which is the target that it is to predict/, { truth: "x2" }],
    ["matrix", binary, /"x_1" is no column of the data; write "x1"/, { features: ["x_1", "x2", "x3"] }],
    [
      "columns",
      binary,
      /takes "x2", and the data has no such column; the nearest is "X2"/,
      {},
      { "x.csv": csv("x1,X2,x3", [[1, 2, 3]]) },
    ],
    [
      "columns",
      binary,
      /takes "x2" as float32, and the data has text there/,
      {},
      { "x.csv": csv("x1,x2,x3", [[1, "two", 3]]) },
    ],
    ["logarithm", regression, /NaN or infinite for \d+ of 12 rows, row \d+ first/],
    [
      "matrix",
      { task: "binary", positive: Uint8Array.of(1, 0) },
      /NaN or infinite for 1 of 2 rows, row 2 first/,
      {},
      {
        "x.csv": csv("x1,x2,x3", [
          [1, 2, 3],
          [1, "", 3],
        ]),
      },
    ],
    [
      "mixed-types",
      { task: "regression", values: Float64Array.of(1, 2) },
      /column "count": row 2 is empty or not a whole number/,
      {},
      {
        "x.csv": csv("x1,count,flag,kind", [
          [1, 2, "true", "a"],
          [1, 2.5, "true", "a"],
        ]),
      },
    ],
  ];

  for (const [model, target, sentence, over = {}, files = DATA] of cases) {
    it(`${model} for ${target.task}, ${sentence.source.slice(0, 30)}: one clear sentence, and the others are scored`, async () => {
      const workspace = await makeWorkspace(bent);
      const path = model.endsWith(".onnx") ? `${workspace.root}/${model}` : model;
      const good = target.task === "regression" ? "double-regression" : target.task === "binary" ? "matrix" : "softmax";
      const alone = (await scoreAll([path], target, over, files))[0];
      expect(alone).toBeInstanceOf(Error);
      expect(alone).toMatchObject({ name: "ProblemError" });
      expect(String(alone)).toMatch(sentence);
      expect(String(alone)).not.toContain("\n");

      if (files !== DATA || Object.keys(over).length > 0 || target.task === "multiclass") return;
      const [before, same, after] = await scoreAll([good, path, good], target);
      expect(same).toBeInstanceOf(Error);
      for (const result of [before, after]) expect(result).toHaveProperty("predictions");
    });
  }

  it("does not hinder another whose columns are whole", async () => {
    const files = {
      "x.csv": csv("x1,count,flag,kind", [
        [1, 2, "true", "a"],
        [1, 2.5, "true", "a"],
      ]),
    };
    const target: Target = { task: "regression", values: Float64Array.of(1, 2) };
    const [mixed, matrix] = await scoreAll(
      ["mixed-types", "logit"],
      target,
      { features: ["x1", "x1", "count"] },
      files,
    );
    expect(mixed).toBeInstanceOf(Error);
    expect(matrix).toHaveProperty("predictions");
  });

  it("does not hinder another after a batch of both", async () => {
    const rows = 20_000;
    const workspace = await makeWorkspace({});
    await writeParquet(
      workspace,
      "x.parquet",
      `SELECT sin(i) AS x1, cos(i) AS x2, sin(2 * i) AS x3, CASE WHEN i < 19000 THEN i ELSE 0.5 END AS count, true AS flag, 'a' AS kind
       FROM range(${rows}) t(i)`,
    );
    const table = await openIn(workspace, "x.parquet");
    const request = {
      table,
      target: { task: "regression", values: new Float64Array(rows) },
      labels: null,
      truth: "y",
      exclude: [],
      threshold: null,
      latency: false,
    } as const;
    const models = ["mixed-types", "logit"].map((name) => ({
      path: fixture(`${name}.onnx`),
      name,
      features: ["x1", "x2", "x3"],
    }));
    const [mixed, beside] = await createModelScoring({ threads: 2 }).score({ ...request, models });
    expect(String(mixed)).toMatch(/column "count": row 19001 is empty or not a whole number/);
    const [alone] = await createModelScoring({ threads: 2 }).score({ ...request, models: models.slice(1) });
    expect(beside).toEqual(alone);
    expect(beside).toHaveProperty("predictions");
  });
});
