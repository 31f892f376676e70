import { line } from "d3-shape";
import { formatCount } from "../../gate/number-text.ts";
import { fragment, type Markup, tag } from "../html/markup.ts";
import type { Curves } from "../schema.ts";
import { type PlotFrame, type PlotText, place, plotAxes, plotFrame, plotImage, plotMark, type Side } from "./frame.ts";

const SIZE = { width: 360, height: 300 };
/** A report promises 200 points; more would only be smaller than a pixel. */
const MAX_POINTS = 400;
const UNIT: readonly [number, number] = [0, 1];

/** One value per model; a model without it is left out. */
export type BySide<T> = { readonly [K in Side]: T | null };

type Points = readonly (readonly [number, number])[];

/** Receiver operating characteristic of both models; the diagonal is what guessing gives. */
export function rocPlot(curves: BySide<Points>, id: string): Markup {
  const frame = plotFrame(SIZE, { x: UNIT, y: UNIT });
  const text = {
    id,
    title: "ROC curve",
    description: described(curves, "true positive rate against false positive rate"),
  };
  const diagonal = tag("line", {
    class: "reference",
    x1: place(frame.x(0)),
    y1: place(frame.y(0)),
    x2: place(frame.x(1)),
    y2: place(frame.y(1)),
  });
  return curvePlot(text, frame, curves, { x: "False positive rate", y: "True positive rate" }, diagonal);
}

/** Precision against recall of both models. */
export function precisionRecallPlot(curves: BySide<Points>, id: string): Markup {
  const frame = plotFrame(SIZE, { x: UNIT, y: UNIT });
  const text = { id, title: "Precision–recall curve", description: described(curves, "precision against recall") };
  return curvePlot(text, frame, curves, { x: "Recall", y: "Precision" }, null);
}

function curvePlot(
  text: PlotText,
  frame: PlotFrame,
  curves: BySide<Points>,
  labels: { readonly x: string; readonly y: string },
  reference: Markup | null,
): Markup {
  return plotImage(
    text,
    SIZE,
    plotAxes(frame, labels),
    reference,
    curve(frame, curves.baseline, "baseline"),
    curve(frame, curves.candidate, "candidate"),
  );
}

function curve({ x, y }: PlotFrame, points: Points | null, side: Side): Markup | null {
  if (points === null || points.length === 0) return null;
  const path = line<readonly [number, number]>(
    (point) => x(clamped(point[0])),
    (point) => y(clamped(point[1])),
  ).digits(2)(points.slice(0, MAX_POINTS));
  return tag("path", { class: `curve ${side}`, d: path });
}

type Calibration = NonNullable<Curves["calibration"]>;

/** Observed rate against mean score, bin by bin; on the diagonal, scores are probabilities. Larger marks are more rows. */
export function calibrationPlot(curves: BySide<Calibration>, id: string): Markup {
  const frame = plotFrame(SIZE, { x: UNIT, y: UNIT });
  const { x, y } = frame;
  const most = Math.max(
    1,
    ...(["candidate", "baseline"] as const).flatMap((side) => (curves[side] ?? []).map(({ rows }) => rows)),
  );
  const marks = (side: Side) => {
    const bins = (curves[side] ?? []).filter(({ rows }) => rows > 0).slice(0, MAX_POINTS);
    const points = bins.map(({ meanScore, observedRate }) => [meanScore, observedRate] as const);
    return fragment(
      curve(frame, points, side),
      bins.map(({ meanScore, observedRate, rows }) =>
        plotMark(side, x(clamped(meanScore)), y(clamped(observedRate)), 2.5 + 3.5 * Math.sqrt(rows / most)),
      ),
    );
  };
  const bins = curves.candidate ?? curves.baseline ?? [];
  const description = `Observed rate against mean score in ${bins.length} bins, up to ${formatCount(most)} rows each. On the diagonal, scores are probabilities.`;
  return plotImage(
    { id, title: "Calibration", description },
    SIZE,
    plotAxes(frame, { x: "Mean score", y: "Observed rate" }),
    tag("line", { class: "reference", x1: place(x(0)), y1: place(y(0)), x2: place(x(1)), y2: place(y(1)) }),
    marks("baseline"),
    marks("candidate"),
  );
}

function described(curves: BySide<Points>, what: string): string {
  const models = (["candidate", "baseline"] as const).filter((side) => (curves[side]?.length ?? 0) > 0);
  return `The ${models.join(" and the ")}: ${what}.`;
}

function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}
