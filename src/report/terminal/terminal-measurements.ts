import { formatPValue } from "../../gate/number-text.ts";
import { pValue } from "../../statistics/interval.ts";
import type { Measurement, MetricDescriptor } from "../schema.ts";
import { type TextColumn, textTable } from "../text-table.ts";
import { withDirection } from "../view/metric-label.ts";
import { differenceCell, noteOf, valueCell, withoutDash } from "../view/number-cells.ts";
import { visibleName, visibleSentence } from "../visible-text.ts";
import { numberColumns } from "./terminal-numbers.ts";
import { painter, type TerminalStyle, wrapped } from "./terminal-style.ts";

/** A table of measurements of the same rows, and what is to be known of single numbers. */
export function measurementLines(
  measured: readonly Measurement[],
  metrics: readonly MetricDescriptor[],
  style: TerminalStyle,
): string[] {
  const shown = measured.flatMap((measurement): Shown[] => {
    const metric = metrics.find(({ name }) => name === measurement.metric);
    return metric === undefined ? [] : [{ metric, measurement }];
  });
  const paint = painter(style);
  const numbers = numberColumns(
    shown.map(({ metric, measurement: { baseline, candidate, difference } }) => ({
      baseline: valueCell(baseline, metric),
      candidate: valueCell(candidate, metric),
      difference: differenceCell(difference, metric),
    })),
    shown.some(({ measurement }) => measurement.difference !== null) ? "Candidate" : "Value",
  );
  const columns: readonly TextColumn[] = [
    {
      head: "Metric",
      align: "left",
      dropped: null,
      cells: shown.map(({ metric }) => withDirection(visibleName(metric.label, 40), metric.better, " ")),
    },
    ...numbers.columns,
    { head: "p", align: "left", dropped: 4, cells: shown.map(({ measurement }) => equalityP(measurement)) },
    {
      head: "Naive",
      align: "right",
      dropped: 6,
      cells: shown.map(({ metric, measurement }) => withoutDash(valueCell(measurement.naive, metric).value)),
    },
  ];
  const paintCell = (cell: string, _: number, row: number) => (row < 0 ? paint(cell, "dim") : cell);
  const table = textTable(columns, style.width - 2, paintCell, numbers.below);
  const notes = shown.flatMap(({ metric, measurement }) => {
    const text = noteOf(measurement.candidate) ?? noteOf(measurement.baseline) ?? noteOf(measurement.difference);
    if (text === null) return [];
    return wrapped(`note: ${visibleName(metric.label, 40)}: ${visibleSentence(text, 240)}`, style);
  });
  return [...table.map((line) => `  ${line}`), ...notes];
}

type Shown = { readonly metric: MetricDescriptor; readonly measurement: Measurement };

function equalityP({ difference }: Measurement): string {
  if (difference === null || !difference.measured) return "";
  const p = pValue(difference, 0, "two-sided");
  return p === null ? "" : formatPValue(p).replace(/^p (= )?/, "");
}
