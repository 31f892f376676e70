import { formatCount } from "../../gate/number-text.ts";
import type { TextPart } from "../view/comparison.ts";
import type { NumberCell } from "../view/number-cells.ts";
import { type Child, fragment, type Markup, tag } from "./markup.ts";

/** One column of a table; its first is a heading of its row and stays in sight while the others scroll. */
export type HtmlColumn<Row> = {
  readonly head: string;
  readonly isNumber?: true;
  readonly className?: string;
  readonly cell: (row: Row, above: Row | undefined) => Child;
};

/** A table that scrolls by itself where the page is narrow; `label` names it for whoever listens. */
export function htmlTable<Row>(label: string, columns: readonly HtmlColumn<Row>[], rows: readonly Row[]): Markup {
  const classOf = ({ isNumber, className }: HtmlColumn<Row>) => className ?? (isNumber ? "number" : null);
  const head = columns.map((column) =>
    tag("th", { scope: "col", class: column.isNumber ? "number" : null }, column.head),
  );
  const body = rows.map((row, at) =>
    tag(
      "tr",
      {},
      columns.map((column, index) => {
        const content = column.cell(row, rows[at - 1]);
        return index === 0 ? tag("th", { scope: "row" }, content) : tag("td", { class: classOf(column) }, content);
      }),
    ),
  );
  const table = tag("table", {}, tag("thead", {}, tag("tr", {}, head)), tag("tbody", {}, body));
  return tag("div", { class: "scroll", role: "region", "aria-label": label, tabindex: 0 }, table);
}

/** A number with its interval below it. */
export function htmlNumber({ value, interval }: NumberCell): Child {
  return interval === null ? value : fragment(value, tag("small", {}, interval));
}

/** A list of terms and what they are; terms without a text are left out. */
export function htmlFacts(facts: readonly (readonly [term: string, text: Child])[]): Markup {
  return tag(
    "dl",
    {},
    facts.filter(([, text]) => text !== null).map(([term, text]) => [tag("dt", {}, term), tag("dd", {}, text)]),
  );
}

/** Beyond this a list of stages, files or parameters helps nobody; the report's JSON has the rest. */
export const MAX_ROWS = 500;

/** Says how much such a list leaves out; nothing where it is complete. */
export function beyond(count: number): Markup | null {
  return count <= MAX_ROWS
    ? null
    : tag("p", { class: "soft" }, `The report's JSON has ${formatCount(count - MAX_ROWS)} more.`);
}

/** What is told in words and names; names stand out, and show all of themselves under the pointer where they are shortened. */
export function htmlParts(parts: readonly TextPart[]): Markup {
  return fragment(
    parts.map((part) => {
      if (part.kind === "words") return part.text;
      return tag("code", { title: part.whole === part.text ? null : part.whole }, part.text);
    }),
  );
}
