import { describe, expect, it } from "vitest";
import type { MetricValue } from "../../../src/metrics/metric.ts";
import type { Observations } from "../../../src/metrics/observations.ts";
import { DEFAULT_METRIC_OPTIONS, findMetric } from "../../../src/metrics/registry.ts";
import { prepare } from "./prepare.ts";

function valueOn(name: string, observations: Observations, options = DEFAULT_METRIC_OPTIONS): MetricValue {
  const metric = findMetric(observations.task, name);
  if (metric === null) throw new Error(`no metric ${name}`);
  return prepare(metric, observations, options).value;
}

function binary(positive: number[], score: number[] | null, predicted: number[] | null): Observations {
  return {
    task: "binary",
    positive: Uint8Array.from(positive),
    score: score && Float64Array.from(score),
    predicted: predicted && Uint8Array.from(predicted),
  };
}

function multiclass(codes: number[], predicted: number[], labels = ["ant", "bee", "cat"]): Observations {
  return {
    task: "multiclass",
    labels,
    codes: Int32Array.from(codes),
    probabilities: null,
    predicted: Int32Array.from(predicted),
  };
}

function probabilities(codes: number[], rows: number[][], labels = ["ant", "bee", "cat"]): Observations {
  return {
    task: "multiclass",
    labels,
    codes: Int32Array.from(codes),
    probabilities: Float64Array.from(rows.flat()),
    predicted: null,
  };
}

function regression(values: number[], predicted: number[]): Observations {
  return { task: "regression", values: Float64Array.from(values), predicted: Float64Array.from(predicted) };
}

