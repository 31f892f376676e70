import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSelect } from "../../../src/adapters/duckdb/select-source.ts";
import { type AffectedRequest, isAffected } from "../../../src/pipeline/affected.ts";
import { dataFolders, dataSource, isQuery, mayMatch } from "../../../src/pipeline/data-source.ts";
import { mustParse, type Plain, sampleEvaluate, sampleModel } from "../config/sample.ts";

function side(changes: Plain = {}) {
  const config = mustParse({ m: sampleModel(changes) })["models"]["m"];
  if (config === undefined) throw new Error("no model");
  return { config, stages: config.stages ?? {} };
}
const SIDE = side();

function ask(changedPaths: readonly string[], request: Partial<AffectedRequest> = {}) {
  return isAffected({ base: SIDE, head: SIDE, changedPaths, parameterTexts: () => null, links: [], ...request });
}
const NOT = {
  affected: false,
  because: expect.stringMatching(/^no changed file reaches its stages, parameters, data or config/),
};

describe("a change that reaches nothing", () => {
  it.each([
    [[]],
    [["README.md", "docs/guide.md", "data/test.csv.md", "data2/train.csv", "model.onnx.txt", "src/params.yaml"]],
    // The section of this model is compared as it is understood, not as it is spelt.
    [["modelgate.yml"]],
  ])("%j", (paths) => {
    expect(ask(paths)).toEqual(NOT);
  });

  it("so too with other objects of the same config, spelt in another order", () => {
    const { evaluate, stages, objectives } = sampleModel();
    expect(ask(["README.md"], { base: side({ objectives, evaluate, stages }) })).toEqual(NOT);
  });
});

describe("a change that reaches the model", () => {
  it.each([
    ["train.mjs", "the stage train reads train.mjs"],
    ["data/train.csv", "the stage train reads data/train.csv"],
    ["data/train.csv.dvc", "the stage train reads data/train.csv.dvc"],
    // A submodule or a link of this name holds what the stage reads.
    ["data", "it is evaluated on data"],
    ["data/test.csv", "it is evaluated on data/test.csv"],
    ["data/test.csv.dvc", "it is evaluated on data/test.csv.dvc"],
    ["model.onnx", "model.onnx is what is evaluated"],
    ["params.yaml", "the stage train takes parameters from params.yaml"],
    [".gitattributes", ".gitattributes decides what other files hold"],
    ["data/.gitattributes", "data/.gitattributes decides what other files hold"],
  ])("%s", (path, because) => {
    expect(ask(["README.md", path])).toEqual({ affected: true, because });
  });

  it("by what it is compared with", () => {
    expect(ask([], { base: null }).because).toBe("the base branch does not have this model");
    expect(ask([], { base: side({ objectives: [] }) }).because).toBe("its section of the config changes");
    expect(ask([], { base: side({ evaluate: sampleEvaluate({ threshold: 0.4 }) }) }).because).toBe(
      "its section of the config changes",
    );
  });

  it("by the stages of its pipeline file", () => {
    const { train } = SIDE.stages;
    if (train === undefined) throw new Error("no stage");
    const from = (stages: AffectedRequest["head"]["stages"]) =>
      ask([], { base: { config: SIDE.config, stages } }).because;
    expect(from({ train: { ...train, cmd: "other" } })).toBe("the stage train is defined differently");
    expect(from({})).toBe("the stage train is new");
    expect(from({ train, old: train })).toBe("the stage old is removed");
    expect(from({ train: { ...train, timeout_minutes: 1 } })).toBe("the stage train is defined differently");
  });

  it("by the lock file of its pipeline", () => {
    const { config } = side({ stages: undefined, pipeline: "ml/dvc.yaml" });
    const both = { base: { config, stages: {} }, head: { config, stages: {} } };
    expect(ask(["ml/dvc.lock"], both).affected).toBe(true);
    expect(ask(["dvc.lock"], both)).toEqual(NOT);
  });
});

