import { describe, expect, it } from "vitest";
import { complaints, type Plain, sampleEvaluate, sampleModel } from "./sample.ts";

const binary = (evaluate: Plain, objectives: readonly Plain[] = []) =>
  sampleModel({ evaluate: sampleEvaluate(evaluate), objectives });
const judged = (objective: Plain, evaluate: Plain = {}) => binary(evaluate, [objective]);
const multiclass = (evaluate: Plain, objectives: readonly Plain[] = []): Plain => ({
  stages: {},
  evaluate: { task: "multiclass", data: "d.csv", target: "t", model: "m.onnx", ...evaluate },
  objectives,
});
const predicting = (evaluate: Plain, objectives: readonly Plain[] = []) =>
  binary({ model: undefined, predictions: "p.parquet", ...evaluate }, objectives);

describe("what is right stays so", () => {
  const fine: readonly (readonly [string, Plain])[] = [
    ["a sample", sampleModel()],
    [
      "every kind of metric",
      binary({ metrics: ["roc_auc", "mine", "latency_p95_ms"], custom: { mine: { sql: "1", better: "lower" } } }),
    ],
    [
      "an objective on a custom metric",
      judged({ metric: "mine", max: -3 }, { custom: { mine: { sql: "1", better: "lower" } } }),
    ],
    ["bounds at the ends of the range", judged({ metric: "roc_auc", min: 0, max: 1 })],
    ["equal bounds", judged({ metric: "roc_auc", min: 0.5, max: 0.5 })],
    ["min and max of a metric without bounds", judged({ metric: "train_minutes", max: 1e9 })],
    [
      "a value of a declared slice",
      judged({ metric: "recall", min: 0.5, slices: ["site = A", "age >= 65"] }, { slices: ["site", "age >= 65"] }),
    ],
    ["predictions with a score", predicting({ score: "p" }, [{ metric: "roc_auc", min: 0.5 }])],
    ["predictions with decisions alone", predicting({ predicted: "p" }, [{ metric: "recall", min: 0.5 }])],
    ["two classes and a default k that nobody uses", multiclass({ labels: ["a", "b"] })],
    [
      "two objectives on one metric",
      binary({}, [
        { metric: "roc_auc", min: 0.5 },
        { metric: "roc_auc", min: 0.6, severity: "warn" },
      ]),
    ],
  ];
  it.each(fine)("%s", (_, model) => {
    expect(complaints(model)).toEqual([]);
  });
});

