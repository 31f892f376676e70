import type { Judgement } from "../gate/verdict.ts";
import { lineageSection } from "./html/html-lineage.ts";
import { modelPlots } from "./html/html-plots.ts";
import { naiveSection, openSection, resultSection, runningSection, sliceSection } from "./html/html-sections.ts";
import { HTML_STYLE } from "./html/html-style.ts";
import { htmlFacts, htmlParts } from "./html/html-table.ts";
import { type Child, fragment, LINE_END, type Markup, styleSheet, tag } from "./html/markup.ts";
import type { Report } from "./schema.ts";
import { type Alert, alertIcon } from "./view/alerts.ts";
import { type ChangeView, changeView, type ModelView, ownReason, verdictOf } from "./view/change-view.ts";
import { baselineText, candidateText, policyText } from "./view/comparison.ts";
import { reproduceCommand } from "./view/reproduce-command.ts";
import { verdictText } from "./view/status-text.ts";

/** Slices shown of all models together: a page of more than this is no longer read. */
const SLICE_BUDGET = 4000;

/** Nothing but the page itself: no script, no request, no form, and no base address. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * The report as one HTML page that needs nothing else: tables, plots as inline SVG, light and dark, for a phone, a wide
 * screen and paper. The same report and judgement give the same page.
 */
export function renderHtmlReport(report: Report, judgement: Judgement): string {
  const models = Math.max(1, report.evidence.models.length);
  const view = changeView(report, judgement, {
    blockingSlices: 50,
    slices: Math.max(20, Math.min(1000, Math.floor(SLICE_BUDGET / models))),
    sliceMetrics: 8,
  });
  const { headline } = verdictText(view.verdict);
  const page = tag(
    "html",
    { lang: "en" },
    tag(
      "head",
      {},
      tag("meta", { charset: "utf-8" }),
      tag("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      tag("meta", { "http-equiv": "Content-Security-Policy", content: CONTENT_POLICY }),
      tag("meta", { name: "color-scheme", content: "light dark" }),
      tag("meta", { name: "referrer", content: "no-referrer" }),
      tag("title", {}, `${headline} · Modelgate`),
      styleSheet(HTML_STYLE),
    ),
    tag(
      "body",
      {},
      header(view),
      policyChanges(report),
      contents(view),
      view.models.map((model, at) => modelSection(model, view, `model-${at}`)),
      footer(view),
    ),
  );
  return `<!doctype html>\n${page.html}\n`;
}

function header(view: ChangeView): Markup {
  const { evidence } = view.report;
  const { word, headline, icon } = verdictText(view.verdict);
  const candidate = candidateText(view.comparison);
  return tag(
    "header",
    {},
    tag("span", { class: `verdict ${view.verdict}` }, word),
    tag("h1", {}, `${icon} ${headline}`),
    tag("p", { class: "lead" }, view.reason),
    htmlFacts([
      ["Repository", evidence.repository],
      ["Pull request", evidence.pullRequest === null ? null : `#${evidence.pullRequest}`],
      ["Candidate", candidate === null ? null : htmlParts(candidate)],
      ["Baseline", htmlParts(baselineText(view.comparison))],
      ["Policy", htmlParts(policyText(view.comparison))],
    ]),
    alertsList(view.alerts),
  );
}

function policyChanges({ evidence }: Report): Markup | null {
  const { proposedChanges, source } = evidence.policy;
  if (proposedChanges.length === 0) return null;
  const judged = source === "base" ? " The verdict is by the base branch's policy, without these changes." : "";
  return tag(
    "div",
    { class: "alert" },
    tag(
      "p",
      {},
      tag("strong", {}, "This pull request changes the policy."),
      ` Merging it would change what models are judged by.${judged}`,
    ),
    tag(
      "ul",
      {},
      proposedChanges.slice(0, 200).map((change) => tag("li", {}, change)),
    ),
  );
}

function contents({ models }: ChangeView): Markup | null {
  if (models.length < 2) return null;
  const entries = models.map((model, at) =>
    tag("li", {}, tag("a", { href: `#model-${at}` }, `${signOf(model)}${model.name}`)),
  );
  return tag("nav", { "aria-label": "Models" }, tag("ul", {}, entries));
}

function signOf(model: ModelView): string {
  const verdict = verdictOf(model);
  return verdict === null ? "" : `${verdictText(verdict).icon} `;
}

function modelSection(model: ModelView, change: ChangeView, id: string): Markup {
  const sentence = ownReason(model, change);
  const reason = sentence === null ? null : tag("p", {}, sentence);
  return tag("section", { id }, tag("h2", {}, `${signOf(model)}${model.name}`), reason, modelBody(model, id));
}

function modelBody(model: ModelView, id: string): Child {
  switch (model.kind) {
    case "absent":
      return tag("p", {}, "There is no measurement of this model.");
    case "failed": {
      const { problem, logTail } = model.report;
      const log = logTail.slice(-100);
      return [
        tag("p", {}, tag("strong", {}, problem.where), `: ${problem.what}; ${problem.mend}.`),
        log.length === 0
          ? null
          : tag(
              "pre",
              {},
              log.map((line) => [line, LINE_END]),
            ),
      ];
    }
    case "measured":
      return [
        alertsList(model.alerts),
        resultSection(model),
        openSection(model),
        modelPlots(model, id),
        sliceSection(model, id),
        runningSection(model),
        naiveSection(model),
        lineageSection(model),
      ];
  }
}

function alertsList(alerts: readonly Alert[]): Markup {
  return fragment(alerts.map((alert) => tag("p", { class: "alert" }, `${alertIcon(alert)} ${alert.text}`)));
}

function footer(view: ChangeView): Markup {
  const { report, untouched } = view;
  const names = untouched.slice(0, 200).map((name, at) => [at === 0 ? null : ", ", tag("code", {}, name)]);
  const command = reproduceCommand(report);
  return tag(
    "footer",
    {},
    names.length === 0 ? null : tag("p", {}, "Not touched by this change, and not trained: ", names, "."),
    command === null ? null : fragment(tag("p", {}, "The same on a laptop:"), tag("pre", {}, command)),
    htmlFacts([
      ["Digest of the evidence", tag("code", {}, report.digest)],
      ["Measured by", `modelgate ${report.evidence.tool.version} on ${report.run.platform}`],
    ]),
  );
}