describe("what has no value says why", () => {
  const cases: [string, Observations, string][] = [
    ["roc_auc", binary([1, 1], [0.1, 0.2], null), "no row is of the negative class"],
    ["roc_auc", binary([0, 0], [0.1, 0.2], null), "no row is of the positive class"],
    ["average_precision", binary([0, 0], [0.1, 0.2], null), "no row is of the positive class"],
    ["roc_auc", binary([0, 1], null, [0, 1]), "the predictions hold decisions and no scores"],
    ["log_loss", binary([0, 1], null, [0, 1]), "the predictions hold decisions and no scores"],
    ["f1", binary([0, 1], [0.1, 0.2], null), "the predictions hold no decisions"],
    ["log_loss", binary([0, 1, 1], [0.1, 1.5, -2], null), "2 of 3 scores are outside [0, 1], first in row 2"],
    ["brier", binary([0, 1, 1], [0.1, 0.5, 3], null), "1 of 3 scores is outside [0, 1], first in row 3"],
    ["ece", binary([0, 1, 1], [-0.1, 0.5, 0.3], null), "1 of 3 scores is outside [0, 1], first in row 1"],
    ["precision", binary([0, 1], null, [0, 0]), "nothing is predicted positive"],
    ["recall", binary([0, 0], null, [0, 1]), "no row is of the positive class"],
    ["specificity", binary([1, 1], null, [0, 1]), "no row is of the negative class"],
    ["balanced_accuracy", binary([1, 1], null, [0, 1]), "no row is of the negative class"],
    ["mcc", binary([0, 1], null, [0, 0]), "nothing is predicted positive"],
    ["mcc", binary([0, 1], null, [1, 1]), "nothing is predicted negative"],
    ["mcc", binary([0, 0], null, [0, 1]), "no row is of the positive class"],
    ["recall_macro", multiclass([0, 1], [0, 2]), 'no row is of the class "cat"'],
    ["balanced_accuracy", multiclass([0, 0], [0, 2]), 'no row is of the classes "bee" and "cat"'],
    ["precision_macro", multiclass([0, 1, 2], [0, 0, 0]), 'nothing is predicted as the classes "bee" and "cat"'],
    ["precision_weighted", multiclass([0, 0, 1], [0, 0, 0]), 'nothing is predicted as the class "bee"'],
    ["cohen_kappa", multiclass([1, 1], [1, 0]), "all rows are of one class"],
    ["mcc", multiclass([1, 1], [1, 0]), "all rows are of one class"],
    ["mcc", multiclass([0, 1], [1, 1]), "one class is predicted for every row"],
    ["log_loss", multiclass([0, 1], [1, 1]), "the predictions hold decisions and no probabilities"],
    [
      "roc_auc_ovr",
      probabilities(
        [0, 1],
        [
          [0.5, 0.25, 0.25],
          [0, 1, 0],
        ],
      ),
      'no row is of the class "cat"',
    ],
    [
      "roc_auc_ovr_weighted",
      probabilities(
        [1, 1],
        [
          [0.5, 0.5],
          [0, 1],
        ],
        ["a", "b"],
      ),
      "all rows are of one class",
    ],
    [
      "log_loss",
      probabilities(
        [0, 1, 2],
        [
          [1, 0, 0],
          [0.5, 0.25, 0],
          [2 / 3, 1, 0],
        ],
      ),
      "the probabilities of 2 of 3 rows do not sum to 1, first in row 2 (0.7500)",
    ],
    [
      "brier",
      probabilities(
        [0, 1],
        [
          [1, 0, 0],
          [1.5, -0.5, 0],
        ],
      ),
      "2 of 6 probabilities are outside [0, 1], first in row 2",
    ],
    ["r2", regression([3], [3]), "one row has no variance"],
    ["mape", regression([3, 0, 0], [3, 1, 1]), "2 of 3 targets are 0, first in row 2"],
    ["rmse", regression([1e200, -1e200], [-1e200, 1e200]), "the value is too large for a double"],
    ["mae", regression([1, Number.NaN], [1, 2]), "1 of 2 targets is NaN or infinite, first in row 2"],
    ["mae", regression([1, 2], [Number.NEGATIVE_INFINITY, 2]), "1 of 2 predictions is NaN or infinite, first in row 1"],
    ["mae", regression([1, 2, 3], [1, 2]), "the target has 3 rows and the predictions have 2"],
    ["accuracy", binary([0, 1], null, [0]), "the target has 2 rows and the predictions have 1"],
    ["roc_auc", binary([0, 1], [0.5], null), "the target has 2 rows and the scores have 1"],
    ["accuracy", binary([0, 3], null, [0, 1]), "1 of 2 targets is neither 0 nor 1, first in row 2"],
    ["accuracy", multiclass([0, 3, -1], [0, 1, 1]), "2 of 3 targets are none of the 3 classes, first in row 2"],
    ["accuracy", multiclass([0, 2], [0, 7]), "1 of 2 decisions is none of the 3 classes, first in row 2"],
    ["accuracy", probabilities([0, 2], [[1, 0, 0]]), "2 rows of 3 classes need 6 probabilities and there are 3"],
  ];

  it.each(cases)("%s of %j: %s", (name, observations, reason) => {
    expect(valueOn(name, observations)).toEqual({ defined: false, reason });
  });

  it("names five classes and counts the rest", () => {
    const labels = ["a", "b", "c", "d", "e", "f", "g", "h|<b>"];
    expect(valueOn("recall_macro", multiclass([0, 0], [0, 0], labels))).toEqual({
      defined: false,
      reason: 'no row is of the classes "b", "c", "d", "e", "f" and 2 more',
    });
  });
});

describe("what has a value that a reader must know more of carries a note", () => {
  const cases: [string, Observations, number, string][] = [
    ["f1", binary([0, 0], null, [0, 0]), 0, "no row is positive and none is predicted positive: 0 by convention"],
    ["f1", binary([0, 0], null, [0, 1]), 0, "no row is positive"],
    ["f1", binary([0, 1], null, [0, 0]), 0, "nothing is predicted positive"],
    ["f1_macro", multiclass([0, 1], [0, 1]), 2 / 3, 'no row is of the class "cat"'],
    ["cohen_kappa", multiclass([0, 1], [1, 1]), 0, "one class is predicted for every row"],
    ["r2", regression([2, 2], [2, 2]), 1, "the target is constant: 1 if predicted exactly, else 0"],
    ["r2", regression([2, 2], [2, 3]), 0, "the target is constant: 1 if predicted exactly, else 0"],
    [
      "log_loss",
      binary([0, 1, 1], [0, 0, 0.5], null),
      (52 * Math.LN2 + Math.LN2) / 3,
      "1 row gives what is true a probability of 0; the loss of such a row is clipped to 36.04",
    ],
    [
      "log_loss",
      probabilities(
        [0, 1, 2],
        [
          [0, 1, 0],
          [1, 0, 0],
          [0, 0, 1],
        ],
      ),
      (104 * Math.LN2) / 3,
      "2 rows give what is true a probability of 0; the loss of such a row is clipped to 36.04",
    ],
    [
      "roc_auc_ovr_weighted",
      probabilities(
        [0, 1],
        [
          [1, 0, 0],
          [0, 1, 0],
        ],
      ),
      1,
      'no row is of the class "cat"',
    ],
  ];

  it.each(cases)("%s of %j is %d: %s", (name, observations, value, note) => {
    expect(valueOn(name, observations)).toEqual({ defined: true, value: expect.closeTo(value, 12), note });
  });

  it("top_k_accuracy with k not below the number of classes", () => {
    const observations = probabilities([2], [[0.5, 0.4, 0.1]]);
    expect(valueOn("top_k_accuracy", observations, { ...DEFAULT_METRIC_OPTIONS, topK: 3 })).toEqual({
      defined: true,
      value: 1,
      note: "k is 3 and there are 3 classes: always 1",
    });
    expect(valueOn("top_k_accuracy", observations)).toEqual({ defined: true, value: 0 });
  });

  it("and what is ordinary carries none", () => {
    expect(valueOn("f1", binary([0, 1], null, [0, 1]))).toEqual({ defined: true, value: 1 });
    expect(valueOn("r2", regression([1, 2], [1, 2]))).toEqual({ defined: true, value: 1 });
  });
});

