import { area, curveStepAfter, line } from "d3-shape";
import { formatCount, formatExact } from "../../gate/number-text.ts";
import { type Markup, tag } from "../html/markup.ts";
import type { Curves } from "../schema.ts";
import type { BySide } from "./curve-plots.ts";
import { domainOf, type PlotFrame, place, plotAxes, plotFrame, plotImage, plotMark, type Side } from "./frame.ts";

type Residuals = NonNullable<Curves["residuals"]>;
type Bin = Residuals["histogram"][number];

const SIZE = { width: 360, height: 300 };
const MAX_BINS = 200;
const MAX_POINTS = 500;
/** Narrower bins are no data: their density could not be written. */
const LEAST_WIDTH = 1e-300;

/** How residuals (target − predicted) of both models are spread, as a density so that unequal bins compare. */
export function residualHistogram(residuals: BySide<Residuals>, id: string): Markup | null {
  const unit = readableUnit([residuals.candidate, residuals.baseline]);
  const steps = {
    candidate: densitySteps(residuals.candidate, unit),
    baseline: densitySteps(residuals.baseline, unit),
  };
  const all = [...steps.candidate, ...steps.baseline];
  if (all.length === 0) return null;
  const frame = plotFrame(SIZE, {
    x: domainOf(
      all.map(([x]) => x),
      0,
    ),
    y: [0, 1.05 * Math.max(...all.map(([, density]) => density), Number.MIN_VALUE)],
  });
  return plotImage(
    {
      id,
      title: "Residuals",
      description:
        "How the residuals of both models are spread: target minus prediction. Narrow and around zero is good.",
    },
    SIZE,
    plotAxes(frame, { x: "Residual (target − predicted)", y: `% of rows per ${formatExact(unit, null)}` }),
    zeroLine(frame, "vertical"),
    steps.candidate.length === 0 ? null : tag("path", { class: "bars candidate", d: bars(frame, steps.candidate) }),
    steps.baseline.length === 0 ? null : tag("path", { class: "curve baseline", d: outline(frame, steps.baseline) }),
  );
}

/** Residuals against predictions of one model; `domain` is shared by both, so that the two plots compare. */
export function residualPoints(
  residuals: Residuals,
  side: Side,
  domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
  id: string,
): Markup {
  const frame = plotFrame(SIZE, domain);
  const points = residuals.points.slice(0, MAX_POINTS);
  const description = `Residual against prediction of the ${side} for ${formatCount(points.length)} rows. No pattern around zero is good.`;
  return plotImage(
    { id, title: `Residuals of the ${side}`, description },
    SIZE,
    plotAxes(frame, { x: "Predicted", y: "Residual" }),
    zeroLine(frame, "horizontal"),
    tag(
      "g",
      { class: "points" },
      points.map(([predicted, residual]) => plotMark(side, frame.x(predicted), frame.y(residual), 2.2)),
    ),
  );
}

/** Where the points of both models lie. */
export function residualDomain(residuals: BySide<Residuals>) {
  const points = [...(residuals.candidate?.points ?? []), ...(residuals.baseline?.points ?? [])];
  return {
    x: domainOf(
      points.map(([x]) => x),
      0.04,
    ),
    y: domainOf([0, ...points.map(([, y]) => y)], 0.06),
  };
}

/**
 * A power of ten no wider than any bin: per as much of a residual a share is at most 100%, and neither a number of many
 * zeros nor one of thousands, whatever unit the target has.
 */
function readableUnit(sides: readonly (Residuals | null)[]): number {
  const widths = sides.flatMap((side) => drawnBins(side).map(({ low, high }) => high - low));
  return widths.length === 0 ? 1 : 10 ** Math.floor(Math.log10(Math.min(...widths)));
}

function drawnBins(residuals: Residuals | null): readonly Bin[] {
  return (residuals?.histogram ?? []).filter(({ low, high }) => high - low > LEAST_WIDTH).slice(0, MAX_BINS);
}

/** Corners of the histogram: density, in % of the rows per `unit`, holds from its x to the next one's. */
function densitySteps(residuals: Residuals | null, unit: number): [number, number][] {
  const bins = drawnBins(residuals);
  const all = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const last = bins.at(-1);
  if (all === 0 || last === undefined) return [];
  const density = (bin: Bin) => ((100 * bin.rows) / all) * (unit / (bin.high - bin.low));
  return [...bins.map((bin): [number, number] => [bin.low, density(bin)]), [last.high, density(last)]];
}

function bars({ x, y }: PlotFrame, steps: readonly [number, number][]): string | null {
  return area<[number, number]>()
    .x(([at]) => x(at))
    .y0(y(0))
    .y1(([, density]) => y(density))
    .curve(curveStepAfter)
    .digits(2)([...steps]);
}

function outline({ x, y }: PlotFrame, steps: readonly [number, number][]): string | null {
  return line<[number, number]>(
    ([at]) => x(at),
    ([, density]) => y(density),
  )
    .curve(curveStepAfter)
    .digits(2)([...steps]);
}

function zeroLine({ x, y }: PlotFrame, direction: "vertical" | "horizontal"): Markup {
  const [left = 0, right = 0] = x.range();
  const [bottom = 0, top = 0] = y.range();
  return direction === "vertical"
    ? tag("line", { class: "reference", x1: place(x(0)), x2: place(x(0)), y1: bottom, y2: top })
    : tag("line", { class: "reference", x1: left, x2: right, y1: place(y(0)), y2: place(y(0)) });
}
