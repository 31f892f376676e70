import { describe, expect, it } from "vitest";
import type { Objective } from "../../../src/config/schema.ts";
import { judge } from "../../../src/gate/judge.ts";
import type { ModelPolicy } from "../../../src/gate/policy.ts";
import type { Measurement, SliceDescriptor } from "../../../src/report/schema.ts";
import { measurement, normal, policyOf, reportGiven, UNMEASURED, unknown, wilson } from "./report-fixture.ts";

const ROWS = 100;

function site(name: string, rows = ROWS): SliceDescriptor {
  return { name: `site = ${name}`, declared: "site", rows };
}

function judgeSlices(
  objectives: readonly Partial<Objective>[],
  slices: readonly SliceDescriptor[],
  measurements: readonly Measurement[],
  policy: Partial<ModelPolicy> = {},
) {
  const report = reportGiven({ slices, measurements });
  const judgement = judge(report, [policyOf(objectives, { slices: ["site"], ...policy })], new Set());
  return { verdict: judgement.verdict, leaves: judgement.models[0]?.objectives ?? [] };
}

function onSites(
  values: readonly number[],
  standardError = 0.01,
): { slices: SliceDescriptor[]; measurements: Measurement[] } {
  const slices = values.map((_, at) => site(String(at)));
  const measurements = values.map((candidate, at) =>
    measurement({ slice: `site = ${at}`, rows: ROWS, candidate, baseline: 0.9, standardError }),
  );
  return { slices, measurements };
}

const relative: Partial<Objective> = { baseline: { tolerance: 0 }, slices: "all" };
const absolute: Partial<Objective> = { min: 0.9, slices: "all" };

describe("relative objectives on slices", () => {
  it("calls none missed for a p-value that is small only because there are many slices", () => {
    // One-sided p 0.0228 among 10: adjusted 0.228.
    const { slices, measurements } = onSites([0.88, ...new Array<number>(9).fill(0.9)]);
    const judged = judgeSlices([relative], slices, measurements);
    expect(judged.verdict).toBe("pass");
    expect(judged.leaves.map(({ status }) => status)).toEqual(new Array(10).fill("undecided"));
    expect(judged.leaves[0]?.reason).toContain("p = 0.228 adjusted for 10 comparisons on slices");
    // The same slice on its own is missed.
    expect(judgeSlices([relative], slices.slice(0, 1), measurements).leaves[0]?.status).toBe("missed");
  });

  it("calls missed what stands out among all slices, and only that", () => {
    const { slices, measurements } = onSites([0.86, ...new Array<number>(9).fill(0.9)]);
    const judged = judgeSlices([relative], slices, measurements);
    expect(judged.verdict).toBe("fail");
    expect(judged.leaves.filter(({ status }) => status === "missed").map(({ slice }) => slice)).toEqual(["site = 0"]);
  });

  it("adjusts over slices and metrics together", () => {
    const { slices, measurements } = onSites([0.877, 0.9]);
    const others = slices.map(({ name }) =>
      measurement({ metric: "accuracy", slice: name, rows: ROWS, candidate: 0.9, baseline: 0.9 }),
    );
    const alone = judgeSlices([relative], slices, [...measurements, ...others]);
    expect(alone.leaves[0]?.status).toBe("missed");
    const together = judgeSlices([relative, { ...relative, metric: "accuracy" }], slices, [...measurements, ...others]);
    expect(together.leaves[0]?.reason).toContain("adjusted for 4 comparisons");
  });

  it("keeps warnings out of what blocks", () => {
    // Nine clear warnings would lower the bar for the one that blocks.
    const { slices, measurements } = onSites([0.88, ...new Array<number>(9).fill(0.5)]);
    const named = { ...relative, slices: ["site = 0"] };
    const others = { ...relative, slices: slices.slice(1).map(({ name }) => name), severity: "warn" as const };
    const judged = judgeSlices([named, others], slices, measurements);
    expect(judged.leaves[0]?.reason).toContain("p = 0.023;".replace(";", ""));
    expect(judged.leaves[0]?.reason).not.toContain("adjusted");
    expect(judged.leaves.slice(1).every(({ blocks }) => !blocks)).toBe(true);
  });

  it("asks each slice for its own, unadjusted proof", () => {
    const { slices, measurements } = onSites([0.93, 0.91]);
    const judged = judgeSlices([{ ...relative, proof: "required" }], slices, measurements);
    expect(judged.leaves.map(({ status }) => status)).toEqual(["met", "undecided"]);
    expect(judged.verdict).toBe("inconclusive");
  });
});

describe("absolute objectives on slices", () => {
  const recallOn = (counts: readonly (readonly [number, number])[]) => ({
    slices: counts.map((_, at) => site(String(at))),
    measurements: counts.map(([successes, trials], at) =>
      measurement({ slice: `site = ${at}`, rows: ROWS, candidate: wilson(successes, trials) }),
    ),
  });

  it("does not call a slice missed that is below the bound by chance", () => {
    const { slices, measurements } = recallOn([
      [17, 20],
      [20, 20],
      [18, 20],
    ]);
    const judged = judgeSlices([absolute], slices, measurements);
    expect(judged.leaves.map(({ status }) => status)).toEqual(["undecided", "met", "met"]);
    expect(judged.verdict).toBe("pass");
  });

  it("calls missed what is below beyond chance", () => {
    const { slices, measurements } = recallOn([
      [8, 20],
      [20, 20],
      [18, 20],
    ]);
    expect(judgeSlices([absolute], slices, measurements).verdict).toBe("fail");
  });

  it("with proof required, what is below blocks and what is not proven blocks", () => {
    const { slices, measurements } = recallOn([
      [17, 20],
      [99, 100],
    ]);
    const judged = judgeSlices([{ ...absolute, proof: "required" }], slices, measurements);
    expect(judged.leaves.map(({ status }) => status)).toEqual(["undecided", "met"]);
    expect(judged.verdict).toBe("inconclusive");
  });

  it("is undecided, and says so, where a slice below the bound has no interval", () => {
    const judged = judgeSlices(
      [absolute],
      [site("A")],
      [measurement({ slice: "site = A", rows: ROWS, candidate: unknown(0.2) })],
    );
    expect(judged.leaves[0]?.status).toBe("undecided");
    expect(judged.leaves[0]?.reason).toContain("no interval: too few groups");
  });
});

