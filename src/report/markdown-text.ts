import { markdownTable } from "markdown-table";
import { visibleLine, visibleName, visibleSentence } from "./visible-text.ts";

/**
 * Text from a repository in GitHub's Markdown: it renders as itself. Nobody is mentioned, nothing becomes a link, an
 * image, a reference or an emoji, and no table breaks. GitHub looks for references in the *rendered* text, where an
 * entity is its character again; so what would be found is broken by a zero-width space, which no reader sees.
 */

const BREAK = "&#8203;";

/** Each alternative is something that Markdown or GitHub would act on. */
const ACTIVE =
  /(?<url>:\/\/)|(?<www>\b[wW]{3}\.)|(?<mention>@)|(?<number>#)|(?<ticket>\b(?:[A-Z][A-Z0-9]+-(?=\d)|[gG][hH]-(?=\d)|GHSA-))|(?<sha>(?<![0-9A-Za-z])[0-9a-fA-F]{7,40}(?![0-9A-Za-z]))|(?<emoji>:(?=[\w+-]+:))|(?<math>\$)|(?<joined>(?<=[A-Za-z0-9])_(?=[A-Za-z0-9]))|(?<other>[&<>`*_~|\\[\]{}!])/gu;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** What makes a block of a line that it starts. */
const BLOCK_START = /^(?:[-+=:]|\d{1,9}(?=[.)](?:\s|$)))/;

/**
 * A sentence as Markdown for a paragraph, a table cell, a heading or an HTML element, on one line.
 * @param limit greatest length in code points of what is seen
 */
export function markdownText(text: string, limit = 400): string {
  return visibleSentence(text, limit)
    .replace(ACTIVE, (...found) => inactive(found[0] as string, found.at(-1) as Record<string, string | undefined>))
    .replace(BLOCK_START, (start) => (/\d/.test(start) ? `${BREAK}${start}` : `&#${start.charCodeAt(0)};`));
}

function inactive(match: string, kind: Record<string, string | undefined>): string {
  if (kind["url"] !== undefined) return `:${BREAK}//`;
  if (kind["www"] !== undefined) return `${match.slice(0, -1)}${BREAK}.`;
  if (kind["mention"] !== undefined) return `@${BREAK}`;
  if (kind["number"] !== undefined) return `&#35;${BREAK}`;
  if (kind["ticket"] !== undefined) return `${match}${BREAK}`;
  if (kind["sha"] !== undefined) return match.replace(/.{6}(?=.)/g, `$&${BREAK}`);
  if (kind["emoji"] !== undefined) return `:${BREAK}`;
  // GitHub's own advice against dollars becoming formulas: an element of their own.
  if (kind["math"] !== undefined) return "<span>$</span>";
  if (kind["joined"] !== undefined) return match;
  return ENTITIES[match] ?? `&#${match.charCodeAt(0)};`;
}

/**
 * A name as a code span, where GitHub looks for nothing. In a table, `markdownGrid` sees to its pipes.
 * @param limit greatest length in code points of what is seen
 */
export function markdownCode(text: string, limit = 80): string {
  const shown = visibleName(text, limit);
  const longestRun = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longestRun + 1);
  const pad = /^`|`$|^ .*\S.* $/.test(shown) ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** Lines of a log as a fenced block. */
export function markdownCodeBlock(lines: readonly string[], language: "text" | "sh" = "text"): string {
  const shown = lines.map((line) => visibleLine(line, 400));
  const longestRun = Math.max(2, ...shown.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = "`".repeat(longestRun + 1);
  return [`${fence}${language}`, ...shown, fence].join("\n");
}

/** A table; the first row is its head. Cells are Markdown of the functions above, in which only code holds a bare pipe. */
export function markdownGrid(rows: readonly (readonly string[])[], align: readonly ("l" | "r" | "c")[]): string {
  // A backslash before the pipe would escape the escape in some renderers and not in others: keep them apart.
  const cells = rows.map((row) => row.map((cell) => cell.replace(/\\(?=\|)/g, "\\\u2060").replaceAll("|", "\\|")));
  return markdownTable(cells, { align, alignDelimiters: false });
}

/** A folded section; `summary` is Markdown of `markdownText`, which is HTML as well. */
export function markdownFold(summary: string, body: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