describe("what cannot be meant is said", () => {
  const wrong: readonly (readonly [string, Plain, string])[] = [
    [
      "a misspelt metric",
      judged({ metric: "roc_acu", min: 0.9 }),
      'models.m.objectives[0].metric: no metric is called "roc_acu"; write roc_auc.',
    ],
    [
      "a metric's last part",
      judged({ metric: "auc", min: 0.9 }),
      'models.m.objectives[0].metric: no metric is called "auc"; write roc_auc.',
    ],
    [
      "a misspelt measure",
      judged({ metric: "latency_p99_ms", max: 9 }),
      'models.m.objectives[0].metric: no metric is called "latency_p99_ms"; write latency_p95_ms.',
    ],
    [
      "another task's metric",
      multiclass({ metrics: ["f1"] }),
      "models.m.evaluate.metrics[0]: f1 is a metric of binary models, and this model's task is multiclass; write f1_macro or f1_weighted.",
    ],
    [
      "another task's longer form",
      binary({ metrics: ["f1_macro"] }),
      "models.m.evaluate.metrics[0]: f1_macro is a metric of multiclass models, and this model's task is binary; write f1.",
    ],
    [
      "a metric like none",
      binary({ metrics: ["q"] }),
      'models.m.evaluate.metrics[0]: no metric is called "q"; write one of roc_auc, average_precision, log_loss, brier, accuracy, balanced_accuracy, precision, recall, specificity, f1, mcc, ece, or describe your own under `custom`.',
    ],
    [
      "an inherited name",
      judged({ metric: "constructor", min: 1 }),
      'models.m.objectives[0].metric: no metric is called "constructor"',
    ],
    [
      "a metric twice",
      binary({ metrics: ["f1", "f1"] }),
      'models.m.evaluate.metrics[1]: "f1" stands here twice; remove one of them.',
    ],
    [
      "a custom name that is taken",
      binary({ custom: { f1: { sql: "1", better: "lower" } } }),
      "models.m.evaluate.custom.f1: f1 is the name of a built-in metric; give it another name.",
    ],
    [
      "a custom name of a measure",
      binary({ custom: { train_minutes: { sql: "1", better: "lower" } } }),
      "train_minutes is the name of a built-in metric",
    ],
    [
      "a bound above the range",
      judged({ metric: "roc_auc", min: 1.2 }),
      "models.m.objectives[0].min: min 1.2 is never met: roc_auc lies between 0 and 1; give a bound that roc_auc can miss and meet.",
    ],
    [
      "a percentage for a ratio",
      judged({ metric: "accuracy", max: 95 }),
      "models.m.objectives[0].max: max 95 is always met: accuracy lies between 0 and 1; write 0.95 if 95% is meant.",
    ],
    [
      "a bound below the range",
      judged({ metric: "log_loss", max: -1 }),
      "models.m.objectives[0].max: max -1 is never met: log_loss is at least 0; give a bound that log_loss can miss and meet.",
    ],
    [
      "a bound that is no bound",
      judged({ metric: "mcc", min: -2 }),
      "models.m.objectives[0].min: min -2 is always met: mcc lies between -1 and 1; give a bound that mcc can miss and meet.",
    ],
    [
      "bounds in the wrong order",
      judged({ metric: "recall", min: 0.9, max: 0.8 }),
      "models.m.objectives[0].min: min 0.9 is greater than max 0.8: no value meets both; exchange them.",
    ],
    [
      "an objective twice",
      binary({}, [
        { metric: "recall", min: 0.9 },
        { metric: "recall", min: 0.9 },
      ]),
      "models.m.objectives[1]: this objective stands here twice; remove one of them.",
    ],
    [
      "all slices of none",
      judged({ metric: "recall", min: 0.9, slices: "all" }),
      "models.m.objectives[0].slices: the objective asks for all slices, and `evaluate.slices` declares none; declare them there.",
    ],
    [
      "a misspelt slice",
      judged({ metric: "recall", min: 0.9, slices: ["sit"] }, { slices: ["site"] }),
      'models.m.objectives[0].slices[0]: `evaluate.slices` does not declare "sit"; write "site", or add it to `evaluate.slices`.',
    ],
    [
      "a slice that is not declared",
      judged({ metric: "recall", min: 0.9, slices: ["age = 3"] }, { slices: ["site"] }),
      '`evaluate.slices` does not declare "age = 3"; add it to `evaluate.slices`.',
    ],
    [
      "slices of a measure",
      judged({ metric: "model_size_mb", max: 9, slices: "all" }, { slices: ["site"] }),
      "models.m.objectives[0].slices: model_size_mb is not measured by slice; remove `slices`.",
    ],
    [
      "a leak",
      binary({ features: ["age", "diagnosis"] }),
      "models.m.evaluate.features[1]: the target is among the features; remove it.",
    ],
    [
      "the target as key",
      binary({ key: "diagnosis" }),
      'models.m.evaluate.key: key is the target column, "diagnosis"; name another column.',
    ],
    [
      "the target as score",
      predicting({ score: "diagnosis" }),
      'models.m.evaluate.score: score is the target column, "diagnosis"; name another column.',
    ],
    [
      "a score without predictions",
      binary({ score: "p" }),
      "models.m.evaluate.score: score is a column of `predictions`, and this model has none; remove it.",
    ],
    [
      "predictions without a column",
      predicting({}),
      "models.m.evaluate: `predictions` does not say which of its columns to read; add `score` or `predicted`.",
    ],
    [
      "features of predictions",
      predicting({ score: "p", features: ["a"] }),
      "models.m.evaluate.features: features feed a model, and this one gives predictions; remove it.",
    ],
    [
      "a ranking of decisions",
      predicting({ predicted: "p" }, [{ metric: "roc_auc", min: 0.5 }]),
      "models.m.objectives[0].metric: roc_auc needs probabilities, and `predictions` names no column of them; add `evaluate.score`.",
    ],
    [
      "the latency of predictions",
      predicting({ score: "p" }, [{ metric: "latency_p95_ms", max: 5 }]),
      "models.m.objectives[0].metric: latency_p95_ms is measured by running a model, and this one gives predictions; remove the objective, or evaluate a `model`.",
    ],
    [
      "k of as many classes",
      multiclass({ labels: ["a", "b", "c"], top_k: 3 }),
      "models.m.evaluate.top_k: with k = 3 of 3 classes every prediction counts as right; give a number less than 3.",
    ],
    [
      "the default k of two classes",
      multiclass({ labels: ["a", "b"], metrics: ["top_k_accuracy"] }),
      "models.m.evaluate.top_k: with k = 2 of 2 classes every prediction counts as right; set it to 1.",
    ],
    [
      "labels and columns that differ",
      multiclass({ model: undefined, predictions: "p", labels: ["a", "b", "c"], scores: ["x", "y"] }),
      "models.m.evaluate.scores: there are 2 columns for 3 labels; name one column for each label, in the order of `labels`.",
    ],
    [
      "a label twice in two types",
      multiclass({ labels: [1, 2, "1"] }),
      'models.m.evaluate.labels[2]: "1" stands here twice; remove one of them.',
    ],
  ];
  it.each(wrong)("%s", (_, model, sentence) => {
    const found = complaints(model);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(sentence);
  });
});
