import { describe, expect, it } from "vitest";
import type { Objective } from "../../../src/config/schema.ts";
import { judge } from "../../../src/gate/judge.ts";
import type { ObjectiveStatus, Verdict } from "../../../src/gate/verdict.ts";
import type { Measured, ModelPerformance, Performance } from "../../../src/report/schema.ts";
import { type Given, normal, policyOf, reportGiven, UNMEASURED } from "./report-fixture.ts";

function side(
  given: { p50?: Measured; p95?: Measured; rate?: Measured; stages?: Performance["stages"] } = {},
): Performance {
  return {
    latency: {
      runs: 200,
      batchRows: 1,
      throughputBatchRows: 16_384,
      p50Ms: given.p50 ?? normal(2, 0.1),
      p95Ms: given.p95 ?? normal(5, 0.2),
      rowsPerSecond: given.rate ?? normal(500, 10),
    },
    stages: given.stages ?? [
      { name: "train", restored: false, wallSeconds: 600, cpuSeconds: 1200, peakMemoryBytes: 3e9 },
    ],
  };
}

const usual: ModelPerformance = {
  candidate: side(),
  baseline: side(),
  differences: { p50Ms: normal(0, 0.05), p95Ms: normal(0, 0.1) },
};

function judgeResource(objective: Partial<Objective>, given: Given = { performance: usual }) {
  const judgement = judge(reportGiven(given), [policyOf([objective])], new Set());
  const leaf = judgement.models[0]?.objectives[0];
  if (leaf === undefined) throw new Error("there is no leaf");
  return { verdict: judgement.verdict, leaf };
}

