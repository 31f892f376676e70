import { describe, expect, test } from "vitest";
import { renderCheckOutput } from "../../../src/report/check-output.ts";
import { type CommentInput, renderComment } from "../../../src/report/comment.ts";
import { JOB_SUMMARY_BYTES, renderJobSummary } from "../../../src/report/job-summary.ts";
import { utf8Length } from "../../../src/report/utf8-length.ts";
import { HOSTILE_NAMES } from "../../fixtures/reports/hostile-names.ts";
import * as scenarios from "../../fixtures/reports/scenarios.ts";
import { GITHUB_REFERENCES, renderedText } from "./rendered-text.ts";

const REPORT_URL = "https://github.com/acme/oncology/actions/runs/7301244/artifacts/55";
/** GitHub's limit on a comment's body, in characters. */
const GITHUB_COMMENT_CHARACTERS = 65_536;

function input({ report, judgement }: scenarios.Scenario): CommentInput {
  return { report, judgement, reportUrl: REPORT_URL };
}

function comment(scenario: scenarios.Scenario): string {
  return renderComment(input(scenario));
}

const GOLDEN = {
  passing: scenarios.passing,
  failing: scenarios.failing,
  inconclusive: scenarios.inconclusive,
  "failed-stage": scenarios.failedStage,
  regression: scenarios.regression,
  prices: scenarios.prices,
  laptop: scenarios.laptop,
  "first-pull-request": scenarios.firstPullRequest,
  untouched: scenarios.untouched,
} as const;

describe("a comment", () => {
  test.each(Object.entries(GOLDEN))("of the scenario %s", async (name, scenario) => {
    await expect(comment(scenario())).toMatchFileSnapshot(`../../fixtures/reports/golden/${name}.md`);
  });

  test("is the same for the same report", () => {
    expect(comment(scenarios.failing())).toBe(comment(scenarios.failing()));
  });

  test("begins with the headline and ends in one line break", () => {
    const markdown = comment(scenarios.passing());
    expect(markdown.startsWith("### ✅")).toBe(true);
    expect(markdown).toMatch(/[^\n]\n$/);
  });

  test("shows what blocks before what does not", () => {
    const { cells } = renderedText(comment(scenarios.failing()));
    const statuses = cells.map((row) => row[5]).filter((status) => status !== undefined);
    expect(statuses.slice(0, 6)).toEqual(["Status", "missed", "missed", "", "missed", "missed"]);
  });

  test("shows a policy change outside of any fold", () => {
    const markdown = comment(scenarios.failing());
    const policy = markdown.indexOf("This pull request changes the policy");
    const before = markdown.slice(0, policy);
    expect(policy).toBeGreaterThan(0);
    expect(before.match(/<details>/g)).toHaveLength(before.match(/<\/details>/g)?.length ?? 0);
    expect(comment(scenarios.passing())).not.toContain("changes the policy");
  });

  test("never shows a model as untouched that the judge does not let pass", () => {
    const { report, judgement } = scenarios.untouched();
    const reason = "the report says that the change does not reach this model, and it does";
    const doubted = {
      ...judgement,
      verdict: "error" as const,
      reason,
      models: [{ model: "breast-cancer", verdict: "error" as const, reason, objectives: [] }],
    };
    const { text } = renderedText(comment({ report, judgement: doubted }));
    expect(text).not.toContain("Not touched");
    expect(text).toContain("There is no measurement of this model.");
  });

  test("takes a known metric's direction from the registry, whatever the report says", () => {
    const scenario = scenarios.failing();
    const [model] = scenario.report.evidence.models;
    if (model?.outcome !== "measured") throw new Error("the fixture has another shape");
    const turned = model.metrics.map((metric) =>
      metric.name === "roc_auc" ? { ...metric, better: "lower" as const, label: "Loss" } : metric,
    );
    const report = {
      ...scenario.report,
      evidence: { ...scenario.report.evidence, models: [{ ...model, metrics: turned }] },
    };
    expect(comment({ ...scenario, report })).toContain("**ROC AUC\u00a0↑**");
  });

  test("refuses an address that would break out of its link", () => {
    const { report, judgement } = scenarios.passing();
    for (const reportUrl of [
      "javascript:alert(1)",
      "https://a.example/) [x](https://b.example",
      "https://a.example/\n\n# x",
    ]) {
      const markdown = renderComment({ report, judgement, reportUrl });
      expect(markdown).not.toContain("HTML report with plots");
    }
  });
});

