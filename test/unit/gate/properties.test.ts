import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Objective } from "../../../src/config/schema.ts";
import { judge } from "../../../src/gate/judge.ts";
import type { ModelPolicy } from "../../../src/gate/policy.ts";
import type { Judgement, ObjectiveStatus, Verdict } from "../../../src/gate/verdict.ts";
import type { Measured, Measurement, SliceDescriptor } from "../../../src/report/schema.ts";
import { IDENTICAL, measurement, policyOf, reportGiven, reportOf, UNMEASURED, unknown } from "./report-fixture.ts";

const RANK: Readonly<Record<Verdict, number>> = { pass: 0, inconclusive: 1, fail: 2, error: 3 };
const STATUS_RANK: Readonly<Record<ObjectiveStatus, number>> = {
  not_applicable: 0,
  met: 0,
  undecided: 1,
  missed: 2,
  unmeasured: 3,
};
const SLICES: readonly SliceDescriptor[] = [
  { name: "site = A", declared: "site", rows: 200 },
  { name: "site = B", declared: "site", rows: 150 },
  { name: "site = C", declared: "site", rows: 12 },
];

const value = fc.double({ min: 0, max: 1, noNaN: true });
const spread = fc.double({ min: 0.001, max: 0.2, noNaN: true });
const whereMeasured = [null, "site = A", "site = B", "site = C"];

const measurements: fc.Arbitrary<readonly Measurement[]> = fc
  .array(fc.record({ candidate: value, baseline: value, standardError: spread }), { minLength: 4, maxLength: 4 })
  .map((numbers) =>
    numbers.map((number, at) => {
      const slice = whereMeasured[at] ?? null;
      const rows = SLICES.find(({ name }) => name === slice)?.rows ?? 1000;
      return measurement({ ...number, slice, rows });
    }),
  );

const objective: fc.Arbitrary<Partial<Objective>> = fc.record(
  {
    min: value,
    baseline: fc.record({ tolerance: fc.oneof(fc.double({ min: 0, max: 0.3, noNaN: true }), fc.constant("10%")) }),
    slices: fc.constantFrom<Objective["slices"]>("all", ["site"], ["site = A"], ["site = C", "site = A"]),
    proof: fc.constantFrom<Objective["proof"]>("required", "none"),
    severity: fc.constantFrom<Objective["severity"]>("block", "warn"),
  },
  { requiredKeys: ["min", "proof", "severity"] },
);
const objectives = fc.array(objective, { maxLength: 4 });

function judged(measured: readonly Measurement[], policy: ModelPolicy): Judgement {
  return judge(reportGiven({ measurements: measured, slices: SLICES }), [policy], new Set());
}

function policy(given: readonly Partial<Objective>[]): ModelPolicy {
  return policyOf(given, { slices: ["site"] });
}

/** The candidate worse by `loss` on one measurement, all else the same. */
function worsened(measured: readonly Measurement[], at: number, loss: number): readonly Measurement[] {
  return measured.map((each, index) => {
    if (index !== at || !each.candidate.measured || each.difference?.measured !== true) return each;
    const lost = Math.min(loss, each.candidate.value);
    return {
      ...each,
      candidate: { ...each.candidate, value: each.candidate.value - lost },
      difference: { ...each.difference, value: each.difference.value - lost },
    };
  });
}

