import { markdownTable } from "markdown-table";
import type { AnyMetric } from "./metric.ts";
import { metricsOf } from "./registry.ts";
import { RESOURCE_METRICS } from "./resource-metrics.ts";

const TASKS = [
  ["Binary", "binary"],
  ["Multiclass", "multiclass"],
  ["Regression", "regression"],
] as const;

const INTERVALS: Readonly<Record<AnyMetric["uncertainty"]["kind"], string>> = {
  auc: "DeLong",
  proportion: "Wilson",
  mean: "Hall's t",
  resampling: "bootstrap",
};

/** The reference of all metrics as Markdown, from the registry. */
export function metricsReference(): string {
  const tables = TASKS.map(([title, task]) => {
    const rows = metricsOf(task).map((metric: AnyMetric) => [
      `\`${metric.name}\``,
      metric.better,
      rangeText(metric.range),
      INTERVALS[metric.uncertainty.kind],
      cell(metric.definition),
    ]);
    return `## ${title}\n\n${markdownTable([["name", "better", "range", "interval", "definition"], ...rows])}`;
  });
  const resources = RESOURCE_METRICS.map(({ name, better, unit, definition }) => [
    `\`${name}\``,
    better,
    unit,
    cell(definition),
  ]);
  return `# Metrics

Generated from the code by \`npm run generate\`. Names and definitions are scikit-learn's; where a definition differs it says so.

The column *interval* is how the interval of a single value is found. Differences between candidate and baseline are paired on identical rows:

| interval | of a single value | of a difference |
| --- | --- | --- |
| DeLong | DeLong's; with a class of under 200 rows by the larger of DeLong's standard error and Hanley and McNeil's | DeLong's |
| Wilson | Wilson's score interval | Tango's score interval over the rows that both count: all for accuracy, the positive ones for recall, the negative ones for specificity; bootstrap for precision, where the two models count rows of their own |
| Hall's t | Hall's skewness-corrected t on the rows' losses | paired t on the rows' differences |
| bootstrap | BCa | paired, by symmetric quantiles |

With a \`group\` all of them are bootstrapped by group. Why so: [ADR 5](../adr/0005-resampling.md).

${tables.join("\n\n")}

## Measures that are no function of rows

${markdownTable([["name", "better", "unit", "definition"], ...resources])}
`;
}

/** Text inside a table's cell, where a bare upright line would end it: the lines of |target − prediction|. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function rangeText([low, high]: readonly [number, number]): string {
  const bound = (value: number) => (Number.isFinite(value) ? String(value) : value < 0 ? "−∞" : "∞");
  return `${bound(low)} … ${bound(high)}`;
}