describe("parameters", () => {
  const texts = (base: string | null, head: string | null) =>
    ask(["params.yaml"], { parameterTexts: () => ({ base, head }) });
  const text = "train: {l2: 0.1, epochs: 3}\nother: 1\n";

  it.each([
    ["other keys", texts(text, "train: {epochs: 3, l2: 0.10, more: 1}\nother: 2 # why\n"), false],
    ["a declared key", texts(text, "train: {l2: 0.2, epochs: 3}\n"), true],
    ["a declared key's type", texts(text, 'train: {l2: "0.1", epochs: 3}\n'), true],
    ["a new file", texts(null, text), true],
    ["a file that is gone", texts(text, null), true],
    ["a key that is gone", texts(text, "train: {l2: 0.1}\n"), true],
    ["a key that is missing on both sides", texts("{}", "{} "), true],
    ["a text that cannot be read", texts("a: [", "a: [ "), true],
  ])("%s", (_, result, affected) => {
    expect(result.affected).toBe(affected);
  });
});

describe("the data of the evaluation", () => {
  const reads = (data: string, path: string) => {
    const both = side({ evaluate: sampleEvaluate({ data }) });
    return ask([path], { base: both, head: both }).affected;
  };

  it.each([
    ["data/*.parquet", "data/a.parquet", true],
    ["data/*.parquet", "data/a.csv", false],
    ["data/**/x-*.csv", "data/a/b/x-1.csv", true],
    ["data/**/x-*.csv", "docs/x-1.csv", false],
    ["data/{a,b}.csv", "data/b.csv", true],
    ["data/[ab].csv", "data/a.csv", true],
    ["./data/test.csv", "data/test.csv", true],
    ["data/./test.csv", "data/test.csv", true],
    ["data/./*.csv", "data/test.csv", true],
    ["data//./test.csv", "data/test.csv.bak", false],
    ["SELECT * FROM 'data/./test.csv'", "data/test.csv", true],
    ["../elsewhere.csv", "README.md", true],
    ["select.csv", "select.csv", true],
    ["table/test.csv", "table/test.csv", true],
    ["SELECT * FROM 'eval/a.csv'", "eval/a.csv", true],
    ["SELECT * FROM 'eval/a.csv'", "eval/b.csv", false],
    ['FROM "eval/a.csv" WHERE x > 1', "eval/a.csv", true],
    ["SELECT * FROM read_csv('eval/*.csv', header = true) t JOIN 'k.parquet' USING (id)", "eval/b.csv", true],
    ["SELECT * FROM read_csv('eval/*.csv', header = true) t JOIN 'k.parquet' USING (id)", "k.parquet", true],
    ["SELECT * FROM read_csv('eval/*.csv', header = true) t JOIN 'k.parquet' USING (id)", "README.md", false],
    ["SELECT t.a, 'x' || b FROM 'a.csv' t", "README.md", false],
    ["SELECT * FROM read_csv('a' || '.csv')", "a.csv", true],
    ["SELECT * FROM query('FROM ''a.csv''')", "a.csv", true],
    ['SELECT * FROM "read_csv"(concat(1))', "a.csv", true],
    ["SELECT * FROM 'x.csv', read_csv(lower('A.CSV'))", "a.csv", true],
    ["SELECT /* ' */ * FROM read_csv(lower('A.CSV')) -- '", "a.csv", true],
    ["SELECT * FROM read_csv(['a.csv', 'b.csv'])", "b.csv", true],
    ["SELECT * FROM read_csv(['a.csv', 'b.csv'])", "c.csv", false],
    ["SELECT * FROM read_csv(concat('a', '.csv'))", "a.csv", true],
    ["SELECT * FROM read_csv(format('{}.csv', 'a'))", "a.csv", true],
    ["SELECT * FROM data.csv", "data.csv", true],
    ["SELECT * FROM read_text($$a.csv$$)", "a.csv", true],
    ["SELECT * FROM e'a\\x2ecsv'", "a.csv", true],
    ["SELECT * FROM 'a.csv' -- and 'b.csv'\n", "c.csv", true],
    ["SELECT * FROM query('FROM ''a.' || 'csv''')", "a.csv", true],
    ["SELECT * FROM my_function('a')", "b.csv", true],
    ["SELECT count(*), lower(x) FROM 'a.csv' WHERE x IN ('p', 'q')", "b.csv", false],
    ["WITH t AS (SELECT * FROM 'a.csv') SELECT * FROM t", "a.csv", true],
    ["WITH t AS (SELECT * FROM 'a.csv') SELECT * FROM t", "b.csv", false],
    ["SELECT * FROM 'it''s.csv'", "it's.csv", true],
    ["SELECT * FROM 'eval/'", "eval/a.csv", true],
  ])("%s may read %s: %s", (data, path, affected) => {
    expect(reads(data, path)).toBe(affected);
  });

  it.each([
    ["data/test.csv", ["data/test.csv"]],
    ["./data//x/*.csv", ["data/x"]],
    ["*.csv", ["."]],
    ["../out.csv", []],
    ["/abs.csv", []],
    ["SELECT * FROM 'a/b.csv' JOIN 'c/?.csv' USING (k) WHERE x = 'a/../../b'", ["a/b.csv", "c"]],
    ["SELECT * FROM read_csv(lower('X'))", ["."]],
  ])("%s lies in %j", (data, folders) => {
    expect(dataFolders(dataSource(data))).toEqual(folders);
  });

  it("is a query to the reader of tables exactly where it is one here", () => {
    for (const text of [
      "select 1",
      "SELECT\n*",
      " from 'a'",
      "with t as (x) y",
      "select.csv",
      "from",
      "selects a",
      "(select 1)",
      "data/from x.csv",
    ]) {
      expect(isQuery(text)).toBe(isSelect(text));
    }
  });

  it("is matched by a glob wherever a path is made from it", () => {
    const part = fc.stringMatching(/^[a-z.-]{1,6}$/).filter((text) => text !== "." && text !== "..");
    const piece = fc.oneof(
      part.map((text) => [text, text] as const),
      part.map((text) => ["*", text] as const),
      part.map((text) => [`${text}?`, `${text}q`] as const),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), (pieces) => {
        const glob = pieces.map(([pattern]) => pattern).join("/");
        expect(mayMatch(pieces.map(([, text]) => text).join("/"), glob)).toBe(true);
      }),
    );
  });

  it("is told from any text without hanging", () => {
    for (const data of [
      "select ".repeat(20_000),
      `select ${"'".repeat(50_001)}`,
      `from read_csv(${"(".repeat(50_000)}`,
      `select ${"a.".repeat(50_000)}`,
      `select * from read_csv(['${"','".repeat(20_000)}`,
    ]) {
      expect(dataSource(data)).toHaveProperty("known");
    }
  });
});

