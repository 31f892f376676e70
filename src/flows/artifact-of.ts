import type { ModelConfig } from "../config/schema.ts";

/** The file that is evaluated: the model, or the predictions. */
export function artifactOf(model: ModelConfig): string {
  const artifact = model.evaluate.model ?? model.evaluate.predictions;
  if (artifact === undefined) throw new Error("a config was read that names neither model nor predictions");
  return artifact;
}
