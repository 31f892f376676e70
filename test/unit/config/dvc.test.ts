import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDvcPipeline } from "../../../src/config/dvc.ts";
import { describeProblem } from "../../../src/problem.ts";

const complaints = (text: string, path = "dvc.yaml") => {
  const parsed = parseDvcPipeline(text, path);
  return parsed.ok ? [] : parsed.problems.map(describeProblem);
};
/** What DVC fills in: `${name}`. */
const template = (name: string) => ["$", "{", name, "}"].join("");
const stage = (lines: string) => `stages:\n  s:\n    cmd: x\n${lines.replaceAll(/^/gm, "    ")}\n`;

describe("a dvc.yaml that is understood", () => {
  it("becomes stages", () => {
    const text = `stages:
  prepare:
    cmd:
      - python prepare.py
      - echo \\\${HOME}
    wdir: ../src
    deps: [../data/raw.csv, prepare.py]
    params:
      - prepare.seed
      - other.yaml:
      - more.yaml: [a, b.c]
    outs:
      - ../data/clean: {cache: false, persist: true, desc: rows}
      - log
    metrics:
      - m.json: {cache: false}
      - n.json
    plots:
      - roc.csv: {x: fpr, y: tpr, template: linear}
    desc: cleans
    meta: {owner: me}
    frozen: false
    always_changed: false
  train:
    cmd: python train.py
plots: [roc.csv]
metrics: [m.json]
params: [other.yaml]
artifacts: {model: {path: m.onnx}}
`;
    const parsed = parseDvcPipeline(text, "ml/dvc.yaml");
    expect(parsed).toEqual({
      ok: true,
      stages: {
        prepare: {
          cmd: ["python prepare.py", `echo ${template("HOME")}`],
          wdir: "src",
          deps: ["../data/raw.csv", "prepare.py"],
          params: ["prepare.seed", { "other.yaml": [] }, { "more.yaml": ["a", "b.c"] }],
          outs: ["log", "roc.csv"],
          // What DVC does not cache may be in git.
          metrics: ["m.json", "n.json", "../data/clean"],
          env: [],
          secrets: [],
          timeout_minutes: 60,
        },
        train: {
          cmd: "python train.py",
          wdir: "ml",
          deps: [],
          params: [],
          outs: [],
          metrics: [],
          env: [],
          secrets: [],
          timeout_minutes: 60,
        },
      },
    });
  });

  it.each([
    ["dvc.yaml", "."],
    ["a/dvc.yaml", "a"],
    ["a/b/dvc.yaml", "a/b"],
  ])("at %s runs in %s", (path, wdir) => {
    const parsed = parseDvcPipeline(stage(""), path);
    expect(parsed.ok && parsed.stages["s"]?.wdir).toBe(wdir);
  });
});

describe("what is refused is named with its line", () => {
  it.each([
    ["vars: [a.yaml]\nstages: {}\n", "dvc.yaml:1:1: vars: DVC's templates are not supported; write the stages out."],
    [
      "stages:\n  s:\n    foreach: [1, 2]\n    do: {cmd: x}\n",
      "dvc.yaml:3:5: stages.s.foreach: DVC's templates are not supported; write the stages out.",
    ],
    [
      `stages:\n  s:\n    matrix: {a: [1]}\n    cmd: x ${template("item.a")}\n`,
      "dvc.yaml:3:5: stages.s.matrix: DVC's templates are not supported; write the stages out.",
    ],
    [
      `stages:\n  s:\n    cmd: x ${template("lr")}\n`,
      "dvc.yaml:3:5: stages.s.cmd: DVC's templates are not supported; write the value out.",
    ],
    [
      stage(`outs: ['${template("model")}']`),
      "dvc.yaml:4:12: stages.s.outs[0]: DVC's templates are not supported; write the value out.",
    ],
    [stage("vars: [x.yaml]"), "dvc.yaml:4:5: stages.s.vars: DVC's templates are not supported; write the stages out."],
    [
      stage("frozen: true"),
      "dvc.yaml:4:5: stages.s.frozen: a frozen stage is never run, so its outputs cannot be made; remove it, or keep the stage's outputs in the repository and remove the stage.",
    ],
    [
      stage("always_changed: true"),
      "dvc.yaml:4:5: stages.s.always_changed: the stage's result depends on something that it does not declare, so it can be neither cached nor made again; declare what it depends on as `deps` or `params`.",
    ],
    [
      stage("deps: ['s3://bucket/data.csv']"),
      'dvc.yaml:4:12: stages.s.deps[0]: expected a path inside the repository, got "s3://bucket/data.csv"; fetch the file in a stage, or keep it in the repository, and name its path.',
    ],
    [
      stage("outs: [/tmp/model: {cache: false}]"),
      'dvc.yaml:4:12: stages.s.outs[0]["/tmp/model"]: expected a path inside the repository, got "/tmp/model"; fetch the file in a stage, or keep it in the repository, and name its path.',
    ],
    [
      stage("wdir: .."),
      'dvc.yaml:4:11: stages.s.wdir: expected a path inside the repository, got ".."; fetch the file in a stage, or keep it in the repository, and name its path.',
    ],
    [stage("dep: [a]"), 'dvc.yaml:4:5: unknown key "dep" in stages.s; write "deps".'],
    [
      stage("outs: [m: {checkpoint: true}]"),
      'dvc.yaml:4:16: unknown key "checkpoint" in stages.s.outs[0].m; known keys here are cache, persist, desc, type, labels, meta, remote, push.',
    ],
    [stage("frozen: 1"), "dvc.yaml:4:13: stages.s.frozen: expected false, got 1; correct the value."],
    ["stage: {}\n", 'dvc.yaml:1:1: unknown key "stage" at the top of the file; write "stages".'],
    ["", "dvc.yaml:1:1: the file: expected a mapping, got nothing; give a value."],
  ])("%j", (text, expected) => {
    expect(complaints(text)).toEqual([expected]);
  });

  it("all of it at once", () => {
    const text = `vars: [a]
stages:
  a: {cmd: x, frozen: true, wat: 1}
  b: {deps: [x]}
  c: {foreach: [1], do: {}}
`;
    expect(complaints(text).map((line) => line.split(";")[0])).toEqual([
      "dvc.yaml:1:1: vars: DVC's templates are not supported",
      "dvc.yaml:3:15: stages.a.frozen: a frozen stage is never run, so its outputs cannot be made",
      'dvc.yaml:3:29: unknown key "wat" in stages.a',
      'dvc.yaml:4:3: stages.b lacks the key "cmd"',
      "dvc.yaml:5:7: stages.c.foreach: DVC's templates are not supported",
    ]);
  });
});

describe("any file", () => {
  it("is a pipeline or problems", () => {
    const keys = fc.constantFrom("cmd", "deps", "params", "outs", "metrics", "plots", "wdir", "frozen", "meta", "x");
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom("a", template("a"), "../a", "a\\b", ["a"], [{ a: null }]),
    );
    const stages = fc.dictionary(fc.constantFrom("a", "b", "constructor", "c d"), fc.dictionary(keys, values));
    fc.assert(
      fc.property(stages, (generated) => {
        const parsed = parseDvcPipeline(JSON.stringify({ stages: generated }), "a/dvc.yaml");
        if (!parsed.ok) {
          expect(parsed.problems.length).toBeGreaterThan(0);
          expect(parsed.problems.map(describeProblem).join("\n")).not.toMatch(/undefined|\[object|Invalid /);
        }
      }),
      { numRuns: 400 },
    );
  });
});
