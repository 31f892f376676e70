import type { MeasuredModel, Measurement } from "../schema.ts";

/** Finds a measurement by metric and slice; null for all rows. */
export type MeasurementIndex = (metric: string, slice: string | null) => Measurement | undefined;

/** Prepares for many look-ups; of two measurements of the same, the first counts. */
export function indexMeasurements(model: MeasuredModel): MeasurementIndex {
  const overall = new Map<string, Measurement>();
  const bySlice = new Map<string, Map<string, Measurement>>();
  for (const measurement of model.measurements) {
    const metrics = measurement.slice === null ? overall : (bySlice.get(measurement.slice) ?? new Map());
    if (measurement.slice !== null) bySlice.set(measurement.slice, metrics);
    if (!metrics.has(measurement.metric)) metrics.set(measurement.metric, measurement);
  }
  return (metric, slice) => (slice === null ? overall : bySlice.get(slice))?.get(metric);
}
