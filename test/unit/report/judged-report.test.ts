import { expect, test } from "vitest";
import { judge } from "../../../src/gate/judge.ts";
import { renderComment } from "../../../src/report/comment.ts";
import { failing, passing } from "../../fixtures/reports/scenarios.ts";
import { renderedText } from "./rendered-text.ts";

/** The other tests hand in judgements; here report, gate and comment meet. */
test.each([
  ["fail", failing],
  ["pass", passing],
] as const)("a report that the gate itself judges as %s is told with the gate's own numbers", (verdict, scenario) => {
  const { report } = scenario();
  const [model] = report.evidence.models;
  const objectives = report.evidence.policy.models["breast-cancer"]?.slice(0, 1).map(({ objective }) => ({
    metric: objective.metric,
    min: objective.min ?? 0,
    proof: objective.proof,
    severity: objective.severity,
  }));
  if (model?.outcome !== "measured" || objectives === undefined) throw new Error("the fixture has another shape");
  const policy = {
    model: model.name,
    task: model.task,
    objectives,
    slices: [],
    minRows: 30,
    custom: {},
    hasBaseline: true,
  };
  const judgement = judge(report, [policy], new Set());
  expect(judgement.verdict).toBe(verdict);
  const { text, cells } = renderedText(renderComment({ report, judgement, reportUrl: null }));
  const row = cells.find((cell) => cell[0]?.includes("ROC AUC"));
  expect(row?.slice(4)).toEqual(["≥\u00a00.97", verdict === "pass" ? "met" : "missed"]);
  if (verdict === "fail") {
    expect(text).toContain(judgement.models[0]?.reason);
    expect(text).toContain(row?.[2]?.slice(0, 5));
  }
});
