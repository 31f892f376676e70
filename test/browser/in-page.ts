import type { Page } from "playwright-core";

/** What tests ask of a page; as text, for the browser's types are not those of the tests. */

/** The width of what is shown, and of the window. */
export function widths(page: Page): Promise<{ content: number; window: number }> {
  return page.evaluate("({ content: document.documentElement.scrollWidth, window: window.innerWidth })");
}

/** Texts inside plots that meet another text, an upright line of the plot, or the plot's edge; empty where all can be read. */
export function unreadableInPlots(page: Page): Promise<string[]> {
  return page.evaluate(UNREADABLE);
}

const UNREADABLE = `
  [...document.querySelectorAll("svg[role=img]")].flatMap((svg) => {
    const plot = svg.getBoundingClientRect();
    const name = svg.querySelector("title").textContent;
    const boxOf = (element) => ({ text: element.textContent, box: element.getBoundingClientRect() });
    const texts = [...svg.querySelectorAll("text")].map(boxOf);
    const lines = [...svg.querySelectorAll("line.reference, line.bound, line.interval, .mark")].map(boxOf);
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
    return texts.flatMap(({ text, box }, at) => [
      ...(box.left < plot.left - 1 || box.right > plot.right + 1 || box.bottom > plot.bottom + 2 ? [name + ": " + text + " is cut off"] : []),
      ...texts.slice(at + 1).filter((other) => meet(box, other.box)).map((other) => name + ": " + text + " meets " + other.text),
      ...lines.filter((line) => meet(box, line.box)).map(() => name + ": " + text + " is crossed"),
    ]);
  })
`;

/** The text of every element that the selector finds. */
export async function texts(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).allTextContents();
}

/** The colour of the page behind everything: `rgb(r, g, b)`. */
export function background(page: Page): Promise<string> {
  return page.evaluate("getComputedStyle(document.body).backgroundColor");
}

/** The contrast (WCAG 2, 1 to 21) of the first element's letters against the page. */
export async function contrast(page: Page, selector: string): Promise<number> {
  const letters: string = await page.evaluate(
    `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).color`,
  );
  const [a, b] = [luminance(letters), luminance(await background(page))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => channel(Number(part) / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channel(value: number): number {
  return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
