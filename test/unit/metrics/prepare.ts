import type { AnyMetric, MetricOptions, PreparedMetric } from "../../../src/metrics/metric.ts";
import type { Observations } from "../../../src/metrics/observations.ts";
import { DEFAULT_METRIC_OPTIONS } from "../../../src/metrics/registry.ts";

/** Prepares a metric on observations of its task; throws where the two do not belong together. */
export function prepare(
  metric: AnyMetric,
  observations: Observations,
  options: MetricOptions = DEFAULT_METRIC_OPTIONS,
): PreparedMetric {
  if (metric.task === "binary" && observations.task === "binary") return metric.prepare(observations, options);
  if (metric.task === "multiclass" && observations.task === "multiclass") return metric.prepare(observations, options);
  if (metric.task === "regression" && observations.task === "regression") return metric.prepare(observations, options);
  throw new TypeError(`${metric.name} is of another task than ${observations.task}`);
}
