import { describe, expect, it } from "vitest";
import { configSchema } from "../../../src/config/schema.ts";
import { judge } from "../../../src/gate/judge.ts";
import { policyForGate } from "../../../src/gate/policy.ts";
import type { Verdict } from "../../../src/gate/verdict.ts";
import type { ModelReport } from "../../../src/report/schema.ts";
import { measuredModel, measurement, policyOf, reportGiven, reportOf, UNMEASURED } from "./report-fixture.ts";

const NONE: ReadonlySet<string> = new Set();
const problem = { kind: "stage", where: "stage train", what: "it ended with code 1", mend: "read its log" } as const;

const missed = measurement({ candidate: 0.5, baseline: 0.9 });
const good = measurement({ metric: "accuracy", candidate: 0.95, baseline: 0.9 });
const unproven = measurement({ metric: "f1", candidate: 0.9, baseline: 0.9 });
const undefinedMetric = measurement({ metric: "recall", candidate: UNMEASURED });
const failing = { metric: "roc_auc", min: 0.9 };
const passing = { metric: "accuracy", min: 0.9 };
const inconclusive = { metric: "f1", baseline: { tolerance: 0 }, proof: "required" as const };
const erring = { metric: "recall", min: 0.9 };

describe("the verdict of a model", () => {
  it.each<readonly [Verdict, Parameters<typeof policyOf>[0]]>([
    ["pass", [passing]],
    ["inconclusive", [passing, inconclusive]],
    ["fail", [inconclusive, failing, passing]],
    ["error", [failing, erring, inconclusive, passing]],
    [
      "pass",
      [
        passing,
        { ...failing, severity: "warn" },
        { ...erring, severity: "warn" },
        { ...inconclusive, severity: "warn" },
      ],
    ],
  ])("is %s, the worst of what blocks", (verdict, objectives) => {
    const report = reportGiven({ measurements: [missed, good, unproven, undefinedMetric] });
    expect(judge(report, [policyOf(objectives)], NONE).verdict).toBe(verdict);
  });

  it("names what decided", () => {
    const report = reportGiven({ measurements: [missed, good] });
    const judgement = judge(report, [policyOf([passing, failing])], NONE);
    expect(judgement.reason).toMatch(/^m: ROC AUC 0.500 .* is below the least acceptable 0.9$/);
  });

  it.each<readonly [string, Parameters<typeof policyOf>[0], string]>([
    ["without objectives", [], "the policy has no objectives for this model: nothing was judged"],
    ["with warnings alone", [{ ...failing, severity: "warn" }], "nothing was judged that could block; 1 warning"],
    ["with all met", [passing, passing], "2 objectives are all met"],
    ["with one that has two bounds", [{ ...passing, max: 1 }], "1 objective is met"],
    [
      "with one bound of two undecided",
      [{ ...inconclusive, proof: "none", min: 0.5 }],
      "0 of 1 objective is met; 1 undecided",
    ],
    [
      "with something undecided",
      [passing, { ...inconclusive, proof: "none" }],
      "1 of 2 objectives are met; 1 undecided",
    ],
  ])("passes %s, and says so", (_what, objectives, reason) => {
    const report = reportGiven({ measurements: [missed, good, unproven] });
    const [model] = judge(report, [policyOf(objectives)], NONE).models;
    expect(model).toMatchObject({ verdict: "pass", reason });
  });

  it("is an error for a metric that nobody knows", () => {
    const report = reportGiven({ measurements: [measurement({ metric: "aura", candidate: 1 })] });
    expect(judge(report, [policyOf([{ metric: "aura", min: 0 }])], NONE).verdict).toBe("error");
    expect(judge(report, [policyOf([{ metric: "constructor", min: 0 }])], NONE).verdict).toBe("error");
  });
});

