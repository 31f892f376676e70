import { describe, expect, it } from "vitest";
import { type MeasureRequest, measure } from "../../../src/measurement/measure.ts";
import { defaultMetrics, metricsOf } from "../../../src/metrics/registry.ts";
import type { SliceRows } from "../../../src/ports.ts";
import type { Measured, Measurement } from "../../../src/report/schema.ts";
import { intervalOf } from "../../../src/statistics/interval.ts";
import { binaryData, multiclassData, OPTIONS, regressionData } from "./sample-data.ts";

type Given = Pick<MeasureRequest, "target" | "candidate" | "baseline"> & Partial<MeasureRequest>;

function measured(given: Given) {
  return measure({
    groups: null,
    slices: [],
    metrics: metricsOf(given.target.task).map(({ name }) => name),
    options: OPTIONS,
    minRows: 30,
    seed: "test",
    tests: 1,
    ...given,
  });
}

function find(measurements: readonly Measurement[], metric: string, slice: string | null = null): Measurement {
  const found = measurements.find((each) => each.metric === metric && each.slice === slice);
  if (found === undefined) throw new Error(`${metric} on ${slice} is not measured`);
  return found;
}

function kindOf(value: Measured | null): string {
  if (value === null) return "none";
  return value.measured ? value.uncertainty.kind : "unmeasured";
}

function numberOf(value: Measured | null): number {
  if (value?.measured !== true) throw new Error("there is no value");
  return value.value;
}

function slice(name: string, member: Uint8Array): SliceRows {
  return { name, declared: "site", member, rows: member.reduce((sum, isMember) => sum + isMember, 0) };
}

describe("which interval a metric gets", () => {
  it.each<readonly [string, string, string]>([
    ["roc_auc", "normal", "normal"],
    ["accuracy", "wilson", "tango"],
    ["recall", "wilson", "tango"],
    ["specificity", "wilson", "tango"],
    ["precision", "wilson", "resampled"],
    ["f1", "resampled", "resampled"],
    ["mcc", "resampled", "resampled"],
    ["balanced_accuracy", "resampled", "resampled"],
    ["average_precision", "resampled", "resampled"],
  ])("%s: %s, its difference: %s", (metric, kind, differenceKind) => {
    const { measurements } = measured({ ...binaryData(300), metrics: [metric] });
    const { candidate, baseline, difference } = find(measurements, metric);
    expect([kindOf(candidate), kindOf(baseline), kindOf(difference)]).toEqual([kind, kind, differenceKind]);
  });

  it.each(["log_loss", "brier"])("%s: from the loss of each row", (metric) => {
    const { candidate, difference } = find(measured({ ...binaryData(300), metrics: [metric] }).measurements, metric);
    expect(["t", "resampled"]).toContain(kindOf(candidate));
    expect(["t", "resampled"]).toContain(kindOf(difference));
  });

  it.each([
    ["binary", binaryData(300)],
    ["multiclass", multiclassData(300)],
    ["regression", regressionData(300)],
  ] as const)("every %s metric has an interval around its value and its difference, or a reason", (_task, data) => {
    const { measurements } = measured(data);
    for (const { metric, candidate, baseline, difference } of measurements) {
      for (const each of [candidate, baseline, difference]) {
        if (each?.measured !== true) throw new Error(`${metric} is not measured`);
        if (each.uncertainty.kind === "unknown") {
          // The calibration error is biased upwards, and says so.
          expect(metric).toBe("ece");
          continue;
        }
        const interval = intervalOf(each, 0.95);
        if (!interval.known) throw new Error(`${metric}: ${interval.reason}`);
        expect(interval.low).toBeLessThanOrEqual(each.value);
        expect(interval.high).toBeGreaterThanOrEqual(each.value);
        expect(interval.high).toBeGreaterThan(interval.low);
      }
      expect(numberOf(difference)).toBe(numberOf(candidate) - numberOf(baseline));
      // A known trap: a model compared with itself.
      expect(numberOf(candidate)).not.toBe(numberOf(baseline));
    }
  });
});