describe("the count of objectives that are met", () => {
  const reasonOf = (objectives: readonly Partial<Objective>[], values: readonly number[], rows = ROWS) => {
    const { slices, measurements } = onSites(values);
    const small = [site("small", rows)];
    const report = reportGiven({ slices: [...slices, ...(rows === ROWS ? [] : small)], measurements });
    return judge(report, [policyOf(objectives, { slices: ["site"] })], new Set()).models[0]?.reason;
  };

  it("takes an objective on many slices for one", () => {
    expect(reasonOf([absolute, { ...absolute, min: 0.5 }], [0.95, 0.96, 0.97])).toBe("2 objectives are all met");
  });

  it("takes it for met only where all of its slices meet it", () => {
    expect(reasonOf([absolute, relative], [0.95, 0.9])).toBe("1 of 2 objectives are met; 1 undecided");
    expect(reasonOf([absolute, { ...absolute, min: 0.5 }], [0.95], 5)).toBe(
      "0 of 2 objectives are met; 2 with slices too small to judge",
    );
  });
});

describe("slices with little or no evidence (docs/adr/0003-small-slices.md)", () => {
  const large = measurement({ slice: "site = A", rows: ROWS, candidate: 0.95, baseline: 0.95 });
  const small = measurement({ slice: "site = B", rows: 9, candidate: 0.1, baseline: 0.95 });
  const slices = [site("A"), site("B", 9)];

  it("shows a small slice of `all` as unmeasured and does not block", () => {
    const judged = judgeSlices([absolute], slices, [large, small]);
    expect(judged.verdict).toBe("pass");
    expect(judged.leaves[1]).toMatchObject({ slice: "site = B", status: "unmeasured", blocks: false });
    expect(judged.leaves[1]?.reason).toContain("9 rows of “site = B” are too few to judge (fewer than 30)");
  });

  it.each<readonly [string, Partial<Objective>, SliceDescriptor[]]>([
    ["named", { min: 0.9, slices: ["site = A", "site = B"] }, slices],
    ["under proof", { ...absolute, proof: "required" }, slices],
    ["the only one", absolute, [site("B", 9)]],
  ])("blocks where a small slice is %s", (_what, objective, reported) => {
    const judged = judgeSlices([objective], reported, [large, small]);
    expect(judged.verdict).toBe("error");
    expect(judged.leaves.find(({ slice }) => slice === "site = B")).toMatchObject({
      status: "unmeasured",
      blocks: true,
    });
  });

  it("takes the limit from the policy", () => {
    const judged = judgeSlices([absolute], slices, [large, small], { minRows: 5 });
    expect(judged.verdict).toBe("fail");
  });

  it("takes a column's name for all of its values", () => {
    const judged = judgeSlices([{ min: 0.9, slices: ["site"] }], slices, [large, small]);
    expect(judged.leaves.map(({ slice, blocks }) => [slice, blocks])).toEqual([
      ["site = A", false],
      ["site = B", false],
    ]);
  });

  it.each<readonly [string, Partial<Objective>, SliceDescriptor[], readonly Measurement[], Partial<ModelPolicy>]>([
    [
      "an empty slice",
      absolute,
      [site("A"), { name: "age >= 200", declared: "age >= 200", rows: 0 }],
      [large],
      { slices: ["site", "age >= 200"] },
    ],
    ["a slice that the report lacks", absolute, [site("A")], [large], { slices: ["site", "age >= 65"] }],
    ["a named slice that the report lacks", { min: 0.9, slices: ["site = C"] }, slices, [large, small], {}],
    ["a slice without a measurement", absolute, [site("A"), site("C")], [large], {}],
    ["a slice reported twice", absolute, [site("A"), site("A")], [large], {}],
    ["a measurement reported twice", absolute, [site("A")], [large, large], {}],
    ["a measurement of other rows", absolute, [site("A", 500)], [large], {}],
    [
      "an undefined metric",
      absolute,
      [site("A")],
      [measurement({ slice: "site = A", rows: ROWS, candidate: UNMEASURED })],
      {},
    ],
    ["no slices declared", absolute, [], [large], { slices: [] }],
    ["a resource on slices", { metric: "latency_p95_ms", max: 20, slices: "all" }, [site("A")], [large], {}],
  ])("is an error: %s", (_what, objective, reported, measurements, policy) => {
    const judged = judgeSlices([objective], reported, measurements, policy);
    expect(judged.verdict).toBe("error");
    expect(judged.leaves.some(({ status, blocks }) => status === "unmeasured" && blocks)).toBe(true);
  });

  it("does not count a small slice among the comparisons", () => {
    const judged = judgeSlices([relative], slices, [
      measurement({ slice: "site = A", rows: ROWS, candidate: normal(0.88, 0.01), baseline: 0.9 }),
      small,
    ]);
    expect(judged.leaves[0]).toMatchObject({ status: "missed" });
    expect(judged.leaves[0]?.reason).not.toContain("adjusted");
  });
});
