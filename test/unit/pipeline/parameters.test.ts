import { describe, expect, it } from "vitest";
import { parameterFiles, parameterNames, parseParameters, pickParameters } from "../../../src/pipeline/parameters.ts";
import { describeProblem } from "../../../src/problem.ts";
import { stage } from "./stages.ts";

const FILES: Readonly<Record<string, string>> = {
  "params.yaml":
    'train:\n  l2: 0.1\n  layers: [8, {size: 4}]\n  name: "x"\n  none:\n  deep: {a: {b: true}}\nflat.key: 3\nseed: 12345678901234567890\nbound: .inf\n',
  "other.json": '{\n\t"depth": 6,\n\t"seed": 1\n}\n',
  "list.yaml": "- 1\n",
  "broken.yaml": "a: [1\nb: 2\n",
  "conf.toml": "a = 1\n",
  "src/params.yaml": "here: 1\n",
};
const pick = (params: Parameters<typeof stage>[0]) =>
  pickParameters("modelgate.yml, model m, stage s", stage(params), (path) => FILES[path] ?? null);
const complaints = (params: Parameters<typeof stage>[0]) => {
  const picked = pick(params);
  return picked.ok ? [] : picked.problems.map(describeProblem);
};

describe("pickParameters", () => {
  it("takes declared values only, by file and key", () => {
    const params = [
      "train.l2",
      "train.layers.1.size",
      "train.none",
      "train.deep",
      "flat.key",
      { "other.json": ["depth"] },
    ];
    expect(pick({ params })).toEqual({
      ok: true,
      parameters: {
        "params.yaml": {
          "train.l2": 0.1,
          "train.layers.1.size": 4,
          "train.none": null,
          "train.deep": { a: { b: true } },
          "flat.key": 3,
        },
        "other.json": { depth: 6 },
      },
    });
  });

  it("takes a whole file where no keys are named", () => {
    expect(pick({ params: [{ "other.json": [] }] })).toEqual({
      ok: true,
      parameters: { "other.json": { depth: 6, seed: 1 } },
    });
  });

  it("looks in the stage's folder", () => {
    expect(pick({ wdir: "src", params: ["here", { "../other.json": ["depth"] }] })).toEqual({
      ok: true,
      parameters: { "src/params.yaml": { here: 1 }, "other.json": { depth: 6 } },
    });
  });

  it("joins entries on one file", () => {
    const files = parameterFiles(
      stage({ params: ["a", "b", { "params.yaml": ["b", "c"] }, { "x.yaml": ["d"] }, { "./x.yaml": [] }] }),
    );
    expect([...files]).toEqual([
      ["params.yaml", ["a", "b", "c"]],
      ["x.yaml", "all"],
    ]);
  });

  it.each([
    [
      ["train.l3"],
      [
        "modelgate.yml, model m, stage s: it takes the parameter train.l3, which params.yaml does not have; write train.l2.",
      ],
    ],
    [
      ["quite.other"],
      [
        "modelgate.yml, model m, stage s: it takes the parameter quite.other, which params.yaml does not have; add it to params.yaml, or remove it from `params`.",
      ],
    ],
    [
      ["train.layers.length"],
      [
        "modelgate.yml, model m, stage s: it takes the parameter train.layers.length, which params.yaml does not have; add it to params.yaml, or remove it from `params`.",
      ],
    ],
    [
      ["constructor", "train.toString"],
      [expect.stringContaining("the parameter constructor"), expect.stringContaining("the parameter train.toString")],
    ],
    [
      ["seed"],
      [
        "params.yaml: the parameter seed holds a number that cannot be kept exactly (infinite, NaN, or an integer beyond 2^53); write it in quotes, or give a smaller number.",
      ],
    ],
    [["bound"], [expect.stringContaining("the parameter bound holds a number")]],
    [
      [{ "gone.yaml": ["a"] }],
      [
        "modelgate.yml, model m, stage s: it takes parameters from gone.yaml, which does not exist; add the file, or remove the stage's `params`.",
      ],
    ],
    [
      [{ "conf.toml": ["a"] }],
      ["conf.toml: parameters are read from YAML and JSON, not from a .toml file; keep them in params.yaml."],
    ],
    [[{ "list.yaml": ["a"] }], ["list.yaml: the file holds no mapping of parameters; write them as `key: value`."]],
    [[{ "broken.yaml": ["a"] }], [expect.stringContaining("broken.yaml:2:1: the lines here are not indented")]],
    [
      ["train.l3", { "gone.yaml": [] }],
      [expect.stringContaining("train.l3"), expect.stringContaining("gone.yaml")],
    ],
  ])("of %j says what is wrong", (params, expected) => {
    expect(complaints({ params })).toEqual(expected);
  });
});

describe("parseParameters", () => {
  it("refuses files that it cannot be sure to read", () => {
    for (const path of ["params.py", "params", "a.b/params"]) expect(parseParameters("a: 1", path).ok).toBe(false);
    expect(parseParameters("a: 1", "x/P.YML")).toEqual({ ok: true, value: { a: 1 } });
  });
});

it("parameterNames are those that people know", () => {
  expect(parameterNames({ "params.yaml": { "a.b": 1 }, "x/o.yaml": { c: [2] } })).toEqual({
    "a.b": 1,
    "x/o.yaml:c": [2],
  });
});