describe("resource objectives", () => {
  it.each<readonly [Partial<Objective>, ObjectiveStatus, Verdict]>([
    [{ metric: "latency_p50_ms", max: 3 }, "met", "pass"],
    [{ metric: "latency_p95_ms", max: 4.9 }, "missed", "fail"],
    [{ metric: "latency_p95_ms", max: 5.2, proof: "required" }, "undecided", "inconclusive"],
    [{ metric: "throughput_rows_per_second", min: 400, proof: "required" }, "met", "pass"],
    [{ metric: "throughput_rows_per_second", min: 600 }, "missed", "fail"],
    [{ metric: "model_size_mb", max: 1, proof: "required" }, "met", "pass"],
    [{ metric: "model_size_mb", max: 0.999 }, "missed", "fail"],
    [{ metric: "train_minutes", max: 10 }, "met", "pass"],
    [{ metric: "train_minutes", max: 9.9 }, "missed", "fail"],
    [{ metric: "train_minutes", max: 30, proof: "required" }, "undecided", "inconclusive"],
    [{ metric: "train_cpu_minutes", max: 20 }, "met", "pass"],
    [{ metric: "train_peak_memory_mb", max: 2999 }, "missed", "fail"],
    [{ metric: "latency_p95_ms", baseline: { tolerance: "10%" } }, "met", "pass"],
    [{ metric: "throughput_rows_per_second", baseline: { tolerance: "10%" } }, "met", "pass"],
    [{ metric: "throughput_rows_per_second", baseline: { tolerance: 1 } }, "undecided", "pass"],
    [{ metric: "model_size_mb", baseline: { tolerance: 0 }, proof: "required" }, "met", "pass"],
    [{ metric: "train_minutes", baseline: { tolerance: 0 } }, "met", "pass"],
    [{ metric: "train_minutes", baseline: { tolerance: 0 }, proof: "required" }, "undecided", "inconclusive"],
  ])("%j is %s", (objective, status, verdict) => {
    const judged = judgeResource(objective);
    expect(judged.leaf.status).toBe(status);
    expect(judged.verdict).toBe(verdict);
  });

  it("lower and higher are better where they should be", () => {
    const slower = {
      candidate: side({ p95: normal(7, 0.2), rate: normal(300, 10) }),
      baseline: side(),
      differences: { p50Ms: normal(0, 0.05), p95Ms: normal(2, 0.1) },
    };
    const given = { performance: slower, sizes: { candidate: 2_000_000, baseline: 1_000_000 } };
    expect(judgeResource({ metric: "latency_p95_ms", baseline: { tolerance: "10%" } }, given).leaf.status).toBe(
      "missed",
    );
    expect(
      judgeResource({ metric: "throughput_rows_per_second", baseline: { tolerance: "10%" } }, given).leaf.status,
    ).toBe("missed");
    expect(judgeResource({ metric: "model_size_mb", baseline: { tolerance: 0.5 } }, given).leaf.status).toBe("missed");
    const faster = {
      performance: {
        ...slower,
        candidate: side({ p95: normal(3, 0.2) }),
        differences: { p50Ms: normal(0, 1), p95Ms: normal(-2, 0.1) },
      },
    };
    expect(judgeResource({ metric: "latency_p95_ms", baseline: { tolerance: 0 } }, faster).leaf.status).toBe("met");
  });

  it.each<readonly [string, Partial<Objective>, Given]>([
    ["no performance", { metric: "latency_p95_ms", max: 20 }, {}],
    [
      "no latency",
      { metric: "latency_p95_ms", max: 20 },
      { performance: { ...usual, candidate: { ...side(), latency: null } } },
    ],
    [
      "too few calls",
      { metric: "latency_p95_ms", max: 20 },
      { performance: { ...usual, candidate: side({ p95: UNMEASURED }) } },
    ],
    [
      "negative time",
      { metric: "latency_p95_ms", max: 20 },
      { performance: { ...usual, candidate: side({ p95: normal(-1, 0.1) }) } },
    ],
    [
      "no baseline timings",
      { metric: "latency_p95_ms", baseline: { tolerance: 1 } },
      { performance: { ...usual, baseline: null } },
    ],
    [
      "no difference",
      { metric: "latency_p95_ms", baseline: { tolerance: 1 } },
      { performance: { ...usual, differences: null } },
    ],
    [
      "a difference that does not add up",
      { metric: "latency_p95_ms", baseline: { tolerance: 1 } },
      { performance: { ...usual, differences: { p50Ms: normal(0, 1), p95Ms: normal(-3, 0.1) } } },
    ],
    ["no stages", { metric: "train_minutes", max: 30 }, { performance: { ...usual, candidate: side({ stages: [] }) } }],
    [
      "a stage without timing",
      { metric: "train_minutes", max: 30 },
      { performance: usual, stages: ["prepare", "train"] },
    ],
    [
      "a stage without memory",
      { metric: "train_peak_memory_mb", max: 9999 },
      {
        performance: {
          ...usual,
          candidate: side({
            stages: [{ name: "train", restored: true, wallSeconds: 1, cpuSeconds: 1, peakMemoryBytes: null }],
          }),
        },
      },
    ],
    ["a failed baseline", { metric: "model_size_mb", baseline: { tolerance: 0 } }, { baseline: "failed" }],
  ])("is unmeasured: %s", (_what, objective, given) => {
    const judged = judgeResource(objective, given);
    expect(judged.leaf.status).toBe("unmeasured");
    expect(judged.verdict).toBe("error");
  });

  it("claims no 95th percentile of fewer calls than it takes, whatever the report says", () => {
    const few = side();
    const performance = {
      ...usual,
      candidate: { ...few, latency: few.latency === null ? null : { ...few.latency, runs: 100 } },
    };
    expect(judgeResource({ metric: "latency_p95_ms", max: 20 }, { performance }).leaf.status).toBe("unmeasured");
    expect(judgeResource({ metric: "latency_p50_ms", max: 20 }, { performance }).leaf.status).toBe("met");
  });

  it("takes the sum of the stages' times and the largest of their memories", () => {
    const stages = [
      { name: "prepare", restored: true, wallSeconds: 60, cpuSeconds: 30, peakMemoryBytes: 1e9 },
      { name: "train", restored: false, wallSeconds: 120, cpuSeconds: 30, peakMemoryBytes: 2e9 },
    ];
    const given = { performance: { ...usual, candidate: side({ stages }) }, stages: ["prepare", "train"] };
    expect(judgeResource({ metric: "train_minutes", max: 3 }, given).leaf.reason).toContain("3 min is exactly at");
    expect(judgeResource({ metric: "train_cpu_minutes", max: 1 }, given).leaf.status).toBe("met");
    expect(judgeResource({ metric: "train_peak_memory_mb", max: 2000 }, given).leaf.status).toBe("met");
  });
});
