import type { Judgement } from "../gate/verdict.ts";
import {
  footerOf,
  headlineOf,
  leftOutLine,
  modelSection,
  modelsLine,
  policySection,
  reproduceFold,
  untouchedLine,
} from "./markdown/comment-parts.ts";
import { COMMENT_PLANS, type CommentPlan } from "./markdown/comment-plan.ts";
import type { Report } from "./schema.ts";
import { utf8Length } from "./utf8-length.ts";
import { type ChangeView, changeView, verdictOf } from "./view/change-view.ts";

/** What a comment is made of. */
export type CommentInput = {
  readonly report: Report;
  readonly judgement: Judgement;
  /** Where the HTML report is; null where it is not kept. */
  readonly reportUrl: string | null;
};

/** GitHub takes 65,536 characters, the hidden marker included, which whoever posts the comment puts before it. */
const COMMENT_BYTES = 65_000;

/**
 * The pull request's comment as Markdown: the verdict, one table a model, and folded sections. It always fits: what is
 * least important goes first, and is named with a link to the report; the headline and what blocks stay.
 */
export function renderComment(input: CommentInput): string {
  return fittingMarkdown(input, COMMENT_PLANS, COMMENT_BYTES);
}

/** The most telling plan's Markdown that fits into `bytes` of UTF-8, counting a line's end as two; `preface` comes first. */
export function fittingMarkdown(
  input: CommentInput,
  plans: readonly CommentPlan[],
  bytes: number,
  preface: string | null = null,
): string {
  const [first] = plans;
  if (first === undefined) throw new RangeError("there is no plan to render by");
  const view = changeView(input.report, input.judgement, {
    blockingSlices: first.resultRows,
    slices: first.sliceRows,
    sliceMetrics: 4,
  });
  for (const plan of plans) {
    const markdown = joined([preface, ...planParts(view, input.reportUrl, plan)]);
    if (utf8Length(markdown.replaceAll("\n", "\r\n")) <= bytes) return markdown;
  }
  return joined([headlineOf(view), footerOf(view, input.reportUrl)]);
}

function planParts(view: ChangeView, reportUrl: string | null, plan: CommentPlan): readonly (string | null)[] {
  const inLine = plan.passing === "line" ? view.models.filter((model) => verdictOf(model) === "pass") : [];
  const inSections = view.models.filter((model) => !inLine.includes(model));
  const shown = inSections.slice(0, plan.models);
  return [
    headlineOf(view),
    ...shown.map((model) => modelSection(model, view, plan)),
    modelsLine(inLine, "pass"),
    modelsLine(inSections.slice(plan.models), "more"),
    untouchedLine(view),
    policySection(view, plan),
    reproduceFold(view),
    leftOutLine(view, plan, reportUrl),
    footerOf(view, reportUrl),
  ];
}

function joined(parts: readonly (string | null)[]): string {
  return `${parts.filter((part) => part !== null).join("\n\n")}\n`;
}
