import { type ScaleLinear, scaleLinear } from "d3-scale";
import { type Markup, tag } from "../html/markup.ts";
import { cutToWidth } from "../text-table.ts";
import type { NumberCell } from "../view/number-cells.ts";
import { visibleName } from "../visible-text.ts";
import { domainOf, type PlotText, place, plotImage, plotMark, type Side, widened } from "./frame.ts";
import { horizontalTicks } from "./ticks.ts";

/** One interval with its estimate; an unknown interval is a mark alone. */
export type ForestMark = {
  readonly side: Side;
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
};

/** One line of the plot: its name above, its numbers at the left, its marks at the right. */
export type ForestRow = {
  readonly label: string;
  /** The candidate's. */
  readonly numbers: NumberCell;
  readonly marks: readonly ForestMark[];
  /** What the values are held against, drawn as an upright line. */
  readonly bound: number | null;
};

const WIDTH = 360;
/** Numbers have a column of their own, so that neither marks nor lines meet them, however long they are. */
const NUMBERS = 4;
const LEFT = 150;
const RIGHT = WIDTH - 10;
const ROW = 52;
const AXIS = 26;
/** Where marks and upright lines begin and end within a row. */
const MARKS_TOP = 19;
const MARKS_BOTTOM = 48;
/** About how wide a letter may be: of a name, which is cut, and of a number. */
const NAME_LETTER = 8.4;
const NUMBER_LETTER = 5.8;

/** Rows that share one axis, such as one metric on many slices; `overall` is drawn through all of them. */
export function forestPlot(text: PlotText, rows: readonly ForestRow[], overall: number | null): Markup {
  const values = rows.flatMap(rowValues);
  const x = scaleLinear(domainOf(overall === null ? values : [...values, overall], 0.05), [LEFT, RIGHT]);
  const height = rows.length * ROW + AXIS;
  const bottom = rows.length * ROW + 2;
  const ticks = horizontalTicks(x, 5);
  return plotImage(
    text,
    { width: WIDTH, height },
    ticks.map(({ value, text: number }) =>
      tag("text", { class: "tick", x: place(x(value)), y: bottom + 15, "text-anchor": "middle" }, number),
    ),
    rows.map((row, at) => [
      ticks.map(({ value }) => upright("grid", x(value), at * ROW)),
      overall === null ? null : upright("reference", x(overall), at * ROW),
      forestRow(row, x, at * ROW),
    ]),
  );
}

/** Rows of unlike metrics, each with a scale of its own. */
export function ownScalesPlot(text: PlotText, rows: readonly ForestRow[]): Markup {
  return plotImage(
    text,
    { width: WIDTH, height: rows.length * ROW + 6 },
    rows.map((row, at) => {
      const x = scaleLinear(domainOf(rowValues(row), 0.12), [LEFT, RIGHT]);
      return [ruler(at * ROW), forestRow(row, x, at * ROW)];
    }),
  );
}

/** A difference that is better to the right, against the change for the worse that is allowed. */
export type DifferenceRow = ForestRow & {
  /** Allowed change for the worse, at least 0; null where nothing is asked. */
  readonly tolerance: number | null;
};

/** Differences, each on a scale of its own around one upright zero; what lies beyond the tolerance is shaded. */
export function differencePlot(text: PlotText, rows: readonly DifferenceRow[]): Markup {
  const height = rows.length * ROW + AXIS;
  const middle = (LEFT + RIGHT) / 2;
  const bottom = rows.length * ROW + 2;
  return plotImage(
    text,
    { width: WIDTH, height },
    rows.map((row, at) => {
      const reach = Math.max(...rowValues(row).map(Math.abs), row.tolerance ?? 0, Number.MIN_VALUE);
      const x = scaleLinear(widened([-reach * 1.15, reach * 1.15]), [LEFT, RIGHT]);
      return [
        shading(row.tolerance, x, at * ROW),
        upright("reference", middle, at * ROW),
        ruler(at * ROW),
        forestRow(row, x, at * ROW),
      ];
    }),
    tag("text", { class: "tick", x: LEFT, y: bottom + 16 }, "← worse"),
    tag("text", { class: "tick", x: middle, y: bottom + 16, "text-anchor": "middle" }, "same"),
    tag("text", { class: "tick", x: RIGHT, y: bottom + 16, "text-anchor": "end" }, "better →"),
  );
}

function shading(tolerance: number | null, x: ScaleLinear<number, number>, top: number): Markup | null {
  if (tolerance === null) return null;
  const edge = x(-tolerance);
  return tag("g", {}, [
    tag("rect", {
      class: "beyond",
      x: LEFT,
      y: top + MARKS_TOP,
      width: place(Math.max(0, edge - LEFT)),
      height: MARKS_BOTTOM - MARKS_TOP,
    }),
    upright("bound", edge, top),
  ]);
}

function ruler(top: number): Markup {
  return tag("line", { class: "grid", x1: NUMBERS, x2: RIGHT, y1: top + ROW, y2: top + ROW });
}

function upright(kind: "grid" | "reference" | "bound", x: number, top: number): Markup {
  return tag("line", { class: kind, x1: place(x), x2: place(x), y1: top + MARKS_TOP, y2: top + MARKS_BOTTOM });
}

function forestRow({ label, numbers, marks, bound }: ForestRow, x: ScaleLinear<number, number>, top: number): Markup {
  const gap = marks.length === 1 ? 33 : 28;
  const name = cutToWidth(visibleName(label, 60), Math.floor((RIGHT - NUMBERS) / NAME_LETTER));
  return tag(
    "g",
    {},
    tag("text", { class: "row", x: NUMBERS, y: top + 13 }, name),
    numberText(numbers.value, top + 29),
    numbers.interval === null ? null : numberText(numbers.interval, top + 43),
    bound === null ? null : upright("bound", x(bound), top),
    marks.map((mark, at) => forestMark(mark, x, top + gap + at * 11)),
  );
}

/** A number is never cut: where it is too long, its letters stand closer. */
function numberText(text: string, y: number): Markup {
  const room = LEFT - NUMBERS - 12;
  const isLong = text.length * NUMBER_LETTER > room;
  const squeezed = isLong ? { textLength: room, lengthAdjust: "spacingAndGlyphs" } : {};
  return tag("text", { class: "numbers", x: NUMBERS, y, ...squeezed }, text);
}

function forestMark({ side, value, interval }: ForestMark, x: ScaleLinear<number, number>, y: number): Markup {
  return tag(
    "g",
    {},
    interval === null
      ? null
      : tag("line", {
          class: `interval ${side}`,
          x1: place(x(interval.low)),
          x2: place(x(interval.high)),
          y1: y,
          y2: y,
        }),
    plotMark(side, x(value), y, 4),
  );
}

function rowValues({ marks, bound }: ForestRow): number[] {
  const values = marks.flatMap(({ value, interval }) =>
    interval === null ? [value] : [value, interval.low, interval.high],
  );
  return bound === null ? values : [...values, bound];
}
