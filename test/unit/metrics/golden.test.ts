import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decideByLargest } from "../../../src/metrics/decide.ts";
import type { AnyMetric, MetricOptions, PreparedMetric } from "../../../src/metrics/metric.ts";
import type { FloatArray, Observations } from "../../../src/metrics/observations.ts";
import { metricsOf } from "../../../src/metrics/registry.ts";
import { prepare } from "./prepare.ts";

type Plain = number | "NaN" | "Infinity" | "-Infinity";
type FloatType = "float32" | "float64";
type Expectation = { readonly value: number } | { readonly undefined: true; readonly reference: unknown };
type Case = {
  readonly name: string;
  readonly options: MetricOptions;
  readonly expected: Readonly<Record<string, Expectation>>;
} & (
  | {
      readonly task: "binary";
      readonly positive: number[];
      readonly score: Plain[] | null;
      readonly scoreType: FloatType | null;
      readonly predicted: number[];
    }
  | {
      readonly task: "multiclass";
      readonly labels: string[];
      readonly codes: number[];
      readonly probabilities: Plain[] | null;
      readonly probabilityType: FloatType | null;
      readonly predicted: number[] | null;
    }
  | {
      readonly task: "regression";
      readonly values: Plain[];
      readonly predicted: Plain[];
      readonly predictedType: FloatType;
    }
);

const golden = JSON.parse(readFileSync(new URL("../../fixtures/golden/metrics.json", import.meta.url), "utf8")) as {
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
};

function floats(values: readonly Plain[] | null, type: FloatType | null): FloatArray | null {
  if (values === null) return null;
  return type === "float32" ? Float32Array.from(values, Number) : Float64Array.from(values, Number);
}

function observe(entry: Case): Observations {
  switch (entry.task) {
    case "binary":
      return {
        task: "binary",
        positive: Uint8Array.from(entry.positive),
        score: floats(entry.score, entry.scoreType),
        predicted: Uint8Array.from(entry.predicted),
      };
    case "multiclass":
      return {
        task: "multiclass",
        labels: entry.labels,
        codes: Int32Array.from(entry.codes),
        probabilities: floats(entry.probabilities, entry.probabilityType),
        predicted: entry.predicted && Int32Array.from(entry.predicted),
      };
    case "regression":
      return {
        task: "regression",
        values: Float64Array.from(entry.values, Number),
        predicted: floats(entry.predicted, entry.predictedType) ?? new Float64Array(),
      };
  }
}

/** A few units in the last place of numbers around 1; variances far from zero lose some more. */
function tolerance(entry: Case, value: number): number {
  return (entry.name === "far from zero" ? 1e-9 : 1e-12) * Math.max(1, Math.abs(value));
}

describe.each(golden.cases)(`$task, $name: as scikit-learn ${golden.versions["scikit-learn"]}`, (entry) => {
  const observations = observe(entry);

  it.each(metricsOf(entry.task).map((metric): [string, AnyMetric] => [metric.name, metric]))("%s", (name, metric) => {
    const prepared: PreparedMetric = prepare(metric, observations, entry.options);
    const expected = entry.expected[name];
    if (expected === undefined) throw new Error(`the script has no expectation for ${name}`);

    if ("value" in expected) {
      expect(prepared.value).toMatchObject({ defined: true });
      const value = prepared.value.defined ? prepared.value.value : Number.NaN;
      expect(Math.abs(value - expected.value)).toBeLessThanOrEqual(tolerance(entry, expected.value));
    } else {
      expect(prepared.value).toEqual({ defined: false, reason: expect.stringMatching(/\w+ .*\w+/) });
      expect(prepared.resample(new Uint32Array(1_000).fill(1))).toBeNaN();
    }
  });
});

it("covers every metric with a value and with none, as far as it can be undefined", () => {
  for (const task of ["binary", "multiclass", "regression"] as const) {
    const cases = golden.cases.filter((entry) => entry.task === task);
    for (const { name } of metricsOf(task)) {
      const defined = cases.filter((entry) => "value" in (entry.expected[name] ?? {})).length;
      expect(defined, name).toBeGreaterThan(8);
      expect(cases.length - defined, name).toBeGreaterThan(1);
    }
  }
});

it("decides a multiclass row for its first largest probability, as numpy's argmax", () => {
  expect(decideByLargest(Float64Array.of(0.4, 0.4, 0.2, 0.2, 0.4, 0.4), 3)).toEqual(Int32Array.of(0, 1));
});
