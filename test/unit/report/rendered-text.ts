import { renderGithubMarkdown } from "../../../demo/comment-page.ts";

/** What a browser makes of rendered Markdown: its text, and the elements in it. */
export type Rendered = {
  /** All text, zero-width spaces taken out. */
  readonly text: string;
  /** Text where GitHub looks for mentions, references and emoji: outside of code and links. */
  readonly open: readonly string[];
  readonly elements: readonly string[];
  readonly cells: readonly (readonly string[])[];
};

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

export function renderedText(markdown: string): Rendered {
  const html = renderGithubMarkdown(markdown);
  const open: string[] = [];
  const elements: string[] = [];
  const cells: string[][] = [];
  const inside: string[] = [];
  let text = "";
  for (const [, comment, tag, plain] of html.matchAll(/(<!--[\s\S]*?-->)|(<[^>]*>)|([^<]+)/g)) {
    if (comment !== undefined) continue;
    if (tag !== undefined) {
      const name = /^<\/?([a-z0-9]+)/.exec(tag)?.[1] ?? tag;
      if (tag.startsWith("</")) inside.splice(inside.lastIndexOf(name), 1);
      else {
        elements.push(name);
        if (name === "br") text += "\n";
        else if (!["img", "hr", "input"].includes(name)) inside.push(name);
        if (name === "tr") cells.push([]);
        if (name === "td" || name === "th") cells.at(-1)?.push("");
      }
      continue;
    }
    const shown = decode(plain ?? "");
    text += shown;
    if (!inside.includes("code") && !inside.includes("pre") && !inside.includes("a")) open.push(shown);
    const row = cells.at(-1);
    if (row !== undefined && (inside.includes("td") || inside.includes("th")))
      row.push((row.pop() ?? "") + visible(shown));
  }
  return { text: visible(text), open, elements, cells };
}

/** What GitHub would act on in text that is not code; each is one of its filters. */
export const GITHUB_REFERENCES: Readonly<Record<string, RegExp>> = {
  mention: /@[\p{L}\p{N}_]/u,
  issue: /#\d/,
  oldIssue: /\bGH-\d/i,
  ticket: /\b(?:CVE|[A-Z]{2,})-\d/,
  advisory: /\bGHSA-\w/i,
  commit: /(?<![0-9A-Za-z_])[0-9a-f]{7,40}(?![0-9A-Za-z_])/,
  url: /[a-z]:\/\//i,
  www: /\bwww\./i,
  emoji: /:[\w+-]+:/,
  formula: /\$\S[\s\S]*\$/,
};

function visible(text: string): string {
  return text.replaceAll("\u200b", "");
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return ENTITIES[name] ?? whole;
  });
}