describe("pairs and slices", () => {
  it("measures a slice as if its rows were all there is, the naive model apart", () => {
    const data = binaryData(400);
    const member = Uint8Array.from({ length: 400 }, (_, row) => (row % 3 === 0 ? 1 : 0));
    const rows = Array.from(member.keys()).filter((row) => member[row] === 1);
    const cut = <A extends Uint8Array | Float64Array>(values: A): A =>
      values.filter((_: number, row: number) => member[row] === 1) as A;
    const cutSide = ({ score, predicted }: (typeof data)["candidate"]) => ({
      task: "binary" as const,
      score: score && Float64Array.from(rows, (row) => score[row] ?? 0),
      predicted: predicted && cut(predicted),
    });
    const metrics = ["roc_auc", "accuracy", "log_loss", "recall"];
    const whole = measured({ ...data, metrics, slices: [slice("site = A", member)] });
    const alone = measured({
      target: { task: "binary", positive: cut(data.target.positive) },
      candidate: cutSide(data.candidate),
      baseline: cutSide(data.baseline),
      metrics,
    });
    for (const metric of metrics) {
      const inSlice = find(whole.measurements, metric, "site = A");
      const byItself = find(alone.measurements, metric);
      expect(inSlice.rows).toBe(134);
      expect(inSlice.candidate).toEqual(byItself.candidate);
      expect(inSlice.difference).toEqual(byItself.difference);
    }
    expect(whole.slices).toEqual([{ name: "site = A", declared: "site", rows: 134 }]);
  });

  it("finds identical predictions, metric by metric in what it reads", () => {
    const { target, candidate } = binaryData(200);
    const sharper = { ...candidate, score: candidate.score?.map((score) => score ** 2) ?? null };
    const { measurements } = measured({
      target,
      candidate,
      baseline: sharper,
      metrics: ["accuracy", "f1", "log_loss", "roc_auc"],
    });
    expect(kindOf(find(measurements, "accuracy").difference)).toBe("identical");
    expect(kindOf(find(measurements, "f1").difference)).toBe("identical");
    expect(kindOf(find(measurements, "log_loss").difference)).not.toBe("identical");
    const { measurements: same } = measured({ target, candidate, baseline: { ...candidate } });
    for (const { difference } of same) {
      expect(kindOf(difference)).toBe("identical");
      expect(numberOf(difference)).toBe(0);
    }
  });

  it("is the same for the same seed, and without the other metrics and slices", () => {
    const data = binaryData(200);
    const member = Uint8Array.from({ length: 200 }, (_, row) => row % 2);
    const all = measured({ ...data, slices: [slice("site = A", member)] });
    expect(measured({ ...data, slices: [slice("site = A", member)] })).toEqual(all);
    const one = measured({ ...data, metrics: ["f1"] });
    expect(find(one.measurements, "f1")).toEqual(find(all.measurements, "f1"));
    const other = measured({ ...data, metrics: ["average_precision"], seed: "other" });
    expect(find(other.measurements, "average_precision")).not.toEqual(find(all.measurements, "average_precision"));
  });

  it("makes as many resamples as the comparisons need, but not for slices that are too small to be judged", () => {
    const data = binaryData(300);
    const [large, small] = [200, 25].map((rows) => Uint8Array.from({ length: 300 }, (_, row) => (row < rows ? 1 : 0)));
    const slices = [slice("large", large ?? new Uint8Array()), slice("small", small ?? new Uint8Array())];
    const { measurements } = measured({ ...data, metrics: ["f1"], slices, tests: 200 });
    const resamples = (name: string | null) => {
      const { candidate } = find(measurements, "f1", name);
      return candidate.measured && candidate.uncertainty.kind === "resampled" ? candidate.uncertainty.resamples : 0;
    };
    expect(resamples("large")).toBeGreaterThan(7000);
    expect(resamples("small")).toBeLessThanOrEqual(2000);
    expect(resamples("small")).toBeGreaterThan(0);
  });
});

