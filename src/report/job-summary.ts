import { type CommentInput, fittingMarkdown } from "./comment.ts";
import { SUMMARY_PLANS } from "./markdown/comment-plan.ts";
import { markdownText } from "./markdown-text.ts";

/** A step's summary may have 1 MiB; a little less, for what other lines of the step may add. */
export const JOB_SUMMARY_BYTES = 1_000_000;

/** The comment for the run's page, with room for longer tables; `notices` say what else happened (no comment was posted, say). */
export function renderJobSummary(input: CommentInput, notices: readonly string[] = []): string {
  const said = notices.slice(0, 20).map((notice) => `> ${markdownText(notice, 600)}`);
  return fittingMarkdown(input, SUMMARY_PLANS, JOB_SUMMARY_BYTES, said.length === 0 ? null : said.join("\n>\n"));
}
