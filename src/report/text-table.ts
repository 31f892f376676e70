/** A table of plain text for terminals and logs, as wide as it may be. */

/** One column; its cells are plain visible text, one line each. */
export type TextColumn = {
  readonly head: string;
  readonly align: "left" | "right";
  readonly cells: readonly string[];
  /** Where the table is too wide, the column with the greatest number goes first; null stays. */
  readonly dropped: number | null;
};

/** How cells look: `row` −1 is the head. It must not change their width. */
export type Paint = (text: string, column: number, row: number) => string;

/** What is told below a row of the columns that had to go; null where nothing is. */
export type Below = (row: number, isDropped: (column: TextColumn) => boolean) => string | null;

const GAP = "  ";
const BELOW = "    ";
/** The first column, which names the rows, is cut to this before another column goes, and never shorter. */
const LEAST_NAME = 20;

/**
 * Lines of the table, its head first, none wider than `width` columns as long as there are columns to drop and the first
 * to shorten. `below` may say in a line of its own what had to go.
 */
export function textTable(
  columns: readonly TextColumn[],
  width: number,
  paint: Paint = (text) => text,
  below: Below = () => null,
): string[] {
  const shown = fittingColumns(columns, width);
  const widths = shown.map(widthOf);
  const excess = totalWidth(widths) - width;
  if (excess > 0 && widths[0] !== undefined) widths[0] = Math.max(LEAST_NAME, widths[0] - excess);
  const rows = Math.max(0, ...columns.map((column) => column.cells.length));
  const isDropped = (column: TextColumn) => !shown.includes(column);
  return Array.from({ length: rows + 1 }, (_, line) => line - 1).flatMap((row) => {
    const cells = shown.map((column, at) => {
      const text = cutToWidth(row < 0 ? column.head : (column.cells[row] ?? ""), widths[at] ?? 0);
      return paint(padded(text, widths[at] ?? 0, column.align), columns.indexOf(column), row);
    });
    const told = row < 0 ? null : below(row, isDropped);
    const lines = told === null ? [] : wrapText(told, width - BELOW.length, "").map((text) => `${BELOW}${text}`);
    return [cells.join(GAP).trimEnd(), ...lines];
  });
}

function fittingColumns(columns: readonly TextColumn[], width: number): readonly TextColumn[] {
  const shown = columns.filter((column, at) => at === 0 || column.cells.some((cell) => cell !== ""));
  const least = (column: TextColumn, at: number) =>
    at === 0 ? Math.min(LEAST_NAME, widthOf(column)) : widthOf(column);
  while (totalWidth(shown.map(least)) > width) {
    const next = shown.reduce<TextColumn | null>((most, column) => {
      return column.dropped !== null && column.dropped > (most?.dropped ?? -1) ? column : most;
    }, null);
    if (next === null) break;
    shown.splice(shown.indexOf(next), 1);
  }
  return shown;
}

function widthOf(column: TextColumn): number {
  return Math.max(displayWidth(column.head), ...column.cells.map(displayWidth));
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);
}

function padded(text: string, width: number, align: "left" | "right"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}

const NO_WIDTH = /\p{M}|\u200c|\u200d|\ufe0f/u;
const DOUBLE_WIDTH =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;

/** Columns that a terminal gives a text: two for East Asian letters and emoji, none for combining marks. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): 0 | 1 | 2 {
  if (character <= "\u02ff") return 1;
  if (NO_WIDTH.test(character)) return 0;
  return DOUBLE_WIDTH.test(character) ? 2 : 1;
}

/** The text, or its beginning and an ellipsis, at most `width` columns wide. */
export function cutToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = "";
  let used = 0;
  for (const character of text) {
    if (used + characterWidth(character) > width - 1) break;
    cut += character;
    used += characterWidth(character);
  }
  return `${cut}…`;
}

/** A paragraph as lines of at most `width` columns, later lines indented; words longer than a line stay whole. */
export function wrapText(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && displayWidth(longer) + (lines.length > 0 ? indent.length : 0) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines.map((each, at) => (at === 0 ? each : `${indent}${each}`));
}
