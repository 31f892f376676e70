import { describe, expect, it } from "vitest";
import type { Objective } from "../../../src/config/schema.ts";
import { judge } from "../../../src/gate/judge.ts";
import type { ObjectiveStatus, Verdict } from "../../../src/gate/verdict.ts";
import type { Measured } from "../../../src/report/schema.ts";
import { measurement, normal, policyOf, reportGiven, UNMEASURED, unknown, wilson } from "./report-fixture.ts";

function judgeValue(candidate: Measured, objective: Partial<Objective>) {
  const report = reportGiven({ measurements: [measurement({ candidate })] });
  const judgement = judge(report, [policyOf([objective])], new Set());
  const leaf = judgement.models[0]?.objectives[0];
  if (leaf === undefined) throw new Error("there is no leaf");
  return { verdict: judgement.verdict, leaf };
}

type Case = readonly [
  what: string,
  candidate: Measured,
  objective: Partial<Objective>,
  status: ObjectiveStatus,
  verdict: Verdict,
];

const min: Partial<Objective> = { min: 0.9 };
const max: Partial<Objective> = { metric: "log_loss", max: 0.9 };
const proof: Partial<Objective> = { min: 0.9, proof: "required" };

describe("an absolute objective on all rows", () => {
  it.each<Case>([
    ["above min", normal(0.95, 0.1), min, "met", "pass"],
    ["at min", normal(0.9, 0.1), min, "met", "pass"],
    ["below min, however uncertain", normal(0.89, 0.1), min, "missed", "fail"],
    ["below min, without an interval", unknown(0.89), min, "missed", "fail"],
    ["above min, without an interval", unknown(0.91), min, "met", "pass"],
    ["proof: the interval clears min", normal(0.95, 0.02), proof, "met", "pass"],
    ["proof: the interval holds min", normal(0.95, 0.03), proof, "undecided", "inconclusive"],
    ["proof: below min", normal(0.89, 0.03), proof, "missed", "fail"],
    ["proof: no interval is known", unknown(0.95), proof, "undecided", "inconclusive"],
    ["proof: no variation is no certainty", normal(0.95, 0), proof, "undecided", "inconclusive"],
    ["proof: 5 of 5 prove nothing", wilson(5, 5), proof, "undecided", "inconclusive"],
    ["proof: 50 of 50 prove 0.9", wilson(50, 50), proof, "met", "pass"],
    ["warn: below min", normal(0.5, 0.01), { ...min, severity: "warn" }, "missed", "pass"],
    ["warn: proof not given", normal(0.95, 0.03), { ...proof, severity: "warn" }, "undecided", "pass"],
    ["warn: unmeasured", UNMEASURED, { ...min, severity: "warn" }, "unmeasured", "pass"],
    ["unmeasured", UNMEASURED, min, "unmeasured", "error"],
    ["not a number", normal(Number.NaN, 0.1), min, "unmeasured", "error"],
    ["infinite", normal(Number.POSITIVE_INFINITY, 0.1), min, "unmeasured", "error"],
    ["outside the metric's range", normal(1.2, 0.1), min, "unmeasured", "error"],
    ["a standard error that is none", normal(0.95, Number.NaN), min, "unmeasured", "error"],
    ["counts that are not the value", { ...wilson(50, 100), value: 0.95 } as Measured, min, "unmeasured", "error"],
    [
      "a difference's uncertainty",
      { ...normal(0.95, 0), uncertainty: { kind: "identical", method: "identical predictions" } } as Measured,
      min,
      "unmeasured",
      "error",
    ],
  ])("%s", (_what, candidate, objective, status, verdict) => {
    const judged = judgeValue(candidate, objective);
    expect(judged.leaf.status).toBe(status);
    expect(judged.verdict).toBe(verdict);
  });

  it.each<readonly [string, number, Partial<Objective>, ObjectiveStatus]>([
    ["below max", 0.8, max, "met"],
    ["at max", 0.9, max, "met"],
    ["above max", 0.91, max, "missed"],
    ["proof: clears max", 0.8, { ...max, proof: "required" }, "met"],
    ["proof: does not clear max", 0.89, { ...max, proof: "required" }, "undecided"],
  ])("%s", (_what, value, objective, status) => {
    const report = reportGiven({ measurements: [measurement({ metric: "log_loss", candidate: value })] });
    const [model] = judge(report, [policyOf([objective])], new Set()).models;
    expect(model?.objectives[0]?.status).toBe(status);
  });

  it("says the numbers in a sentence", () => {
    expect(judgeValue(normal(0.95123, 0.02), min).leaf.reason).toBe(
      "ROC AUC 0.951 (95% interval 0.912 to 0.990) is above the least acceptable 0.9",
    );
    expect(judgeValue(normal(0.89996, 0.01), min).leaf.reason).toContain("ROC AUC 0.89996");
    expect(judgeValue(UNMEASURED, min).leaf.reason).toBe("ROC AUC is not measured: no row is positive");
  });

  it("judges min and max of one objective apart", () => {
    const report = reportGiven({ measurements: [measurement({ candidate: 0.95 })] });
    const [model] = judge(report, [policyOf([{ min: 0.9, max: 0.94 }])], new Set()).models;
    expect(model?.objectives.map(({ bound, status }) => [bound, status])).toEqual([
      ["min", "met"],
      ["max", "missed"],
    ]);
  });

  it("says how many rows would decide what is undecided", () => {
    const { leaf } = judgeValue(normal(0.95, 0.03), proof);
    expect(leaf.rowsToDecide).toBeGreaterThan(1000);
    expect(leaf.reason).toContain("rows would decide it");
  });
});
