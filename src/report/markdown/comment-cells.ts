import { formatCount } from "../../gate/number-text.ts";
import { markdownCode, markdownText } from "../markdown-text.ts";
import type { TextPart } from "../view/comparison.ts";
import { type MetricName, NO_BREAK, withDirection } from "../view/metric-label.ts";
import type { NumberCell } from "../view/number-cells.ts";

/** A number with its interval below it, small; neither is broken into lines. */
export function stacked({ value, interval }: NumberCell): string {
  return unbroken(interval === null ? value : `${value}<br><sub>${interval}</sub>`);
}

/** No line ends inside a number and its unit. */
export function unbroken(text: string): string {
  return text.replaceAll(" ", NO_BREAK);
}

/** A metric's name, cut to `limit`, and which direction is better. */
export function metricCell({ label, better }: MetricName, limit: number): string {
  return withDirection(markdownText(label, limit), better);
}

/** What is told in words and names; names stand out. */
export function partsText(parts: readonly TextPart[]): string {
  return parts.map((part) => (part.kind === "name" ? markdownCode(part.text, 80) : part.text)).join("");
}

/** Says how much a list leaves out; nothing where it is complete. */
export function more(count: number): string[] {
  return count > 0 ? [`- … and ${formatCount(count)} more in the report`] : [];
}

export function moreInline(count: number): string {
  return count > 0 ? ` and ${formatCount(count)} more` : "";
}
