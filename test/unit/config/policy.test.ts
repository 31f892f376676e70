import { describe, expect, it } from "vitest";
import { mergePolicy } from "../../../src/config/policy.ts";
import { policyChanges } from "../../../src/config/policy-changes.ts";
import { mustParse, type Plain, sampleEvaluate, sampleModel } from "./sample.ts";

const STAGES = { train: { cmd: "python train.py", outs: ["other.onnx"] } };

describe("mergePolicy", () => {
  const base = mustParse({ m: sampleModel({ baseline: "v1" }), gone: sampleModel() });
  const head = mustParse({
    fresh: sampleModel(),
    m: sampleModel({
      stages: STAGES,
      evaluate: sampleEvaluate({ model: "other.onnx", data: "easy.csv", threshold: 0.1, target: "other" }),
      objectives: [],
      baseline: "base",
    }),
  });
  const merged = mergePolicy(base, head);

  it("takes how a model is made from the head and all else from the base", () => {
    const model = merged.config.models["m"];
    expect(model?.stages?.["train"]?.cmd).toBe("python train.py");
    expect(model?.evaluate).toEqual({ ...base.models["m"]?.evaluate, model: "other.onnx" });
    expect(model?.objectives).toEqual(base.models["m"]?.objectives);
    expect(model?.baseline).toBe("v1");
  });

  it("names what is proposed and what is removed", () => {
    expect(Object.keys(merged.config.models)).toEqual(["m", "fresh"]);
    expect([...merged.proposed]).toEqual(["fresh"]);
    expect(merged.removed).toEqual(["gone"]);
    expect(merged.source).toBe("base");
  });

  it("proposes everything where the base has no config, and removes everything where the head has none", () => {
    const first = mergePolicy(null, head);
    expect(first).toMatchObject({ source: "proposed", config: head, removed: [] });
    expect([...first.proposed]).toEqual(["fresh", "m"]);
    const last = mergePolicy(base, null);
    expect(last).toMatchObject({ source: "base", removed: ["m", "gone"] });
    expect(last.config.models).toEqual({});
    expect(mergePolicy(null, null).config.models).toEqual({});
  });

  it("changes from stages to a pipeline with the head", () => {
    const moved = mustParse({ m: sampleModel({ stages: undefined, pipeline: "dvc.yaml" }) });
    const { m } = mergePolicy(base, moved).config.models;
    expect(m?.pipeline).toBe("dvc.yaml");
    expect(m !== undefined && "stages" in m).toBe(false);
  });

  it("lets the base say whether a model or predictions are judged", () => {
    const faked = mustParse({
      m: sampleModel({ evaluate: sampleEvaluate({ model: undefined, predictions: "p.csv", score: "s" }) }),
    });
    expect(mergePolicy(base, faked).config.models["m"]?.evaluate).toEqual(base.models["m"]?.evaluate);
  });

  it("does not mistake inherited properties for models", () => {
    const odd = mustParse({ constructor: sampleModel(), valueOf: sampleModel() });
    const both = mergePolicy(base, odd);
    expect([...both.proposed]).toEqual(["constructor", "valueOf"]);
    expect(mergePolicy(odd, base).removed).toEqual(["constructor", "valueOf"]);
  });

  it("leaves both sides as they were", () => {
    const [before, after] = [structuredClone(base), structuredClone(head)];
    mergePolicy(base, head);
    expect([base, head]).toEqual([before, after]);
  });
});

