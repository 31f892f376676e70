import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StageConfig } from "../../../src/config/schema.ts";
import { type FingerprintInputs, stageFingerprint } from "../../../src/pipeline/fingerprint.ts";
import { stagePaths } from "../../../src/pipeline/stage-paths.ts";
import type { Json } from "../../../src/report/schema.ts";
import { stage } from "./stages.ts";

const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

const STAGE = stage({
  cmd: ["prepare", "train"],
  wdir: "src",
  deps: ["train.py", "../data"],
  outs: ["model.onnx", "log"],
  metrics: ["m.json"],
  env: ["SEED", "LANG"],
  secrets: ["TOKEN"],
});
const INPUTS: FingerprintInputs = {
  digests: new Map([
    ["src/train.py", "sha256:1"],
    ["data", "sha256:2"],
  ]),
  parameters: { "params.yaml": { "train.l2": 0.1, "train.layers": [1, 2] } },
  environment: { SEED: "1", LANG: "C", TOKEN: "secret", PATH: "/bin" },
};

function fingerprint(changes: Partial<StageConfig> = {}, inputs: Partial<FingerprintInputs> = {}): string {
  const config = { ...STAGE, ...changes };
  return stageFingerprint(
    { name: "t", stage: config, needs: [], ...stagePaths(config) },
    { ...INPUTS, ...inputs },
    sha256,
  );
}
const original = fingerprint();

describe("a fingerprint", () => {
  it("is the digest of a text that stays the same from version to version", () => {
    const graphStage = { name: "t", stage: STAGE, needs: [], ...stagePaths(STAGE) };
    expect(stageFingerprint(graphStage, INPUTS, (text) => text)).toBe(
      '{"cmd":["prepare","train"],"deps":[["data","sha256:2"],["src/train.py","sha256:1"]],"env":{"LANG":"C","SEED":"1"},' +
        '"format":1,"outs":["src/log","src/m.json","src/model.onnx"],"parameters":{"params.yaml":{"train.l2":0.1,"train.layers":[1,2]}},"wdir":"src"}',
    );
    expect(original).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it.each<readonly [string, Partial<StageConfig>, Partial<FingerprintInputs>]>([
    ["the order of commands", { cmd: ["train", "prepare"] }, {}],
    ["one command of two", { cmd: ["prepare train"] }, {}],
    [
      "the folder",
      { wdir: ".", deps: ["src/train.py", "data"], outs: ["src/model.onnx", "src/log"], metrics: ["src/m.json"] },
      {},
    ],
    ["an output's name", { outs: ["model2.onnx", "log"] }, {}],
    ["a dependency less", { deps: ["train.py"] }, {}],
    [
      "a dependency's content",
      {},
      {
        digests: new Map([
          ["src/train.py", "sha256:1"],
          ["data", "sha256:3"],
        ]),
      },
    ],
    [
      "contents exchanged",
      {},
      {
        digests: new Map([
          ["src/train.py", "sha256:2"],
          ["data", "sha256:1"],
        ]),
      },
    ],
    ["a parameter's value", {}, { parameters: { "params.yaml": { "train.l2": 0.2, "train.layers": [1, 2] } } }],
    ["a parameter's type", {}, { parameters: { "params.yaml": { "train.l2": "0.1", "train.layers": [1, 2] } } }],
    ["a parameter's file", {}, { parameters: { "other.yaml": { "train.l2": 0.1, "train.layers": [1, 2] } } }],
    [
      "the order of a parameter's list",
      {},
      { parameters: { "params.yaml": { "train.l2": 0.1, "train.layers": [2, 1] } } },
    ],
    ["a declared variable", {}, { environment: { ...INPUTS.environment, SEED: "2" } }],
    ["a declared variable's absence", {}, { environment: { LANG: "C" } }],
    ["a variable less", { env: ["SEED"] }, {}],
  ])("changes with %s", (_, changes, inputs) => {
    expect(fingerprint(changes, inputs)).not.toBe(original);
  });

  it.each<readonly [string, Partial<StageConfig>, Partial<FingerprintInputs>]>([
    ["an undeclared variable", {}, { environment: { ...INPUTS.environment, PATH: "/usr/bin", HOME: "/root" } }],
    ["a secret's value", {}, { environment: { ...INPUTS.environment, TOKEN: "other" } }],
    ["the names of secrets", { secrets: [] }, {}],
    ["the time-out", { timeout_minutes: 1 }, {}],
    ["the order of dependencies", { deps: ["../data", "train.py"] }, {}],
    ["how paths are spelt", { deps: ["./train.py", "../src/../data/", "train.py"], wdir: "./src/" }, {}],
    ["outputs that are called metrics", { outs: ["model.onnx", "log", "m.json"], metrics: [] }, {}],
    ["digests of other files", {}, { digests: new Map([...INPUTS.digests, ["other", "sha256:9"]]) }],
  ])("does not change with %s", (_, changes, inputs) => {
    expect(fingerprint(changes, inputs)).toBe(original);
  });

  it("tells an unset variable from an empty one, and knows no inherited ones", () => {
    const seeds = [{}, { SEED: "" }, { SEED: undefined }].map((environment) =>
      fingerprint({ env: ["SEED"] }, { environment }),
    );
    expect(seeds[0]).not.toBe(seeds[1]);
    expect(seeds[0]).toBe(seeds[2]);
    expect(fingerprint({ env: ["toString"] }, { environment: {} })).toBe(
      fingerprint({ env: ["toString"] }, { environment: { toString: undefined } }),
    );
  });

  it("needs every dependency's digest", () => {
    expect(() => fingerprint({}, { digests: new Map() })).toThrow("the digest of data was not given");
  });

  it("is equal exactly where all that it covers is equal", () => {
    const covered = fc.record({
      cmd: fc.constantFrom<string | string[]>("a", "b", ["a"], ["a", "b"]),
      wdir: fc.constantFrom(".", "w"),
      outs: fc.subarray(["o", "p"]),
      env: fc.subarray(["A", "B"]),
      deps: fc.subarray(["x", "y"]),
      a: fc.constantFrom(undefined, "", "1"),
      x: fc.constantFrom("d1", "d2"),
      value: fc.constantFrom<Json>(1, "1", null, [1], { a: 1 }),
    });
    type Covered = typeof covered extends fc.Arbitrary<infer T> ? T : never;
    const print = ({ a, x, value, ...changes }: Covered) =>
      fingerprint(
        { ...changes, metrics: [] },
        {
          digests: new Map(["x", "y", "w/x", "w/y"].map((path) => [path, path.endsWith("x") ? x : "d0"])),
          parameters: { f: { k: value } },
          environment: { A: a, B: "b" },
        },
      );
    /** The same said in another way, by hand. */
    const meaning = ({ cmd, wdir, outs, env, deps, a, x, value }: Covered) =>
      JSON.stringify([
        [cmd].flat(),
        wdir,
        [...outs].sort(),
        [...env].sort(),
        env.includes("A") ? (a ?? null) : 0,
        [...deps].sort(),
        deps.includes("x") ? x : 0,
        value,
      ]);
    fc.assert(
      fc.property(covered, covered, (one, other) => {
        expect(print(one) === print(other)).toBe(meaning(one) === meaning(other));
      }),
      { numRuns: 2000 },
    );
  });
});
