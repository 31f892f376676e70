import { describe, expect, it } from "vitest";
import type { Objective } from "../../../src/config/schema.ts";
import { judge } from "../../../src/gate/judge.ts";
import type { ModelPolicy } from "../../../src/gate/policy.ts";
import type { ObjectiveStatus, Verdict } from "../../../src/gate/verdict.ts";
import type { Measurement } from "../../../src/report/schema.ts";
import {
  type Given,
  IDENTICAL,
  measurement,
  normal,
  policyOf,
  reportGiven,
  UNMEASURED,
  unknown,
} from "./report-fixture.ts";

function judgeComparison(
  measured: Measurement,
  tolerance: number | string,
  more: Partial<Objective> = {},
  given: Given = {},
  policy: Partial<ModelPolicy> = {},
) {
  const report = reportGiven({ measurements: [measured], ...given });
  const objective = { metric: measured.metric, baseline: { tolerance }, ...more };
  const judgement = judge(report, [policyOf([objective], policy)], new Set());
  const leaf = judgement.models[0]?.objectives[0];
  if (leaf === undefined) throw new Error("there is no leaf");
  return { verdict: judgement.verdict, leaf };
}

type Case = readonly [
  what: string,
  measured: Measurement,
  tolerance: number | string,
  status: ObjectiveStatus,
  verdict: Verdict,
  verdictWithProof: Verdict,
];