describe("policyChanges", () => {
  const changes = (before: Plain, after: Plain) => policyChanges(mustParse({ m: before }), mustParse({ m: after }));
  const objectives = (...list: readonly Plain[]) =>
    sampleModel({ objectives: list, evaluate: sampleEvaluate({ slices: ["site"] }) });
  const evaluate = (settings: Plain) => sampleModel({ evaluate: sampleEvaluate(settings) });
  const auc = { metric: "roc_auc", min: 0.97 };
  const relative = (tolerance: unknown) => ({ metric: "roc_auc", baseline: { tolerance } });

  it.each<readonly [string, Plain, Plain, readonly string[]]>([
    ["nothing", sampleModel(), sampleModel(), []],
    [
      "an objective more",
      objectives(),
      objectives({ ...auc, proof: "required", severity: "warn" }),
      ["m: objective added: roc_auc min 0.97 (proof required, warns only)"],
    ],
    ["an objective less", objectives(auc), objectives(), ["m: objective removed: roc_auc min 0.97"]],
    ["a lower min", objectives(auc), objectives({ ...auc, min: 0.9 }), ["m: roc_auc min loosened from 0.97 to 0.9"]],
    [
      "a higher min",
      objectives(auc),
      objectives({ ...auc, min: 0.98 }),
      ["m: roc_auc min tightened from 0.97 to 0.98"],
    ],
    [
      "a higher max",
      objectives({ metric: "log_loss", max: 1 }),
      objectives({ metric: "log_loss", max: 2 }),
      ["m: log_loss max loosened from 1 to 2"],
    ],
    [
      "a smaller tolerance",
      objectives(relative("10%")),
      objectives(relative("5%")),
      ["m: roc_auc tolerance to the baseline tightened from 10% to 5%"],
    ],
    ["the same tolerance, spelt otherwise", objectives(relative("5%")), objectives(relative("5.0%")), []],
    [
      "a tolerance of another unit",
      objectives(relative("5%")),
      objectives(relative(0.05)),
      ["m: roc_auc tolerance to the baseline changed from 5% to 0.05"],
    ],
    [
      "a first tolerance",
      objectives(relative(0)),
      objectives(relative("5%")),
      ["m: roc_auc tolerance to the baseline loosened from 0 to 5%"],
    ],
    [
      "no proof",
      objectives({ ...auc, proof: "required" }),
      objectives(auc),
      ["m: roc_auc min loosened: proof is no longer required"],
    ],
    [
      "a warning",
      objectives(auc),
      objectives({ ...auc, severity: "warn" }),
      ["m: roc_auc min loosened: it now only warns"],
    ],
    ["one of two bounds", objectives({ ...auc, max: 1 }), objectives(auc), ["m: objective removed: roc_auc max 1"]],
    [
      "slices",
      objectives({ ...auc, slices: "all" }),
      objectives({ ...auc, slices: ["site"] }),
      ["m: objective removed: roc_auc min on every slice 0.97", 'm: objective added: roc_auc min on "site" 0.97'],
    ],
    ["the order alone", objectives(auc, relative(0)), objectives(relative(0), auc), []],
    ["one objective in two", objectives({ ...auc, max: 0.99 }), objectives({ metric: "roc_auc", max: 0.99 }, auc), []],
    [
      "one of two on a metric",
      objectives(auc, { ...auc, min: 0.8, severity: "warn" }),
      objectives({ ...auc, min: 0.7, severity: "warn" }, auc),
      ["m: roc_auc min loosened from 0.8 to 0.7"],
    ],
    [
      "the data",
      evaluate({}),
      evaluate({ data: "easy.csv" }),
      ['m: evaluate.data changes from "data/test.csv" to "easy.csv"'],
    ],
    ["the threshold", evaluate({}), evaluate({ threshold: 0.4 }), ["m: evaluate.threshold changes from 0.5 to 0.4"]],
    [
      "a group",
      evaluate({ group: "patient" }),
      evaluate({}),
      ['m: evaluate.group is no longer set (it was "patient")'],
    ],
    [
      "slices",
      evaluate({ slices: ["a", "b"] }),
      evaluate({ slices: ["b", "c"] }),
      ['m: evaluate.slices loses "a"', 'm: evaluate.slices gains "c"'],
    ],
    [
      "the order of metrics",
      evaluate({ metrics: ["recall", "f1"] }),
      evaluate({ metrics: ["f1", "recall"] }),
      ["m: evaluate.metrics changes its order"],
    ],
    [
      "a metric's SQL",
      evaluate({ custom: { x: { sql: "1", better: "lower" } } }),
      evaluate({ custom: { x: { sql: "2", better: "lower" }, y: { sql: "3", better: "lower" } } }),
      [
        'm: evaluate.custom.x.sql changes from "1" to "2"',
        'm: evaluate.custom.y is set to {"sql":"3","better":"lower"}',
      ],
    ],
    [
      "predictions",
      evaluate({}),
      evaluate({ model: undefined, predictions: "p.csv", score: "s" }),
      ["m: evaluate takes the predictions instead of the model", 'm: evaluate.score is set to "s"'],
    ],
    ["the baseline", sampleModel(), sampleModel({ baseline: "v1" }), ['m: baseline changes from "base" to "v1"']],
    [
      "how it is made",
      sampleModel(),
      sampleModel({ stages: STAGES, evaluate: sampleEvaluate({ model: "other.onnx" }) }),
      [],
    ],
  ])("of %s", (_, before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  it("names models that come and go", () => {
    const [one, two] = [mustParse({ a: sampleModel() }), mustParse({ b: sampleModel() })];
    expect(policyChanges(one, two)).toEqual(["a: no longer governed", "b: newly governed"]);
    expect(policyChanges(null, one)).toEqual(["a: newly governed"]);
    expect(policyChanges(one, null)).toEqual(["a: no longer governed"]);
    expect(policyChanges(null, null)).toEqual([]);
  });
});

describe("what feeds a model", () => {
  const withFeatures = (features?: readonly string[]) =>
    mustParse({ m: sampleModel({ evaluate: sampleEvaluate({ features }) }) });

  it("is the head's to say, as is how the model is made", () => {
    const merged = mergePolicy(withFeatures(["a", "b"]), withFeatures(["b", "a", "c"]));
    expect(merged.config.models["m"]?.evaluate.features).toEqual(["b", "a", "c"]);
    expect(mergePolicy(withFeatures(["a"]), withFeatures()).config.models["m"]?.evaluate.features).toBeUndefined();
    expect(policyChanges(withFeatures(["a", "b"]), withFeatures(["b", "a", "c"]))).toEqual([]);
  });
});
