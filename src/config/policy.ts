import { ownKeys } from "./own-keys.ts";
import type { Config, EvaluateConfig, ModelConfig } from "./schema.ts";

/** What a change is judged by. */
export type EffectivePolicy = {
  /** `base` where the base branch has a policy for anything at all; `proposed` where only the head has one. */
  readonly source: "base" | "proposed";
  /** Every model of the head, as it is trained and judged: those of the base in its order, then the new ones. */
  readonly config: Config;
  /** Models that the base branch does not have: judged by the head's own objectives, relative ones not applicable. */
  readonly proposed: ReadonlySet<string>;
  /** Models that the base branch governs and the head no longer has. */
  readonly removed: readonly string[];
};

/**
 * Joins the two sides of a change: how a model is made comes from the head (`pipeline`, `stages`, the path of the model
 * or predictions), how it is measured and judged from the base. Whether it is a model or predictions that are judged is
 * the base's to say: a head that changes from one to the other has to write both until it is merged.
 *
 * @param base The base branch's config; null where it has none.
 * @param head The head's config; null where it has none (or deletes it).
 */
export function mergePolicy(base: Config | null, head: Config | null): EffectivePolicy {
  const governed = Object.entries(base?.models ?? {});
  const wanted = new Map(Object.entries(head?.models ?? {}));
  const models = new Map<string, ModelConfig>();
  const removed: string[] = [];
  for (const [name, policy] of governed) {
    const making = wanted.get(name);
    if (making === undefined) removed.push(name);
    else models.set(name, mergeModel(policy, making));
  }
  const proposed = new Set<string>();
  for (const [name, model] of wanted) {
    if (models.has(name)) continue;
    models.set(name, model);
    proposed.add(name);
  }
  return {
    source: base === null ? "proposed" : "base",
    config: { version: 1, models: ownKeys(models) },
    proposed,
    removed,
  };
}

function mergeModel(base: ModelConfig, head: ModelConfig): ModelConfig {
  const { pipeline: _pipeline, stages: _stages, ...policy } = base;
  return {
    ...policy,
    ...(head.pipeline === undefined ? {} : { pipeline: head.pipeline }),
    ...(head.stages === undefined ? {} : { stages: head.stages }),
    evaluate: withPathsOf(base.evaluate, head.evaluate),
  };
}

function withPathsOf(base: EvaluateConfig, head: EvaluateConfig): EvaluateConfig {
  // What feeds a model belongs to how it is made.
  if (base.model !== undefined && head.model !== undefined) {
    const { features: _features, ...judged } = base;
    return { ...judged, model: head.model, ...(head.features !== undefined && { features: head.features }) };
  }
  if (base.predictions !== undefined && head.predictions !== undefined)
    return { ...base, predictions: head.predictions };
  return base;
}
