import type { Config, Objective } from "../config/schema.ts";
import type { Task } from "../metrics/observations.ts";

/** What one model is judged by. It comes from a config that the judge trusts, never from the report. */
export type ModelPolicy = {
  readonly model: string;
  readonly task: Task;
  readonly objectives: readonly Objective[];
  /** The config's `evaluate.slices`: each of them must be in the report. */
  readonly slices: readonly string[];
  /** Fewer rows, in all or in a slice, are shown, but not judged. */
  readonly minRows: number;
  /** Directions of the model's own metrics: a report could turn them round. */
  readonly custom: Readonly<Record<string, { readonly better: "higher" | "lower" }>>;
  /** False where the base branch does not have this model: only then are relative objectives not applicable. */
  readonly hasBaseline: boolean;
};

/** One entry a model, in the order of the config. */
export type PolicyForGate = readonly ModelPolicy[];

/**
 * The part of a config that judges. `withoutBaseline` names the models that the base branch does not have, as its own
 * config tells, not the report.
 */
export function policyForGate(config: Config, withoutBaseline: ReadonlySet<string> = new Set()): PolicyForGate {
  return Object.entries(config.models).map(([model, { evaluate, objectives }]) => ({
    model,
    task: evaluate.task,
    objectives,
    slices: evaluate.slices,
    minRows: evaluate.min_rows,
    custom: evaluate.custom,
    hasBaseline: !withoutBaseline.has(model),
  }));
}
