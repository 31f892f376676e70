import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderCommentPage } from "../../demo/comment-page.ts";
import { renderComment } from "../../src/report/comment.ts";
import { renderHtmlReport } from "../../src/report/html-report.ts";
import { visibleLine } from "../../src/report/visible-text.ts";
import { HOSTILE_NAMES } from "../fixtures/reports/hostile-names.ts";
import * as scenarios from "../fixtures/reports/scenarios.ts";
import { chromiumPath, openBrowser, show } from "./chromium.ts";
import { background, contrast, texts, unreadableInPlots, widths } from "./in-page.ts";

if (chromiumPath === null) console.warn("skipped: no Chromium on this machine (set CHROMIUM_PATH to run these tests)");

const SCENARIOS = {
  failing: scenarios.failing,
  regression: scenarios.regression,
  prices: scenarios.prices,
  laptop: scenarios.laptop,
  failedStage: scenarios.failedStage,
  firstPullRequest: scenarios.firstPullRequest,
  hostile: scenarios.hostile,
} as const;

describe.skipIf(chromiumPath === null)("in a browser", { timeout: 30_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 30_000);
  afterAll(() => browser.close());

  function report({ report: of, judgement }: scenarios.Scenario): string {
    return renderHtmlReport(of, judgement);
  }

  function comment({ report: of, judgement }: scenarios.Scenario): string {
    return renderCommentPage(
      renderComment({ report: of, judgement, reportUrl: "https://github.com/acme/oncology/actions/runs/1" }),
    );
  }

  test.each(Object.entries(SCENARIOS))(
    "the report of %s complains of nothing, asks for nothing and fits a phone",
    async (_, scenario) => {
      const { page, complaints, requests } = await show(browser, report(scenario()), { width: 375, scheme: "dark" });
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      const { content, window } = await widths(page);
      expect(content).toBe(window);
      await page.close();
    },
  );

  test.each(Object.entries(SCENARIOS))(
    "the comment of %s complains of nothing, asks for nothing and fits a phone",
    async (_, scenario) => {
      const { page, complaints, requests } = await show(browser, comment(scenario()), { width: 375, scheme: "light" });
      expect(complaints).toEqual([]);
      expect(requests).toEqual([]);
      const { content, window } = await widths(page);
      expect(content).toBe(window);
      await page.close();
    },
  );

  test.each(
    Object.entries(SCENARIOS).flatMap(([name, scenario]) =>
      [375, 1100].map((width) => [name, width, scenario] as const),
    ),
  )("every text in the plots of %s can be read, %i pixels wide", async (_, width, scenario) => {
    const { page } = await show(browser, report(scenario()), { width, scheme: "light" });
    expect(await unreadableInPlots(page)).toEqual([]);
    await page.close();
  });

  test("the names of twelve classes can be read beside their matrix", async () => {
    const scenario = scenarios.firstPullRequest();
    const [model] = scenario.report.evidence.models;
    if (model?.outcome !== "measured") throw new Error("the fixture has another shape");
    const labels = Array.from({ length: 12 }, (_, at) => `kind number ${at}`);
    model.candidate.curves.confusion = { labels, counts: labels.map(() => labels.map(() => 1234)) };
    const { page } = await show(browser, report(scenario), { width: 375, scheme: "light" });
    expect(await unreadableInPlots(page)).toEqual([]);
    await page.close();
  });

  test("the report shows every hostile name as text", async () => {
    const { page } = await show(browser, report(scenarios.hostile()), { width: 1000, scheme: "light" });
    const shown = (await texts(page, "section li, .alert li")).join("\n");
    for (const name of HOSTILE_NAMES.filter((each) => each.isWellFormed()))
      expect(shown).toContain(visibleLine(name, 600));
    expect(await page.locator("script, img, iframe, svg [onload], a[href]:not([href^='#'])").count()).toBe(0);
    await page.close();
  });

  test("the report's letters have contrast in light and in dark", async () => {
    for (const scheme of ["light", "dark"] as const) {
      const { page } = await show(browser, report(scenarios.failing()), { width: 1000, scheme });
      for (const selector of [
        "p",
        ".soft",
        "td",
        "th",
        "small",
        ".status.blocks",
        ".status.met",
        ".status.open",
        ".verdict",
        "dt",
      ]) {
        expect(await contrast(page, selector), `${selector}, ${scheme}`).toBeGreaterThan(4.5);
      }
      await page.close();
    }
  });

  test("the report is dark letters on white paper, whatever the screen", async () => {
    const { page, complaints } = await show(browser, report(scenarios.failing()), { width: 794, scheme: "dark" });
    await page.emulateMedia({ media: "print" });
    expect(await background(page)).toBe("rgb(255, 255, 255)");
    expect(complaints).toEqual([]);
    await page.close();
  });
});
