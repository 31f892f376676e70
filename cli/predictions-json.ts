import type { ComparedPredictions } from "../src/flows/compare-predictions.ts";
import type { Measured, MetricDescriptor } from "../src/report/schema.ts";
import { intervalOf, pValue } from "../src/statistics/interval.ts";

/** What `evaluate --json` and `compare --json` print: for each slice (all rows first) every metric, with its 95% interval. */
export function predictionsJson(result: ComparedPredictions): unknown {
  const descriptors = new Map(result.metrics.map((metric) => [metric.name, metric]));
  const slices = [null, ...result.slices.map(({ name }) => name)];
  return {
    version: 1,
    task: result.task,
    rows: result.rows,
    digest: result.digest,
    slices: slices.map((slice) => {
      const measured = result.measurements.filter((measurement) => measurement.slice === slice);
      return {
        slice,
        rows: measured[0]?.rows ?? 0,
        metrics: Object.fromEntries(
          measured.map((measurement) => {
            const descriptor = descriptors.get(measurement.metric) as MetricDescriptor;
            const { candidate, baseline, difference, naive } = measurement;
            return [
              measurement.metric,
              {
                better: descriptor.better,
                ...valueJson(candidate, descriptor.range),
                naive: naive?.measured ? naive.value : null,
                ...(baseline && { baseline: valueJson(baseline, descriptor.range) }),
                ...(difference && {
                  difference: { ...valueJson(difference, [null, null]), p_value: equalityP(difference) },
                }),
              },
            ];
          }),
        ),
      };
    }),
  };
}

function valueJson(measured: Measured, range: MetricDescriptor["range"]): object {
  if (!measured.measured) return { value: null, reason: measured.reason };
  const interval = intervalOf(measured, 0.95, range);
  return {
    value: measured.value,
    ...(measured.note !== undefined && { note: measured.note }),
    interval: interval.known ? { low: interval.low, high: interval.high, level: interval.level } : null,
    ...(!interval.known && { no_interval: interval.reason }),
    method: measured.uncertainty.method,
  };
}

function equalityP(difference: Measured): number | null {
  return difference.measured ? pValue(difference, 0, "two-sided") : null;
}
