import { findMetric } from "../metrics/registry.ts";
import { findResourceMetric } from "../metrics/resource-metrics.ts";
import type { JudgedMetric } from "./evidence.ts";
import type { ModelPolicy } from "./policy.ts";

/** Where the numbers of a metric stand in the report. */
export type MetricKind = "quality" | "resource";

const ANY_NUMBER = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/**
 * The metric that an objective names: one of the task, one of the policy's own, or a resource; null where there is none.
 * Direction and range come from here, since a report that says which way is better could turn a loss into a gain.
 */
export function judgedMetric(name: string, policy: ModelPolicy): { kind: MetricKind; metric: JudgedMetric } | null {
  if (Object.hasOwn(policy.custom, name)) {
    const better = policy.custom[name]?.better ?? "higher";
    return { kind: "quality", metric: { name, label: name, unit: null, better, range: ANY_NUMBER } };
  }
  const ofTask = findMetric(policy.task, name);
  if (ofTask !== null) return { kind: "quality", metric: { ...named(ofTask), unit: null } };
  const resource = findResourceMetric(name);
  return resource === null ? null : { kind: "resource", metric: { ...named(resource), unit: resource.unit } };
}

function named({ name, label, better, range }: Omit<JudgedMetric, "unit">): Omit<JudgedMetric, "unit"> {
  return { name, label, better, range };
}
