import { type ScaleLinear, scaleLinear } from "d3-scale";
import { type Child, fragment, type Markup, tag } from "../html/markup.ts";
import { horizontalTicks, ticksOf } from "./ticks.ts";

/** A plot's size in its own units; pages scale it. Narrow, so that its letters can be read on a phone. */
export type PlotSize = { readonly width: number; readonly height: number };

/** What a plot is about, for whoever looks and for whoever listens. `id` is unique on the page. */
export type PlotText = { readonly id: string; readonly title: string; readonly description: string };

export type Side = "candidate" | "baseline";

/** Where the axes leave room, and how data becomes places. */
export type PlotFrame = {
  readonly size: PlotSize;
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
};

const MARGIN = { top: 8, right: 12, bottom: 38, left: 54 };

/** An image of SVG with its title and description. */
export function plotImage(
  { id, title, description }: PlotText,
  { width, height }: PlotSize,
  ...content: readonly Child[]
): Markup {
  return tag(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-labelledby": `${id}-title ${id}-description` },
    tag("title", { id: `${id}-title` }, title),
    tag("desc", { id: `${id}-description` }, description),
    ...content,
  );
}

/** A frame for data in `x` and `y` (least and greatest); a domain of no width is widened. */
export function plotFrame(
  size: PlotSize,
  domains: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
): PlotFrame {
  return {
    size,
    x: scaleLinear(widened(domains.x), [MARGIN.left, size.width - MARGIN.right]),
    y: scaleLinear(widened(domains.y), [size.height - MARGIN.bottom, MARGIN.top]),
  };
}

/** A domain as it is, or half a unit around its only value. */
export function widened([low, high]: readonly [number, number]): [number, number] {
  if (high > low) return [low, high];
  const half = Math.max(0.5, Math.abs(low) * 0.05);
  return [low - half, low + half];
}

/** Grid lines, ticks with their numbers, and the axes' names. */
export function plotAxes({ size, x, y }: PlotFrame, labels: { readonly x: string; readonly y: string }): Markup {
  const [left = 0, right = 0] = x.range();
  const [bottom = 0, top = 0] = y.range();
  const middle = (bottom + top) / 2;
  return fragment(
    horizontalTicks(x, 5).map(({ value, text }) => [
      tag("line", { class: "grid", x1: place(x(value)), x2: place(x(value)), y1: bottom, y2: top }),
      tag("text", { class: "tick", x: place(x(value)), y: bottom + 14, "text-anchor": "middle" }, text),
    ]),
    ticksOf(y, 5).map(({ value, text }) => [
      tag("line", { class: "grid", x1: left, x2: right, y1: place(y(value)), y2: place(y(value)) }),
      tag("text", { class: "tick", x: left - 6, y: place(y(value) + 4), "text-anchor": "end" }, text),
    ]),
    tag("rect", { class: "frame", x: left, y: top, width: right - left, height: bottom - top }),
    tag("text", { class: "axis", x: (left + right) / 2, y: size.height - 6, "text-anchor": "middle" }, labels.x),
    tag(
      "text",
      { class: "axis", x: 11, y: middle, "text-anchor": "middle", transform: `rotate(-90 11 ${middle})` },
      labels.y,
    ),
  );
}

/** The mark of a model: a disc for the candidate, a hollow square for the baseline, so that neither needs its colour. */
export function plotMark(side: Side, x: number, y: number, radius: number): Markup {
  if (side === "candidate")
    return tag("circle", { class: "mark candidate", cx: place(x), cy: place(y), r: place(radius) });
  const edge = place(radius * 1.7);
  return tag("rect", {
    class: "mark baseline",
    x: place(x - edge / 2),
    y: place(y - edge / 2),
    width: edge,
    height: edge,
  });
}

/** A coordinate with two decimals. */
export function place(value: number): number {
  return Number(value.toFixed(2));
}

/** The least and greatest of some numbers with a share of room on both sides; 0 to 1 where there are none. */
export function domainOf(values: readonly number[], room: number): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  const [from, to] = widened([low, high]);
  return [from - (to - from) * room, to + (to - from) * room];
}