describe("log_loss", () => {
  it("clips float32 scores at their own epsilon", () => {
    const observations: Observations = {
      task: "binary",
      positive: Uint8Array.of(0, 1),
      score: Float32Array.of(0, 0),
      predicted: null,
    };
    expect(valueOn("log_loss", observations)).toMatchObject({
      value: expect.closeTo((23 * Math.LN2 - Math.log(1 - 2 ** -23)) / 2, 12),
    });
  });

  it("does not lose itself in products of many tiny probabilities", () => {
    const n = 1000;
    const value = valueOn("log_loss", binary(new Array(n).fill(1), new Array(n).fill(1e-15), null));
    expect(value).toMatchObject({ value: expect.closeTo(15 * Math.LN10, 10) });
  });
});

describe("multiclass decisions", () => {
  const rows = [
    [0.4, 0.4, 0.2],
    [0.1, 0.3, 0.6],
  ];

  it("are those of the first largest probability where none are given", () => {
    expect(valueOn("accuracy", probabilities([0, 2], rows))).toEqual({ defined: true, value: 1 });
    expect(valueOn("accuracy", probabilities([1, 2], rows))).toEqual({ defined: true, value: 0.5 });
  });

  it("are taken as given where they are", () => {
    const observations = probabilities([1, 2], rows);
    expect(valueOn("accuracy", { ...observations, predicted: Int32Array.of(1, 2) } as Observations)).toEqual({
      defined: true,
      value: 1,
    });
  });

  it("need no probabilities: sums that are not 1 are no matter to accuracy and top-k", () => {
    const logits = probabilities(
      [0, 1],
      [
        [3, -1, 0],
        [-2, 5, 7],
      ],
    );
    expect(valueOn("accuracy", logits)).toEqual({ defined: true, value: 0.5 });
    expect(valueOn("top_k_accuracy", logits)).toEqual({ defined: true, value: 1 });
    expect(valueOn("roc_auc_ovr", logits)).toMatchObject({ defined: false });
  });
});

it("probability rows may miss 1 by what rounding to four decimals does", () => {
  const rounded = probabilities(
    [0, 1, 2],
    [
      [0.3333, 0.3333, 0.3333],
      [0.1, 0.8, 0.1],
      [0, 0.0005, 1],
    ],
  );
  expect(valueOn("log_loss", rounded)).toMatchObject({ defined: true });
});

it("ece puts a score on an edge into the lower bin", () => {
  // 0.5 and 0.25 share the bin (0, 0.5]: |1 − 0.375| there; 0.75 alone: |0 − 0.75|.
  const options = { ...DEFAULT_METRIC_OPTIONS, calibrationBins: 2 };
  const value = valueOn("ece", binary([1, 1, 0], [0.5, 0.25, 0.75], null), options);
  expect(value).toEqual({ defined: true, value: expect.closeTo((1.25 + 0.75) / 3, 14) });
});

it("pinball weighs what is too low with the quantile and what is too high with the rest", () => {
  const options = { ...DEFAULT_METRIC_OPTIONS, quantile: 0.9 };
  expect(valueOn("pinball", regression([10, 10], [8, 12]), options)).toMatchObject({
    value: expect.closeTo((0.9 * 2 + 0.1 * 2) / 2, 14),
  });
});