describe("a relative objective on all rows", () => {
  it.each<Case>([
    // The interval of the difference is ± 0.0196.
    ["wholly within the margin", measurement({ candidate: 0.95, baseline: 0.95 }), 0.02, "met", "pass", "pass"],
    ["holds the margin", measurement({ candidate: 0.94, baseline: 0.95 }), 0.02, "undecided", "pass", "inconclusive"],
    ["wholly beyond", measurement({ candidate: 0.9, baseline: 0.95 }), 0.02, "missed", "fail", "fail"],
    ["better", measurement({ candidate: 0.97, baseline: 0.94 }), 0, "met", "pass", "pass"],
    ["equal, no margin", measurement({ candidate: 0.95, baseline: 0.95 }), 0, "undecided", "pass", "inconclusive"],
    ["a percentage of the baseline", measurement({ candidate: 0.88, baseline: 0.95 }), "10%", "met", "pass", "pass"],
    ["a percentage, too much", measurement({ candidate: 0.83, baseline: 0.95 }), "10%", "missed", "fail", "fail"],
    [
      "identical predictions, no margin",
      measurement({ candidate: 0.95, baseline: 0.95, difference: IDENTICAL }),
      0,
      "met",
      "pass",
      "pass",
    ],
    [
      "no interval",
      measurement({ candidate: 0.5, baseline: 0.95, difference: unknown(-0.45) }),
      0.02,
      "undecided",
      "pass",
      "inconclusive",
    ],
    [
      "no variation is not identity",
      measurement({ candidate: 0.95, baseline: 0.95, difference: normal(0, 0) }),
      0,
      "undecided",
      "pass",
      "inconclusive",
    ],
    [
      "candidate unmeasured",
      measurement({ candidate: UNMEASURED, baseline: 0.95 }),
      0.02,
      "unmeasured",
      "error",
      "error",
    ],
    [
      "baseline unmeasured",
      measurement({ candidate: 0.95, baseline: UNMEASURED }),
      0.02,
      "unmeasured",
      "error",
      "error",
    ],
    [
      "difference unmeasured",
      measurement({ candidate: 0.95, baseline: 0.95, difference: UNMEASURED }),
      0.02,
      "unmeasured",
      "error",
      "error",
    ],
    ["no baseline", measurement({ candidate: 0.95, baseline: null }), 0.02, "unmeasured", "error", "error"],
    [
      "a difference that does not add up",
      measurement({ candidate: 0.5, baseline: 0.95, difference: normal(0.1, 0.01) }),
      0.02,
      "unmeasured",
      "error",
      "error",
    ],
    [
      "a non-finite difference",
      measurement({ candidate: 0.95, baseline: 0.95, difference: normal(Number.NaN, 0.01) }),
      0.02,
      "unmeasured",
      "error",
      "error",
    ],
    [
      "identical, and yet different",
      measurement({
        candidate: 0.9,
        baseline: 0.95,
        difference: {
          measured: true,
          value: -0.05,
          uncertainty: { kind: "identical", method: "identical predictions" },
        },
      }),
      0.02,
      "unmeasured",
      "error",
      "error",
    ],
  ])("%s", (_what, measured, tolerance, status, verdict, verdictWithProof) => {
    const judged = judgeComparison(measured, tolerance);
    expect(judged.leaf.status).toBe(status);
    expect(judged.verdict).toBe(verdict);
    const strict = judgeComparison(measured, tolerance, { proof: "required" });
    expect(strict.leaf.status).toBe(status);
    expect(strict.verdict).toBe(verdictWithProof);
    expect(judgeComparison(measured, tolerance, { proof: "required", severity: "warn" }).verdict).toBe("pass");
  });

  it.each<readonly [string, number, number, number, ObjectiveStatus]>([
    ["lower is better: a clear rise", 0.6, 0.5, 0.02, "missed"],
    ["lower is better: a clear fall", 0.4, 0.5, 0, "met"],
    ["lower is better: a rise within the margin", 0.51, 0.5, 0.05, "met"],
    ["lower is better: a rise that could be too much", 0.51, 0.5, 0.02, "undecided"],
  ])("%s", (_what, candidate, baseline, tolerance, status) => {
    expect(judgeComparison(measurement({ metric: "log_loss", candidate, baseline }), tolerance).leaf.status).toBe(
      status,
    );
  });

  it("takes the direction from the registry and the policy, not from the report", () => {
    const measured = measurement({ metric: "cost", candidate: 5, baseline: 1 });
    const better = (direction: "higher" | "lower") =>
      judgeComparison(measured, 0, {}, {}, { custom: { cost: { better: direction } } }).leaf.status;
    expect(better("lower")).toBe("missed");
    expect(better("higher")).toBe("met");
  });

  it("cannot take a percentage of a baseline near 0", () => {
    const judged = judgeComparison(measurement({ candidate: 0.95, baseline: 0 }), "10%");
    expect(judged.verdict).toBe("error");
    expect(judged.leaf.reason).toContain("the tolerance is 10% of the baseline, and the baseline is 0");
  });

  it.each(["10", "-10%", "ten%", ""])("does not guess at a tolerance of %j", (tolerance) => {
    expect(judgeComparison(measurement({ candidate: 0.95, baseline: 0.9 }), tolerance).leaf.status).toBe("unmeasured");
  });

  it.each<readonly [string, Given, boolean, ObjectiveStatus, Verdict]>([
    ["the base branch has no such model", { baseline: "absent" }, false, "not_applicable", "pass"],
    ["the report says so, the policy does not", { baseline: "absent" }, true, "unmeasured", "error"],
    ["the baseline failed", { baseline: "failed" }, true, "unmeasured", "error"],
    ["the baseline failed, whatever the policy says", { baseline: "failed" }, false, "unmeasured", "error"],
  ])("without a baseline: %s", (_what, given, hasBaseline, status, verdict) => {
    const judged = judgeComparison(measurement({ candidate: 0.95, baseline: null }), 0.02, {}, given, { hasBaseline });
    expect(judged.leaf.status).toBe(status);
    expect(judged.verdict).toBe(verdict);
  });

  it("says the numbers in a sentence", () => {
    const text = (candidate: number, baseline: number, standardError: number, tolerance: number | string) =>
      judgeComparison(measurement({ candidate, baseline, standardError }), tolerance).leaf.reason;
    expect(text(0.981, 0.985, 0.0036, 0.02)).toBe(
      "ROC AUC 0.981 is 0.004 below the baseline's 0.985 (95% interval −0.011 to +0.003); the tolerance is 0.02",
    );
    expect(text(0.9, 0.985, 0.0036, 0.02)).toBe(
      "ROC AUC 0.900 is 0.085 below the baseline's 0.985 (95% interval −0.092 to −0.078), worse by more than the tolerance of 0.02",
    );
    expect(text(0.95, 0.985, 0.0036, "1%")).toContain("worse by more than the tolerance of 1% of the baseline");
    expect(text(0.95, 0.985, 0.036, 0)).toMatch(
      /; no loss is accepted: the evidence allows both; about [\d,]+ rows would decide it$/,
    );
  });
});
