import type { Task } from "../metrics/observations.ts";
import { findMetric, metricsOf } from "../metrics/registry.ts";
import { findResourceMetric, RESOURCE_METRICS } from "../metrics/resource-metrics.ts";
import { quote } from "./config-problem.ts";
import { nearest } from "./nearest.ts";
import type { EvaluateConfig } from "./schema.ts";

const TASKS: readonly Task[] = ["binary", "multiclass", "regression"];

/** What a name in a config stands for. */
export type KnownMetric = {
  readonly kind: "task" | "custom" | "resource";
  /** Closed bounds of the value; infinities where there are none. */
  readonly range: readonly [number, number];
  /** What the model has to give for it. */
  readonly needs: "score" | "decision" | "value" | "nothing";
};

/** The metric that a model's config means by a name; null where there is none. */
export function knownMetric(evaluate: EvaluateConfig, name: string): KnownMetric | null {
  const metric = findMetric(evaluate.task, name);
  if (metric !== null) return { kind: "task", range: metric.range, needs: metric.needs };
  if (Object.hasOwn(evaluate.custom, name)) {
    return { kind: "custom", range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], needs: "nothing" };
  }
  const resource = findResourceMetric(name);
  return resource === null ? null : { kind: "resource", range: resource.range, needs: "nothing" };
}

/** What to write instead of a name that stands for nothing. */
export function mendMetric(evaluate: EvaluateConfig, name: string): string {
  const own = [...new Set([...metricsOf(evaluate.task).map((metric) => metric.name), ...Object.keys(evaluate.custom)])];
  const known = [...own, ...RESOURCE_METRICS.map((metric) => metric.name)];
  // `f1` of a multiclass model, `f1_macro` of a binary one, `auc`: longer and shorter forms are no misspellings.
  const word = name.toLowerCase();
  const relatives = known.filter((other) => `_${other}_`.includes(`_${word}_`) || word.startsWith(`${other}_`));
  if (relatives.length > 0) return `write ${relatives.join(" or ")}`;
  const meant = nearest(name, known);
  if (meant !== null) return `write ${meant}`;
  return `write one of ${own.join(", ")}, or describe your own under \`custom\``;
}

/** Why a name stands for nothing: it may be another task's. */
export function describeUnknownMetric(task: Task, name: string): string {
  const others = TASKS.filter((other) => other !== task && findMetric(other, name) !== null);
  if (others.length === 0) return `no metric is called ${quote(name)}`;
  return `${name} is a metric of ${others.join(" and ")} models, and this model's task is ${task}`;
}