describe("what did change, though it reaches nothing", () => {
  it("is named, the first of it", () => {
    const paths = ["helper.mjs", "docs/a.md", "docs/b.md", "docs/c.md", "docs/d.md"];
    expect(ask(paths).because).toBe(
      "no changed file reaches its stages, parameters, data or config (changed: helper.mjs, docs/a.md, docs/b.md and 2 more)",
    );
  });
});

describe("symbolic links", () => {
  const asked = (path: string, ...links: readonly (readonly [string, string])[]) =>
    ask([path], { links: links.map(([at, target]) => ({ path: at, target })) }).because;

  it.each<readonly [string, string, readonly (readonly [string, string])[], string]>([
    ["a dependency is one", "shared/train.mjs", [["train.mjs", "shared/train.mjs"]], "the stage train reads"],
    ["the data is one", "shared/rows.csv", [["data/test.csv", "../shared/rows.csv"]], "it is evaluated on"],
    ["it lies behind one", "real/test.csv", [["data", "real"]], "it is evaluated on"],
    ["of parameters", "conf/a.yaml", [["params.yaml", "./conf/a.yaml"]], "the stage train takes parameters from"],
    ["of what is evaluated", "made/m", [["model.onnx", "made/m"]], "made/m is what is evaluated"],
    [
      "one leads to the next",
      "c/x",
      [
        ["train.mjs", "b"],
        ["b", "c/x"],
      ],
      "the stage train reads",
    ],
    [
      "a target behind another",
      "real/x.mjs",
      [
        ["train.mjs", "folder/x.mjs"],
        ["folder", "real"],
      ],
      "the stage train reads",
    ],
    ["a target that cannot be followed", "README.md", [["train.mjs", "a/../b"]], "README.md"],
    ["a target elsewhere", "README.md", [["train.mjs", "/opt/train.mjs"]], "README.md"],
    [
      "links without end",
      "README.md",
      [
        ["train.mjs", "x/y"],
        ["x", "x/y"],
      ],
      "README.md",
    ],
  ])("%s", (_, path, links, because) => {
    expect(asked(path, ...links)).toContain(because);
    expect(asked(path)).toContain("no changed file reaches");
  });

  it("beneath a folder that a stage reads", () => {
    const both = side({ stages: { train: { cmd: "x", deps: ["src"], outs: ["model.onnx"] } } });
    const at = (path: string) =>
      ask([path], { base: both, head: both, links: [{ path: "src/a/lib", target: "../../shared" }] });
    expect(at("shared/deep/x.py").because).toBe("the stage train reads shared/deep/x.py");
    expect(at("other/x.py")).toEqual(NOT);
  });

  it("beside what is read make no difference", () => {
    expect(asked("shared/x", ["docs/link", "../shared"])).toContain("no changed file reaches");
  });
});

