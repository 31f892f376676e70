import { describe, expect, it } from "vitest";
import { evaluateSchema } from "../../../src/config/schema.ts";
import { DEFAULT_METRIC_OPTIONS, defaultMetrics, findMetric, metricsOf } from "../../../src/metrics/registry.ts";
import { findResourceMetric, RESOURCE_METRICS } from "../../../src/metrics/resource-metrics.ts";

const TASKS = ["binary", "multiclass", "regression"] as const;

describe.each(TASKS)("%s", (task) => {
  it("lists every metric once, with all that the documentation needs", () => {
    const metrics = metricsOf(task);
    expect(new Set(metrics.map((metric) => metric.name)).size).toBe(metrics.length);
    for (const metric of metrics) {
      expect(metric.name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(metric.task).toBe(task);
      expect(metric.label).toMatch(/^[A-Z]/);
      expect(metric.definition).toMatch(/^.{20,}\.$/s);
      expect(metric.range[0]).toBeLessThan(metric.range[1]);
    }
  });

  it("finds metrics by name, and none by another", () => {
    for (const metric of metricsOf(task)) expect(findMetric(task, metric.name)).toBe(metric);
    for (const name of ["", "no_such", "toString", "__proto__"]) expect(findMetric(task, name)).toBeNull();
  });

  it("has its usual metrics", () => {
    expect(defaultMetrics(task).length).toBeGreaterThan(0);
    for (const name of defaultMetrics(task)) expect(findMetric(task, name)).not.toBeNull();
  });
});

it("has the field's metrics under scikit-learn's names", () => {
  const names = Object.fromEntries(
    TASKS.map((task) => [
      task,
      metricsOf(task)
        .map((metric) => metric.name)
        .sort(),
    ]),
  );
  const listed = (text: string) => text.split(" ").sort();
  expect(names).toEqual({
    binary: listed(
      "roc_auc average_precision log_loss brier accuracy balanced_accuracy precision recall specificity f1 mcc ece",
    ),
    multiclass: listed(
      "accuracy balanced_accuracy log_loss brier precision_macro precision_weighted recall_macro recall_weighted f1_macro f1_weighted roc_auc_ovr roc_auc_ovr_weighted top_k_accuracy cohen_kappa mcc ece",
    ),
    regression: listed("rmse mae median_ae r2 mape smape pinball"),
  });
});

it("has the options that the config has where it says nothing", () => {
  const shape = { data: "x.csv", target: "y", model: "m.onnx" };
  const binary = evaluateSchema.parse({ task: "binary", positive: 1, ...shape });
  const multiclass = evaluateSchema.parse({ task: "multiclass", ...shape });
  const regression = evaluateSchema.parse({ task: "regression", ...shape });
  expect(binary).toMatchObject({ calibration_bins: DEFAULT_METRIC_OPTIONS.calibrationBins });
  expect(multiclass).toMatchObject({
    calibration_bins: DEFAULT_METRIC_OPTIONS.calibrationBins,
    top_k: DEFAULT_METRIC_OPTIONS.topK,
  });
  expect(regression).toMatchObject({ quantile: DEFAULT_METRIC_OPTIONS.quantile });
});

it("describes what is measured apart from rows, and none of it under a metric's name", () => {
  for (const metric of RESOURCE_METRICS) {
    expect(findResourceMetric(metric.name)).toBe(metric);
    expect(TASKS.map((task) => findMetric(task, metric.name))).toEqual([null, null, null]);
    expect(metric.definition).toMatch(/^.{20,}\.$/s);
  }
  expect(findResourceMetric("no_such")).toBeNull();
});