describe("groups", () => {
  const data = binaryData(400);
  const groupsOf = (count: number) => ({ codes: Int32Array.from({ length: 400 }, (_, row) => row % count), count });

  it("resamples whole groups for every metric", () => {
    const { measurements } = measured({
      ...data,
      groups: groupsOf(80),
      metrics: ["roc_auc", "accuracy", "recall", "log_loss", "f1"],
    });
    for (const { candidate, difference } of measurements) {
      expect(kindOf(candidate)).toBe("resampled");
      expect(kindOf(difference)).toBe("resampled");
    }
  });

  it("knows no interval from fewer than 20 groups, on all rows and on a slice", () => {
    const { measurements } = measured({ ...data, groups: groupsOf(19), metrics: ["roc_auc", "accuracy"] });
    for (const { candidate, difference } of measurements) {
      expect(kindOf(candidate)).toBe("unknown");
      expect(kindOf(difference)).toBe("unknown");
    }
    const member = Uint8Array.from({ length: 400 }, (_, row) => (row % 80 < 15 ? 1 : 0));
    const onSlice = measured({ ...data, groups: groupsOf(80), metrics: ["accuracy"], slices: [slice("s", member)] });
    expect(kindOf(find(onSlice.measurements, "accuracy").candidate)).toBe("resampled");
    expect(kindOf(find(onSlice.measurements, "accuracy", "s").candidate)).toBe("unknown");
  });

  it("widens the interval where rows of a group agree", () => {
    // Each row ten times over: 400 rows that are worth 40.
    const repeated = <A extends Uint8Array | Float64Array>(values: A): A =>
      values.map((_, row) => values[row % 40] ?? 0) as A;
    const side = ({ score, predicted }: (typeof data)["candidate"]) => ({
      task: "binary" as const,
      score: score && Float64Array.from(score, (_, row) => score[row % 40] ?? 0),
      predicted: predicted && repeated(predicted),
    });
    const given = {
      target: { task: "binary" as const, positive: repeated(data.target.positive) },
      candidate: side(data.candidate),
      baseline: side(data.baseline),
      metrics: ["accuracy"],
    };
    const width = (groups: MeasureRequest["groups"]) => {
      const { candidate } = find(measured({ ...given, groups }).measurements, "accuracy");
      const interval = candidate.measured ? intervalOf(candidate, 0.95) : { known: false as const };
      return interval.known ? interval.high - interval.low : 0;
    };
    expect(width(groupsOf(40))).toBeGreaterThan(2 * width(null));
  });
});

describe("what cannot be measured", () => {
  const data = binaryData(100);

  it("has a reason: no scores, no decisions, one class, no rows", () => {
    const { measurements } = measured({
      ...data,
      candidate: { ...data.candidate, score: null },
      baseline: { ...data.baseline, predicted: null },
      metrics: ["roc_auc", "accuracy"],
    });
    expect(find(measurements, "roc_auc").candidate).toMatchObject({
      measured: false,
      reason: expect.stringContaining("score"),
    });
    expect(kindOf(find(measurements, "roc_auc").baseline)).toBe("normal");
    expect(find(measurements, "roc_auc").difference).toMatchObject({
      measured: false,
      reason: expect.stringContaining("the candidate has no value"),
    });
    expect(kindOf(find(measurements, "accuracy").candidate)).toBe("wilson");
    expect(find(measurements, "accuracy").difference).toMatchObject({
      measured: false,
      reason: expect.stringContaining("the baseline has no value"),
    });
  });

  it("measures nothing on an empty slice and no AUC on one class", () => {
    const empty = slice("empty", new Uint8Array(100));
    const negatives = slice(
      "negatives",
      data.target.positive.map((isPositive) => 1 - isPositive),
    );
    const { measurements } = measured({ ...data, slices: [empty, negatives], metrics: ["roc_auc", "accuracy"] });
    expect(find(measurements, "accuracy", "empty")).toMatchObject({ rows: 0, candidate: { measured: false } });
    expect(kindOf(find(measurements, "roc_auc", "negatives").candidate)).toBe("unmeasured");
    expect(kindOf(find(measurements, "accuracy", "negatives").candidate)).toBe("wilson");
  });

  it("has neither baseline nor difference without a baseline", () => {
    for (const { baseline, difference } of measured({ ...data, baseline: null, metrics: ["roc_auc", "f1"] })
      .measurements) {
      expect([baseline, difference]).toEqual([null, null]);
    }
  });

  it("refuses what is no metric of the task, and predictions of another", () => {
    expect(() => measured({ ...data, metrics: ["rmse"] })).toThrow("no binary metric called rmse");
    expect(() => measured({ ...data, candidate: regressionData(100).candidate })).toThrow(RangeError);
  });
});

it("measures the naive model as a yardstick without an interval", () => {
  const { measurements } = measured({ ...binaryData(200), metrics: ["roc_auc", "accuracy", "precision"] });
  expect(find(measurements, "roc_auc").naive).toMatchObject({
    measured: true,
    value: 0.5,
    uncertainty: { kind: "unknown" },
  });
  expect(numberOf(find(measurements, "accuracy").naive)).toBeGreaterThan(0.5);
  expect(kindOf(find(measurements, "precision").naive)).toBe("unmeasured");
});

it("describes metrics as the report wants them", () => {
  const { metrics } = measured({ ...regressionData(50), metrics: [...defaultMetrics("regression")] });
  expect(metrics.map(({ name, range, better }) => [name, range, better])).toEqual([
    ["rmse", [0, null], "lower"],
    ["mae", [0, null], "lower"],
    ["r2", [null, 1], "higher"],
  ]);
});