describe("a comment of hostile names", () => {
  const scenario = scenarios.hostile();
  const rendered = renderedText(comment(scenario));

  test("mentions nobody, links nowhere, and loads nothing", () => {
    for (const [name, reference] of Object.entries(GITHUB_REFERENCES)) {
      expect(
        rendered.open.filter((text) => reference.test(text)),
        name,
      ).toEqual([]);
    }
    const links = rendered.elements.filter((element) => element === "a");
    expect(links).toHaveLength(1); // the HTML report's own
    for (const element of ["img", "script", "svg", "input", "section", "s", "del", "em", "hr", "h1", "h2"]) {
      expect(rendered.elements, element).not.toContain(element);
    }
  });

  test("keeps every table in shape", () => {
    const widths = rendered.cells.map((row) => row.length);
    expect(new Set(widths)).toEqual(new Set([6, 5, 4]));
    expect(rendered.text).not.toMatch(/^\s*\|/m);
  });

  test("keeps every fold closed that it opens", () => {
    const markdown = comment(scenario);
    expect(markdown.match(/^<details>$/gm)?.length).toBe(markdown.match(/^<\/details>$/gm)?.length);
  });

  test("fits, as do the check and the summary", () => {
    expect(comment(scenario).length).toBeLessThan(GITHUB_COMMENT_CHARACTERS);
    const check = renderCheckOutput(input(scenario));
    expect(check.title.length).toBeLessThanOrEqual(255);
    expect(check.summary.length).toBeLessThanOrEqual(65_535);
    expect(check.annotations.length).toBeLessThanOrEqual(50);
    expect(utf8Length(renderJobSummary(input(scenario), [...HOSTILE_NAMES]))).toBeLessThanOrEqual(JOB_SUMMARY_BYTES);
  });
});

describe("a comment that has no room", () => {
  test.each([
    [1, 1000, 5],
    [20, 40, 6],
    [60, 3, 3],
    [400, 1, 1],
  ])("for %i models × %i slices × %i metrics still says what blocks", (models, slices, metrics) => {
    const scenario = scenarios.huge(models, slices, metrics);
    const markdown = comment(scenario);
    expect(utf8Length(markdown)).toBeLessThan(GITHUB_COMMENT_CHARACTERS);
    expect(markdown).toContain("### ❌ This change is blocked");
    expect(renderedText(markdown).text).toContain(scenario.judgement.reason);
    expect(renderedText(markdown).cells.filter((row) => row.at(-1) === "missed").length).toBeGreaterThan(
      models > 100 ? 5 : 10,
    );
    expect(markdown).toMatch(/more lines in the report|more models|Left out here/);
  });

  test("drops the folded sections from the least important on, and says so", () => {
    const markdown = comment(scenarios.huge(12, 30, 4));
    expect(markdown).toContain("Left out here for lack of room:");
    expect(markdown).toContain("data and lineage");
    expect(markdown).toContain(`[HTML report](${REPORT_URL})`);
    expect(markdown).not.toContain("<summary>Data and lineage</summary>");
  });

  test("holds for 20 models × 1,000 slices × 20 metrics, all missed", { timeout: 30_000 }, () => {
    const scenario = scenarios.huge(20, 1000, 20);
    const check = renderCheckOutput(input(scenario));
    expect(utf8Length(check.summary)).toBeLessThan(65_535);
    expect(check.summary).toContain("### ❌ This change is blocked");
    expect(check.annotations).toHaveLength(50);
    expect(utf8Length(renderJobSummary(input(scenario)))).toBeLessThanOrEqual(JOB_SUMMARY_BYTES);
  });
});
