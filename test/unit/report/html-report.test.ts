import { describe, expect, test } from "vitest";
import { tag } from "../../../src/report/html/markup.ts";
import { renderHtmlReport } from "../../../src/report/html-report.ts";
import { HOSTILE_NAMES } from "../../fixtures/reports/hostile-names.ts";
import * as scenarios from "../../fixtures/reports/scenarios.ts";

function page({ report, judgement }: scenarios.Scenario): string {
  return renderHtmlReport(report, judgement);
}

function tags(html: string): string[] {
  return html.match(/<[a-z][^>]*>/gi) ?? [];
}

function ids(html: string): string[] {
  return [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id as string);
}

describe("the HTML report", () => {
  test.each([
    ["passing", scenarios.passing],
    ["failing", scenarios.failing],
    ["failedStage", scenarios.failedStage],
    ["firstPullRequest", scenarios.firstPullRequest],
    ["untouched", scenarios.untouched],
    ["prices", scenarios.prices],
    ["laptop", scenarios.laptop],
    ["hostile", scenarios.hostile],
  ])("of the scenario %s stands alone and is the same each time", (_, scenario) => {
    const html = page(scenario());
    expect(html).toBe(page(scenario()));
    const elements = tags(html).map((each) => /^<([a-z]+)/i.exec(each)?.[1]);
    for (const element of ["script", "link", "iframe", "img", "object", "embed", "form", "base"]) {
      expect(elements, element).not.toContain(element);
    }
    const attributes = tags(html).flatMap((each) =>
      [...each.matchAll(/ ([^\s="]+)="[^"]*"/g)].map(([, name]) => name as string),
    );
    expect(attributes.filter((name) => /^(?:src|srcset|on.*|style|action|xlink:href)$/i.test(name))).toEqual([]);
    expect([...html.matchAll(/ href="([^"]*)"/g)].every(([, target]) => target?.startsWith("#"))).toBe(true);
    expect(html).toContain("default-src 'none'".replaceAll("'", "&#39;"));
    expect(new Set(ids(html)).size).toBe(ids(html).length);
    expect(/NaN|Infinity|undefined/.exec(html)).toBeNull();
  });

  test("names every plot for whoever cannot see it", () => {
    const html = page(scenarios.failing());
    const known = new Set(ids(html));
    const plots = [...html.matchAll(/<svg [^>]*role="img" aria-labelledby="([^"]*)"/g)].map(
      ([, names]) => names?.split(" ") ?? [],
    );
    expect(plots).toHaveLength(9);
    expect(plots.flat().every((id) => known.has(id))).toBe(true);
  });

  test("draws what the task has", () => {
    const binary = page(scenarios.failing());
    for (const title of [
      "ROC curve",
      "Precision–recall curve",
      "Calibration",
      "Confusion matrix, candidate",
      "Recall by slice",
    ]) {
      expect(binary).toContain(title);
    }
    const regression = page(scenarios.regression());
    for (const title of ["Residuals", "Residuals, candidate", "Difference from the baseline"])
      expect(regression).toContain(title);
    expect(regression).not.toContain("ROC curve");
  });

  test("says instead of drawing where there are too many classes", () => {
    const scenario = scenarios.firstPullRequest();
    const [model] = scenario.report.evidence.models;
    if (model?.outcome !== "measured") throw new Error("the fixture has another shape");
    const labels = Array.from({ length: 40 }, (_, at) => `class ${at}`);
    model.candidate.curves.confusion = { labels, counts: labels.map(() => labels.map(() => 1)) };
    expect(page(scenario)).toContain("40 classes are too many to draw");
  });

  test("draws numbers that no honest report has without breaking", () => {
    const scenario = scenarios.failing();
    const [model] = scenario.report.evidence.models;
    if (model?.outcome !== "measured") throw new Error("the fixture has another shape");
    const { curves } = model.candidate;
    curves.roc = [
      [5, -3],
      [1e300, 0.5],
    ];
    curves.precisionRecall = [];
    curves.calibration = [{ meanScore: -1, observedRate: 9, rows: 0 }];
    curves.confusion = { labels: ["a", "b"], counts: [[1]] };
    curves.residuals = { histogram: [{ low: 1, high: 1, rows: 3 }], points: [[0, 0]] };
    for (const measurement of model.measurements)
      measurement.difference = {
        measured: true,
        value: 0,
        uncertainty: { kind: "identical", method: "identical predictions" },
      };
    expect(/NaN|Infinity/.exec(page(scenario))).toBeNull();
  });

  test("lists what is not met with its sign, what weighs most first", () => {
    const [, list] = /What is not met<\/h3><ul>(.*?)<\/ul>/.exec(page(scenarios.failing())) ?? [];
    const words = [...(list ?? "").matchAll(/<span class="status[^"]*">([^<]*): <\/span>/g)].map(([, word]) => word);
    expect(words).toEqual(["❌ missed", "❌ missed", "❌ missed", "❌ missed", "⚠️ missed (warns)", "🟡 undecided"]);
  });

  test("names the working tree as the candidate, and offers no commit that would not be the same", () => {
    const html = page(scenarios.laptop());
    expect(html).toMatch(/<dt>Candidate<\/dt><dd>working tree on <code title="[0-9a-f]{40}">[0-9a-f]{7}<\/code>/);
    expect(html).not.toContain("git switch");
    expect(html).not.toContain("commit <code>");
    expect(page(scenarios.regression())).toContain("git switch");
  });

  test("stays small enough to open, and says what it leaves out", () => {
    const html = page(scenarios.huge(10, 600, 10));
    expect(html.length).toBeLessThan(12_000_000);
    expect(html).toContain("The report&#39;s JSON has 200 more slices and 2 more metrics.");
  });
});

describe("markup", () => {
  test.each(HOSTILE_NAMES)("escapes %j as a text and as an attribute", (name) => {
    const { html } = tag("a", { title: name }, name);
    expect(html.match(/[<>]/g)).toEqual(["<", ">", "<", ">"]);
    expect(html.match(/"/g)).toHaveLength(2);
  });

  test("never cuts an attribute", () => {
    const path = `M0,0${"L1,1".repeat(2000)}`;
    expect(tag("path", { d: path }).html).toBe(`<path d="${path}"></path>`);
  });
});
