import type { Curves } from "../schema.ts";
import { confusionPlot } from "../svg/confusion-plot.ts";
import { type BySide, calibrationPlot, precisionRecallPlot, rocPlot } from "../svg/curve-plots.ts";
import { differencePlot, forestPlot, ownScalesPlot } from "../svg/forest-plot.ts";
import { plotMark, type Side } from "../svg/frame.ts";
import { residualDomain, residualHistogram, residualPoints } from "../svg/residual-plots.ts";
import type { MeasuredView } from "../view/change-view.ts";
import { differenceRows, sliceForests, valueRows } from "../view/forest-rows.ts";
import { evaluatedBaseline } from "../view/performance-view.ts";
import { type Child, fragment, type Markup, tag } from "./markup.ts";

const SIDES = ["candidate", "baseline"] as const;

/** All plots of one model; `id` is unique on the page. */
export function modelPlots(view: MeasuredView, id: string): Markup {
  const figures = [...intervalFigures(view, id), ...curveFigures(view, id)];
  if (figures.length === 0) return fragment();
  return fragment(
    tag("h3", {}, "Plots"),
    legend(evaluatedBaseline(view.model) !== null),
    tag("div", { class: "plots" }, figures),
  );
}

/** The plots of slices, one a metric. */
export function slicePlots(view: MeasuredView, id: string): Markup {
  const forests = sliceForests(view, { metrics: 4, slices: 25 });
  const figures = forests.map(({ metric, rows, overall }, at) => {
    const text = {
      id: `${id}-slices-${at}`,
      title: `${metric.label} by slice`,
      description: `${metric.label} of candidate and baseline on ${rows.length} slices with 95% intervals.`,
    };
    const note = "Dotted: the candidate on all rows. Upright line: the objective.";
    return figure(text.title, note, forestPlot(text, rows, overall));
  });
  return figures.length === 0 ? fragment() : tag("div", { class: "plots" }, figures);
}

function intervalFigures(view: MeasuredView, id: string): Markup[] {
  const differences = differenceRows(view);
  const values = valueRows(view).filter((row) => row.marks.length > 0);
  const figures: Markup[] = [];
  if (differences.length > 0) {
    const text = {
      id: `${id}-differences`,
      title: "Difference from the baseline",
      description:
        "Candidate minus baseline with 95% intervals, turned so that right is better; shaded is more than the objective allows.",
    };
    figures.push(
      figure(
        text.title,
        "Right is better; shaded: worse than is allowed. Each line has its own scale.",
        differencePlot(text, differences),
      ),
    );
  }
  if (values.length > 0) {
    const text = {
      id: `${id}-values`,
      title: "Metrics",
      description: "Metrics of both models with 95% intervals, each on its own scale.",
    };
    figures.push(
      figure(
        text.title,
        "95% intervals; upright line: the objective. Each line has its own scale.",
        ownScalesPlot(text, values),
      ),
    );
  }
  return figures;
}

function curveFigures({ model }: MeasuredView, id: string): Markup[] {
  const curves = { candidate: model.candidate.curves, baseline: evaluatedBaseline(model)?.curves ?? null };
  const both = <K extends keyof Curves>(key: K): BySide<NonNullable<Curves[K]>> | null => {
    const pair = { candidate: curves.candidate[key] ?? null, baseline: curves.baseline?.[key] ?? null };
    return pair.candidate === null && pair.baseline === null ? null : pair;
  };
  const roc = both("roc");
  const precisionRecall = both("precisionRecall");
  const calibration = both("calibration");
  return [
    ...(roc === null
      ? []
      : [figure("ROC curve", "Up and left is better; dotted: guessing.", rocPlot(roc, `${id}-roc`))]),
    ...(precisionRecall === null
      ? []
      : [
          figure("Precision–recall curve", "Up and right is better.", precisionRecallPlot(precisionRecall, `${id}-pr`)),
        ]),
    ...(calibration === null
      ? []
      : [
          figure(
            "Calibration",
            "On the diagonal, scores are probabilities; larger marks are more rows.",
            calibrationPlot(calibration, `${id}-calibration`),
          ),
        ]),
    ...confusionFigures(both("confusion"), id),
    ...residualFigures(both("residuals"), id),
  ];
}

function confusionFigures(confusion: BySide<NonNullable<Curves["confusion"]>> | null, id: string): Markup[] {
  if (confusion === null) return [];
  return SIDES.flatMap((side) => {
    const matrix = confusion[side];
    if (matrix === null) return [];
    const plot = confusionPlot(matrix, side, `${id}-confusion-${side}`);
    const missing = tag(
      "p",
      { class: "soft" },
      `${matrix.labels.length} classes are too many to draw; the report's JSON has the counts.`,
    );
    return [figure(`Confusion matrix, ${side}`, "Shaded by the share of the true class.", plot ?? missing)];
  });
}

function residualFigures(residuals: BySide<NonNullable<Curves["residuals"]>> | null, id: string): Markup[] {
  if (residuals === null) return [];
  const histogram = residualHistogram(residuals, `${id}-residuals`);
  const domain = residualDomain(residuals);
  const points = SIDES.flatMap((side) => {
    const own = residuals[side];
    if (own === null || own.points.length === 0) return [];
    return [
      figure(
        `Residuals, ${side}`,
        "No pattern around zero is good.",
        residualPoints(own, side, domain, `${id}-points-${side}`),
      ),
    ];
  });
  return [
    ...(histogram === null ? [] : [figure("Residuals", "Narrow and around zero is good.", histogram)]),
    ...points,
  ];
}

function figure(title: string, note: string, content: Child): Markup {
  return tag("figure", {}, tag("figcaption", {}, title, tag("small", {}, note)), content);
}

function legend(hasBaseline: boolean): Markup {
  const sample = (side: Side) =>
    tag(
      "span",
      {},
      tag(
        "svg",
        { viewBox: "0 0 34 14", "aria-hidden": "true" },
        tag("line", { class: `interval ${side}`, x1: 1, x2: 33, y1: 7, y2: 7 }),
        plotMark(side, 17, 7, 4),
      ),
      side,
    );
  return tag("div", { class: "legend" }, sample("candidate"), hasBaseline ? sample("baseline") : null);
}
