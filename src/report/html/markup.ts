import { visibleLine } from "../visible-text.ts";

declare const MADE_HERE: unique symbol;

/** HTML or SVG that is safe to stand as it is; it is made in this file only, where every text is escaped. */
export type Markup = { readonly html: string; readonly [MADE_HERE]: true };

/** What can stand inside an element: text is escaped, null is nothing. */
export type Child = Markup | string | number | null | readonly Child[];

export type Attributes = Readonly<Record<string, string | number | null>>;

const VOID_ELEMENTS: ReadonlySet<string> = new Set(["meta", "br"]);
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** Longer text helps nobody; it is cut with an ellipsis. Attributes are not: a cut path would be another one. */
const TEXT_CHARACTERS = 600;

/** An element; attributes that are null are left out. Names are the program's own, values and texts may be anyone's. */
export function tag(name: string, attributes: Attributes, ...children: readonly Child[]): Markup {
  const written = Object.entries(attributes).map(([key, value]) =>
    value === null ? "" : ` ${key}="${escaped(String(value), Number.POSITIVE_INFINITY)}"`,
  );
  const open = `<${name}${written.join("")}>`;
  return made(VOID_ELEMENTS.has(name) ? open : `${open}${children.map(childHtml).join("")}</${name}>`);
}

/** Several elements side by side. */
export function fragment(...children: readonly Child[]): Markup {
  return made(children.map(childHtml).join(""));
}

/** A line's end inside `pre`; in someone's text it would be shown as a character. */
export const LINE_END: Markup = made("\n");

/** The program's own style, as it is: nothing of anyone else may be in it. */
export function styleSheet(css: string): Markup {
  return made(`<style>${css}</style>`);
}

function made(html: string): Markup {
  return { html } as Markup;
}

function childHtml(child: Child): string {
  if (child === null) return "";
  if (typeof child === "string" || typeof child === "number") return escaped(String(child), TEXT_CHARACTERS);
  return "html" in child ? child.html : child.map(childHtml).join("");
}

/** What most attributes and numbers are made of: nothing to escape, and nothing that could not be seen. */
const PLAIN = /^[\x20\x21\x23-\x25\x28-\x3b\x3d\x3f-\x7e]*$/;

function escaped(text: string, limit: number): string {
  if (text.length <= limit && PLAIN.test(text)) return text;
  return visibleLine(text, limit).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