describe("properties of the gate", () => {
  it("a worse estimate on all rows never gives a better status or verdict", () => {
    const onAllRows = objective.map(({ slices: _slices, ...rest }) => rest);
    fc.assert(
      fc.property(measurements, fc.array(onAllRows, { maxLength: 4 }), value, (measured, given, loss) => {
        const before = judged(measured, policy(given));
        const after = judged(worsened(measured, 0, loss), policy(given));
        expect(RANK[after.verdict]).toBeGreaterThanOrEqual(RANK[before.verdict]);
        after.models[0]?.objectives.forEach(({ status }, at) => {
          const earlier = before.models[0]?.objectives[at]?.status ?? "met";
          expect(STATUS_RANK[status]).toBeGreaterThanOrEqual(STATUS_RANK[earlier]);
        });
      }),
    );
  });

  it("a worse estimate on one slice never gives a better verdict", () => {
    fc.assert(
      fc.property(measurements, objectives, fc.nat(3), value, (measured, given, at, loss) => {
        const before = judged(measured, policy(given));
        const after = judged(worsened(measured, at, loss), policy(given));
        expect(RANK[after.verdict]).toBeGreaterThanOrEqual(RANK[before.verdict]);
      }),
    );
  });

  it("a warning never changes the verdict, also not through the slices that are judged together", () => {
    fc.assert(
      fc.property(measurements, objectives, fc.array(objective, { maxLength: 3 }), (measured, given, more) => {
        const warnings = more.map((each) => ({ ...each, severity: "warn" as const }));
        const without = judged(measured, policy(given));
        const withThem = judged(measured, policy([...warnings, ...given]));
        expect(withThem.verdict).toBe(without.verdict);
      }),
    );
  });

  it("removing measurements never turns what is no pass into a pass", () => {
    const gone = fc.constantFrom<"measurement" | "candidate" | "baseline" | "difference">(
      "measurement",
      "candidate",
      "baseline",
      "difference",
    );
    fc.assert(
      fc.property(measurements, objectives, fc.nat(3), gone, (measured, given, at, what) => {
        const before = judged(measured, policy(given));
        const rest =
          what === "measurement"
            ? measured.filter((_, index) => index !== at)
            : measured.map((each, index) => (index === at ? { ...each, [what]: UNMEASURED } : each));
        const after = judged(rest, policy(given));
        if (before.verdict !== "pass") expect(after.verdict).not.toBe("pass");
      }),
    );
  });

  // A value of a column that is gone from the data altogether is noticed only by name (docs/adr/0003-small-slices.md).
  it("removing a slice that is asked for by name, or all slices of a column, is an error", () => {
    fc.assert(
      fc.property(measurements, objectives, fc.nat(2), (measured, given, at) => {
        const named = policy(given);
        const blocking = given.filter(({ severity }) => severity === "block");
        const slices = SLICES.filter((_, index) => index !== at);
        const gone = SLICES[at]?.name ?? "";
        if (blocking.some(({ slices: wanted }) => wanted !== undefined && wanted !== "all" && wanted.includes(gone))) {
          expect(judge(reportGiven({ measurements: measured, slices }), [named], new Set()).verdict).toBe("error");
        }
        if (blocking.some(({ slices: wanted }) => wanted !== undefined)) {
          expect(judge(reportGiven({ measurements: measured }), [named], new Set()).verdict).toBe("error");
        }
      }),
    );
  });

  it("removing the baseline or the model never turns what is no pass into a pass", () => {
    fc.assert(
      fc.property(measurements, objectives, (measured, given) => {
        if (judged(measured, policy(given)).verdict === "pass") return;
        const bare = measured.map((each) => ({ ...each, baseline: null, difference: null }));
        for (const baseline of ["absent", "failed"] as const) {
          const report = reportGiven({ measurements: bare, slices: SLICES, baseline });
          expect(judge(report, [policy(given)], new Set()).verdict).not.toBe("pass");
        }
        expect(judge(reportOf([]), [policy(given)], new Set()).verdict).toBe("error");
      }),
    );
  });

  it("removing an interval never makes anything met that was not", () => {
    const bare = (measured: Measured | null): Measured | null =>
      measured?.measured === true ? unknown(measured.value) : measured;
    fc.assert(
      fc.property(measurements, objectives, (measured, given) => {
        const before = judged(measured, policy(given)).models[0]?.objectives ?? [];
        const after = judged(
          measured.map((each) => ({
            ...each,
            candidate: bare(each.candidate) ?? UNMEASURED,
            difference: bare(each.difference),
          })),
          policy(given),
        ).models[0]?.objectives;
        after?.forEach(({ status }, at) => {
          if (status === "met") expect(before[at]?.status).toBe("met");
        });
      }),
    );
  });

  it("identical predictions are met at any margin", () => {
    fc.assert(
      fc.property(value, fc.double({ min: 0, max: 1, noNaN: true }), (same, tolerance) => {
        const measured = measurement({ candidate: same, baseline: same, difference: IDENTICAL });
        const given = { baseline: { tolerance }, proof: "required" as const };
        expect(judged([measured], policyOf([given])).verdict).toBe("pass");
      }),
    );
  });
});