describe("a model that is not measured", () => {
  const objectives = [failing, { ...passing, severity: "warn" as const }];
  const failed: ModelReport = { outcome: "failed", name: "m", problem, logTail: [] };
  const claimsUntouched: ModelReport = { outcome: "untouched", name: "m", reason: "nothing changed" };
  const otherTask: ModelReport = { ...measuredModel(), task: "regression" };

  it.each<readonly [string, readonly ModelReport[], string]>([
    ["absent", [], "the report does not have this model"],
    ["failed", [failed], "could not be measured: stage train: it ended with code 1"],
    ["untouched by its own word", [claimsUntouched], "says that the change does not reach this model"],
    ["reported twice", [measuredModel(), measuredModel()], "more than once"],
    ["of another task", [otherTask], "measured a regression model"],
  ])("is an error: %s", (_what, models, reason) => {
    const judgement = judge(reportOf(models), [policyOf(objectives)], NONE);
    expect(judgement.verdict).toBe("error");
    expect(judgement.reason).toContain(reason);
    expect(judgement.models[0]?.objectives.map(({ status, blocks }) => [status, blocks])).toEqual([
      ["unmeasured", true],
      ["unmeasured", false],
    ]);
    expect(judge(reportOf(models), [policyOf([])], NONE).verdict).toBe("error");
  });

  it("passes where the caller knows that the change does not reach it", () => {
    const judgement = judge(reportOf([claimsUntouched]), [policyOf(objectives)], new Set(["m"]));
    expect(judgement.verdict).toBe("pass");
    expect(judgement.models[0]?.reason).toContain("does not reach this model");
  });
});

describe("the verdict of a change", () => {
  const named = (name: string, value: number): ModelReport => ({
    ...measuredModel({ measurements: [measurement({ candidate: value })] }),
    name,
  });
  const policyNamed = (model: string) => policyOf([failing], { model });

  it("is the worst of its models", () => {
    const report = reportOf([named("a", 0.95), named("b", 0.5), named("c", 0.95)]);
    const judgement = judge(report, [policyNamed("a"), policyNamed("b"), policyNamed("c")], NONE);
    expect(judgement.verdict).toBe("fail");
    expect(judgement.models.map(({ verdict }) => verdict)).toEqual(["pass", "fail", "pass"]);
    expect(judgement.reason).toMatch(/^b: ROC AUC/);
    expect(judge(report, [policyNamed("b"), policyNamed("d")], NONE).verdict).toBe("error");
  });

  it("ignores models that the policy does not name", () => {
    const judgement = judge(reportOf([named("a", 0.95), named("b", 0.5)]), [policyNamed("a")], NONE);
    expect(judgement).toMatchObject({ verdict: "pass", models: [{ model: "a" }] });
  });

  it("says that nothing was judged where nothing was", () => {
    expect(judge(reportOf([]), [], NONE)).toEqual({
      verdict: "pass",
      reason: "the policy names no model: nothing was judged",
      models: [],
    });
    const judgement = judge(reportGiven(), [policyOf([]), policyOf([], { model: "n" })], new Set(["n"]));
    expect(judgement.reason).toContain("nothing was judged");
  });
});

it("takes its policy from a config", () => {
  const config = configSchema.parse({
    version: 1,
    models: {
      m: {
        stages: { train: { cmd: "train" } },
        evaluate: {
          task: "binary",
          model: "m.onnx",
          data: "test.csv",
          target: "y",
          positive: 1,
          slices: ["site"],
          min_rows: 50,
          custom: { cost: { sql: "sum(1)", better: "lower" } },
        },
        objectives: [{ metric: "roc_auc", min: 0.9 }],
      },
    },
  });
  expect(policyForGate(config, new Set(["m"]))).toEqual([
    {
      model: "m",
      task: "binary",
      objectives: [{ metric: "roc_auc", min: 0.9, proof: "none", severity: "block" }],
      slices: ["site"],
      minRows: 50,
      custom: { cost: { sql: "sum(1)", better: "lower" } },
      hasBaseline: false,
    },
  ]);
  expect(policyForGate(config)[0]?.hasBaseline).toBe(true);
});

describe("a data set with too few rows", () => {
  const few = (rows: number) =>
    reportGiven({ rows, measurements: [measurement({ metric: "accuracy", candidate: 1, baseline: 1, rows })] });

  it("is no evidence, however well they come out", () => {
    const judgement = judge(few(29), [policyOf([passing])], NONE);
    expect(judgement).toMatchObject({
      verdict: "error",
      reason: "m: Accuracy: 29 rows are too few to judge it (fewer than 30)",
    });
  });

  it("is judged from the policy's least number of rows on", () => {
    expect(judge(few(30), [policyOf([passing])], NONE).verdict).toBe("pass");
  });
});
