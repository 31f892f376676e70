import { describe, expect, it } from "vitest";
import { aggregateWithoutInterval, type CustomValues, measureCustom } from "../../../src/measurement/custom.ts";

const SQL = "avg(cost)";

function values(value: number | null, spread = 0.1, events: number | null = 100): CustomValues {
  const leftOut = Array.from({ length: 20 }, (_, at) => (value === null ? null : value + spread * Math.sin(at + 1)));
  return { value, leftOut, events };
}

describe("a metric of the team's own", () => {
  it("has t intervals with 19 degrees of freedom, the difference its own", () => {
    const measured = measureCustom({ sql: SQL, candidate: values(5), baseline: values(4, 0.2), identical: false });
    expect(measured.candidate).toMatchObject({ value: 5, uncertainty: { kind: "t", degreesOfFreedom: 19 } });
    expect(measured.baseline).toMatchObject({ value: 4, uncertainty: { kind: "t" } });
    expect(measured.difference).toMatchObject({ value: 1, uncertainty: { kind: "t", degreesOfFreedom: 19 } });
    // leftOut differ by spread · sin: of the difference by −0.1 · sin.
    const error = (side: typeof measured.candidate | null) =>
      side?.measured === true && side.uncertainty.kind === "t" ? side.uncertainty.standardError : Number.NaN;
    expect(error(measured.difference)).toBeCloseTo(error(measured.candidate), 12);
    expect(error(measured.baseline)).toBeCloseTo(2 * error(measured.candidate), 12);
  });

  it("has no interval from fewer than 10 events", () => {
    const { candidate, difference } = measureCustom({
      sql: SQL,
      candidate: values(5, 0.1, 9),
      baseline: values(4),
      identical: false,
    });
    expect(candidate).toMatchObject({ measured: true, uncertainty: { kind: "unknown" } });
    expect(difference).toMatchObject({ measured: true, value: 1, uncertainty: { kind: "unknown" } });
  });

  it("has no interval for an aggregate that the jackknife gets wrong", () => {
    const { candidate, difference } = measureCustom({
      sql: "max(cost)",
      candidate: values(5),
      baseline: values(4),
      identical: false,
    });
    expect(candidate).toMatchObject({
      value: 5,
      uncertainty: { kind: "unknown", reason: "no interval is known for an extreme" },
    });
    expect(difference).toMatchObject({ value: 1, uncertainty: { kind: "unknown" } });
  });

  it("is not measured where the SQL gives NULL or no finite number", () => {
    const { candidate, difference } = measureCustom({
      sql: SQL,
      candidate: values(null),
      baseline: values(4),
      identical: false,
    });
    expect(candidate).toEqual({ measured: false, reason: "the SQL gives NULL on these rows" });
    expect(difference).toMatchObject({ measured: false });
    const infinite = measureCustom({
      sql: SQL,
      candidate: values(4),
      baseline: { ...values(1), value: Number.POSITIVE_INFINITY },
      identical: false,
    });
    expect(infinite.baseline).toMatchObject({ measured: false });
    expect(infinite.difference).toMatchObject({
      measured: false,
      reason: "the baseline has no value: the SQL gives Infinity on these rows",
    });
  });

  it("knows identical predictions, and takes equal values for no such thing", () => {
    const same = { sql: SQL, candidate: values(5), baseline: values(5) };
    expect(measureCustom({ ...same, identical: true }).difference).toMatchObject({
      uncertainty: { kind: "identical" },
    });
    expect(measureCustom({ ...same, identical: false }).difference).toMatchObject({ uncertainty: { kind: "unknown" } });
  });

  it("has no difference without a baseline", () => {
    expect(measureCustom({ sql: SQL, candidate: values(5), baseline: null, identical: false })).toMatchObject({
      baseline: null,
      difference: null,
      naive: null,
    });
  });
});

describe("aggregateWithoutInterval", () => {
  it.each([
    ["max(score)", "an extreme"],
    ["1.0 * MIN (age)", "an extreme"],
    ["arg_max(a, b)", "an extreme"],
    ["quantile_cont(score, 0.95)", "a quantile"],
    ["approx_quantile(score, 0.5)", "a quantile"],
    ["percentile_cont(0.5) within group (order by score)", "a quantile"],
    ["median(score)", "a quantile"],
    ["count(DISTINCT site)", "a distinct count"],
    ["approx_count_distinct(site)", "a distinct count"],
    ["avg(x) -- it's\n + max(y)", "an extreme"],
  ])("%s is %s", (sql, name) => {
    expect(aggregateWithoutInterval(sql)).toBe(name);
  });

  it.each([
    "1000.0 * count(*) filter (where target = 'malignant' and predicted = 'benign') / count(*)",
    "avg(max_age)",
    "sum(case when site = 'max(a)' then 1 else 0 end)",
    'sum("median(x)")',
    "avg(x) /* not max(x) */ -- nor median(x)",
    "avg(greatest(score, 0.1))",
  ])("%s has one", (sql) => {
    expect(aggregateWithoutInterval(sql)).toBeNull();
  });
});
