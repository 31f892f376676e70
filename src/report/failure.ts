import { markdownText } from "./markdown-text.ts";
import { verdictText } from "./view/status-text.ts";

/** What stands in place of a report that there is none of, as Markdown: that nothing was judged, and why. */
export function renderFailure(sentence: string): string {
  const { icon, headline } = verdictText("error");
  return `### ${icon} ${headline}\n\n${markdownText(sentence, 2_000)}\n`;
}
