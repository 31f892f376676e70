import { formatCount } from "../../gate/number-text.ts";
import { type Markup, tag } from "../html/markup.ts";
import type { Curves } from "../schema.ts";
import { cutToWidth } from "../text-table.ts";
import { visibleName } from "../visible-text.ts";
import { place, plotImage, type Side } from "./frame.ts";

type Confusion = NonNullable<Curves["confusion"]>;

/** Beyond this no number could be read. */
const MAX_CLASSES = 12;
const SIZE = { width: 360, height: 330 };
const LEFT = 84;
const TOP = 54;
/** About how wide a letter may be, and how many stand beside a row. */
const LETTER = 7.2;
const ROW_LETTERS = 9;
/** Width of a bold digit as a share of its size. */
const DIGIT_SHARE = 0.7;

/** Counts of true against predicted classes, shaded by their share of the true class; null for more classes than can be drawn. */
export function confusionPlot({ labels, counts }: Confusion, side: Side, id: string): Markup | null {
  const k = labels.length;
  if (k === 0 || k > MAX_CLASSES || counts.length !== k || counts.some((row) => row.length !== k)) return null;
  const cell = Math.min((SIZE.width - LEFT - 8) / k, (SIZE.height - TOP - 8) / k);
  const names = labels.map((label) => visibleName(label, 40));
  const cells = counts.flatMap((row, truth) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => matrixCell(count, all, { truth, predicted, cell, showShare: k <= 5 }));
  });
  const right = counts.reduce((sum, row, at) => sum + (row[at] ?? 0), 0);
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  const description = `Confusion matrix of the ${side}: ${formatCount(right)} of ${formatCount(total)} rows are given their class. Rows are the truth, columns what was predicted.`;
  return plotImage(
    { id, title: `Confusion matrix of the ${side}`, description },
    SIZE,
    tag("text", { class: "axis", x: LEFT + (cell * k) / 2, y: 16, "text-anchor": "middle" }, "Predicted"),
    tag(
      "text",
      {
        class: "axis",
        x: 11,
        y: TOP + (cell * k) / 2,
        "text-anchor": "middle",
        transform: `rotate(-90 11 ${TOP + (cell * k) / 2})`,
      },
      "True",
    ),
    names.map((name, at) => columnName(name, LEFT + cell * (at + 0.5), cell)),
    names.map((name, at) =>
      tag(
        "text",
        { class: "tick", x: LEFT - 6, y: place(TOP + cell * (at + 0.5) + 4), "text-anchor": "end" },
        cutToWidth(name, ROW_LETTERS),
      ),
    ),
    cells,
  );
}

/** Above its column, or upright where the column is too narrow for five letters. */
function columnName(name: string, x: number, cell: number): Markup {
  const letters = Math.floor((cell - 4) / LETTER);
  if (letters >= 5) {
    const attributes = { class: "tick", x: place(x), y: TOP - 8, "text-anchor": "middle" };
    return tag("text", attributes, cutToWidth(name, letters));
  }
  const [left, bottom] = [place(x + 4), TOP - 4];
  return tag(
    "text",
    { class: "tick", x: left, y: bottom, transform: `rotate(-90 ${left} ${bottom})` },
    cutToWidth(name, 4),
  );
}

function matrixCell(
  count: number,
  all: number,
  { truth, predicted, cell, showShare }: { truth: number; predicted: number; cell: number; showShare: boolean },
): Markup {
  const share = all === 0 ? 0 : count / all;
  const x = LEFT + predicted * cell;
  const y = TOP + truth * cell;
  const centre = { x: place(x + cell / 2), "text-anchor": "middle" };
  const kind = truth === predicted ? "right" : "wrong";
  const text = formatCount(count);
  const size = place(Math.min(14, (cell - 4) / (text.length * DIGIT_SHARE)));
  return tag(
    "g",
    { class: `cell ${kind}${share > 0.55 ? " full" : ""}` },
    tag("rect", {
      x: place(x + 1),
      y: place(y + 1),
      width: place(cell - 2),
      height: place(cell - 2),
      rx: 3,
      "fill-opacity": place(0.06 + 0.94 * share),
    }),
    tag(
      "text",
      { class: "count", "font-size": size, ...centre, y: place(y + cell / 2 + (showShare ? -1 : size / 3)) },
      text,
    ),
    showShare
      ? tag("text", { class: "share", ...centre, y: place(y + cell / 2 + 15) }, `${(share * 100).toFixed(1)}%`)
      : null,
  );
}
