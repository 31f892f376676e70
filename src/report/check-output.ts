import type { Judgement, Verdict } from "../gate/verdict.ts";
import type { Annotation } from "../ports.ts";
import { annotationsOf } from "./annotations.ts";
import { type CommentInput, fittingMarkdown } from "./comment.ts";
import { COMMENT_PLANS } from "./markdown/comment-plan.ts";
import { verdictText } from "./view/status-text.ts";
import { visibleSentence } from "./visible-text.ts";

/** What a check run shows. */
export type CheckOutput = {
  /** A required check accepts neutral and skipped: neither is ever given. */
  readonly conclusion: "success" | "failure" | "action_required";
  /** Plain text, at most 255 characters. */
  readonly title: string;
  /** Markdown, at most 65,535 characters. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
};

const CONCLUSIONS: Readonly<Record<Verdict, CheckOutput["conclusion"]>> = {
  pass: "success",
  fail: "failure",
  error: "failure",
  inconclusive: "action_required",
};

const TITLE_CHARACTERS = 250;
const SUMMARY_BYTES = 65_000;

/** The check run of a judged report; its summary is the comment's text. */
export function renderCheckOutput(input: CommentInput): CheckOutput {
  const { report, judgement } = input;
  return {
    conclusion: CONCLUSIONS[judgement.verdict],
    title: checkTitle(judgement),
    summary: fittingMarkdown(input, COMMENT_PLANS, SUMMARY_BYTES),
    annotations: annotationsOf(report, judgement),
  };
}

function checkTitle({ verdict, reason }: Judgement): string {
  const { headline } = verdictText(verdict);
  // In UTF-16, as GitHub may count: a code point is at most two.
  let title = visibleSentence(`${headline}: ${reason}`, TITLE_CHARACTERS);
  while (title.length > TITLE_CHARACTERS) title = visibleSentence(title, Array.from(title).length - 10);
  return title;
}
