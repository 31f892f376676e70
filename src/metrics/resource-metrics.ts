/**
 * What an objective can bound that is no function of rows: how fast and how large the model is, and what its training
 * took.
 */
export type ResourceMetric = {
  readonly name: ResourceMetricName;
  readonly label: string;
  readonly better: "higher" | "lower";
  /** Closed bounds of the value. */
  readonly range: readonly [number, number];
  readonly unit: string;
  /** One sentence, for the documentation and the report. */
  readonly definition: string;
};

type ResourceMetricName =
  | "latency_p50_ms"
  | "latency_p95_ms"
  | "throughput_rows_per_second"
  | "model_size_mb"
  | "train_minutes"
  | "train_cpu_minutes"
  | "train_peak_memory_mb";

const NOT_NEGATIVE = [0, Number.POSITIVE_INFINITY] as const;

/** All of them, in the order of documentation and reports. A megabyte is 1,000,000 bytes. */
export const RESOURCE_METRICS: readonly ResourceMetric[] = [
  {
    name: "latency_p50_ms",
    label: "Latency (median)",
    better: "lower",
    range: NOT_NEGATIVE,
    unit: "ms",
    definition: "Median time of one call of the model, warm, in milliseconds; candidate and baseline take turns.",
  },
  {
    name: "latency_p95_ms",
    label: "Latency (95th percentile)",
    better: "lower",
    range: NOT_NEGATIVE,
    unit: "ms",
    definition:
      "Time in milliseconds that 95% of the calls of the model do not exceed, warm; not measured with fewer than 130 calls.",
  },
  {
    name: "throughput_rows_per_second",
    label: "Throughput",
    better: "higher",
    range: NOT_NEGATIVE,
    unit: "rows/s",
    definition:
      "Rows that the model scores in a second, warm, called with as many rows at once as evaluation feeds it (16,384, or all there are).",
  },
  {
    name: "model_size_mb",
    label: "Model size",
    better: "lower",
    range: NOT_NEGATIVE,
    unit: "MB",
    definition: "Size of the model's file in megabytes of 1,000,000 bytes.",
  },
  {
    name: "train_minutes",
    label: "Training time",
    better: "lower",
    range: NOT_NEGATIVE,
    unit: "min",
    definition:
      "Sum over the stages of the wall time of their commands, in minutes; of a stage taken from the cache, the time of the run that made it.",
  },
  {
    name: "train_cpu_minutes",
    label: "Training CPU time",
    better: "lower",
    range: NOT_NEGATIVE,
    unit: "min",
    definition: "Sum over the stages of the processor time of their commands, user and system, in minutes.",
  },
  {
    name: "train_peak_memory_mb",
    label: "Training peak memory",
    better: "lower",
    range: NOT_NEGATIVE,
    unit: "MB",
    definition:
      "Highest resident memory of any stage's commands: of the largest process, or of those running together as sampled; not known where a command was over too soon to be seen and GNU time is not installed.",
  },
];

/** The measure of that name; null where there is none. */
export function findResourceMetric(name: string): ResourceMetric | null {
  return RESOURCE_METRICS.find((metric) => metric.name === name) ?? null;
}
