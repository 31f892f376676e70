import { describe, expect, test } from "vitest";
import { renderCheckOutput } from "../../../src/report/check-output.ts";
import * as scenarios from "../../fixtures/reports/scenarios.ts";

function check({ report, judgement }: scenarios.Scenario) {
  return renderCheckOutput({ report, judgement, reportUrl: null });
}

describe("a check run", () => {
  test.each([
    ["success", scenarios.passing],
    ["failure", scenarios.failing],
    ["action_required", scenarios.inconclusive],
    ["failure", scenarios.failedStage],
  ] as const)("concludes %s", (conclusion, scenario) => {
    expect(check(scenario()).conclusion).toBe(conclusion);
  });

  test("has a title of at most 255 UTF-16 units, also of letters that take two", () => {
    const { report, judgement } = scenarios.passing();
    const { title } = check({ report, judgement: { ...judgement, reason: "🔬".repeat(300) } });
    expect(title.length).toBeLessThanOrEqual(255);
    expect(title.isWellFormed()).toBe(true);
  });

  test("annotates the objective's line once, with the heaviest level first", () => {
    const { annotations } = check(scenarios.failing());
    expect(annotations.map(({ line, level, title }) => [line, level, title])).toEqual([
      [21, "failure", "breast-cancer: roc_auc missed"],
      [22, "failure", "breast-cancer: roc_auc missed"],
      [23, "failure", "breast-cancer: recall 2 missed"],
      [25, "warning", "breast-cancer: train_minutes missed (warns)"],
      [24, "notice", "breast-cancer: latency_p95_ms undecided"],
    ]);
    expect(annotations[2]?.message.split("\n")).toHaveLength(2);
    expect(annotations.every(({ path }) => path === "modelgate.yml")).toBe(true);
  });

  test("annotates nothing that is met", () => {
    const { report, judgement } = scenarios.regression();
    expect(check({ report, judgement }).annotations).toEqual([]);
  });

  test("keeps annotations within GitHub's limits and free of control characters", () => {
    for (const { path, title, message } of check(scenarios.hostile()).annotations) {
      expect(title.length).toBeLessThanOrEqual(255);
      expect(new TextEncoder().encode(message).length).toBeLessThanOrEqual(64 * 1024);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      expect(`${path}${title}${message}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
    }
  });
});