describe("files that a command names", () => {
  const reads = (cmd: string | string[], path: string, more: Plain = {}) => {
    const both = side({ stages: { train: { cmd, outs: ["model.onnx"], ...more } } });
    return ask([path], { base: both, head: both }).affected;
  };

  it.each<readonly [cmd: string | string[], path: string, expected: boolean, more: Plain]>([
    ["python3 train.py", "train.py", true, {}],
    ["python3 ./train.py --out model.onnx", "train.py", true, {}],
    [["echo", "python3 'a/b.py'; x"], "a/b.py", true, {}],
    ["x --config=conf/a.yaml,conf/b.yaml", "conf/b.yaml", true, {}],
    ["(cat <in.csv|sort)", "in.csv", true, {}],
    ["python -m src.train --fast", "src/train.py", true, {}],
    ["python ../train.py", "train.py", true, { wdir: "ml" }],
    ["python train.py", "train.py", false, { wdir: "ml" }],
    ["python train.py", "ml/train.py", true, { wdir: "ml" }],
    ["python train.py src", "src/a.py", false, {}],
    ["python train.py", "train.py.bak", false, {}],
    ["python train.py > train.log 2>&1", "train.log", false, {}],
    ["python train.py | tee -a train.log", "train.log", false, {}],
    ["/usr/bin/python3 train.py", "usr/bin/python3", false, {}],
    ["python big.py", "big.py.dvc", true, {}],
  ])("%j names %s: %s", (cmd, path, expected, more) => {
    expect(reads(cmd, path, more)).toBe(expected);
  });

  it("are judged by their keys where they are parameters", () => {
    const both = side({ stages: { train: { cmd: "x params.yaml", params: ["l2"], outs: ["model.onnx"] } } });
    const texts = (head: string) =>
      ask(["params.yaml"], { base: both, head: both, parameterTexts: () => ({ base: "l2: 1", head }) }).affected;
    expect([texts("l2: 1\nother: 2"), texts("l2: 2")]).toEqual([false, true]);
  });

  it("are read from any command without hanging", () => {
    for (const part of [">", "> ", "tee -", "tee ", "-m a.", " -m", "$(", "'", "a,"]) {
      expect(reads(part.repeat(20_000), "train.py")).toBe(false);
    }
  });
});
