import { markdownCode, markdownFold, markdownGrid } from "../markdown-text.ts";
import type { Performance } from "../schema.ts";
import type { MeasuredView } from "../view/change-view.ts";
import { countText } from "../view/count-text.ts";
import { evaluatedBaseline } from "../view/performance-view.ts";
import { formatBytes, formatSeconds } from "../view/quantity-text.ts";
import { metricCell, more, stacked, unbroken } from "./comment-cells.ts";
import type { FoldLimits } from "./fold-limits.ts";

/** How fast and how large the models are. */
export function latencyFold({ measures, performance, model }: MeasuredView): string | null {
  const shown = measures.filter((measure) => !measure.name.startsWith("train_"));
  const latency = performance?.candidate.latency ?? null;
  const how =
    latency === null
      ? "Latency was not measured."
      : `${countText(latency.runs, "call")} of ${countText(latency.batchRows, "row")}, candidate and baseline in turn; throughput with ${countText(latency.throughputBatchRows, "row")} a call.`;
  const isCompared = evaluatedBaseline(model) !== null;
  const rows = shown.map((measure) => [
    metricCell(measure, 40),
    ...(isCompared ? [unbroken(measure.baseline.value)] : []),
    stacked(measure.candidate),
    ...(isCompared ? [stacked(measure.difference)] : []),
  ]);
  const head = ["Measure", ...(isCompared ? ["Baseline"] : []), "Candidate", ...(isCompared ? ["Difference"] : [])];
  const table = markdownGrid([head, ...rows], ["l", "r", "r", "r"]);
  return markdownFold("Latency and size", `${table}\n\n<sub>${how}</sub>`);
}

/** What each stage took, and whether it ran. */
export function trainingFold({ performance, model }: MeasuredView, { lines }: FoldLimits): string | null {
  if (performance === null) return null;
  const sides = [
    ["candidate", performance.candidate],
    ["baseline", evaluatedBaseline(model) === null ? null : performance.baseline],
  ] as const;
  const rows = sides.flatMap(([side, costs]) => (costs?.stages ?? []).map((stage) => stageCost(side, stage)));
  if (rows.length === 0) return null;
  const head = ["Stage", "Model", "Time", "CPU", "Memory", "How"];
  const total = performance.candidate.stages.reduce((sum, stage) => sum + stage.wallSeconds, 0);
  const body = markdownGrid([head, ...rows.slice(0, lines)], ["l", "l", "r", "r", "r", "l"]);
  const note = "A stage from the cache shows what the run took that made it.";
  return markdownFold(
    `Training time (${formatSeconds(total)})`,
    [body, ...more(rows.length - lines), `<sub>${note}</sub>`].join("\n\n"),
  );
}

function stageCost(side: string, stage: Performance["stages"][number]): string[] {
  return [
    markdownCode(stage.name, 40),
    side,
    unbroken(formatSeconds(stage.wallSeconds)),
    stage.cpuSeconds === null ? "–" : unbroken(formatSeconds(stage.cpuSeconds)),
    stage.peakMemoryBytes === null ? "–" : unbroken(formatBytes(stage.peakMemoryBytes)),
    stage.restored ? "from the cache" : "run",
  ];
}
