import { parseDvcPipeline } from "../config/dvc.ts";
import type { ModelConfig } from "../config/schema.ts";
import type { Stages } from "../pipeline/graph.ts";
import { type Problem, ProblemError } from "../problem.ts";

/**
 * The stages of a model, inline or from the dvc.yaml that it names.
 *
 * @param readText Reads a file of the tree that the config is from; null where there is none.
 * @throws ProblemError for a dvc.yaml that is missing or uses what is not supported.
 */
export async function readStages(
  model: ModelConfig,
  readText: (path: string) => Promise<string | null>,
): Promise<Stages> {
  if (model.pipeline === undefined) return model.stages ?? {};
  const text = await readText(model.pipeline);
  if (text === null) {
    throw new ProblemError({
      kind: "config",
      where: model.pipeline,
      what: "the config names it as a pipeline, and there is no such file",
      mend: "correct `pipeline`, or write the stages inline",
    });
  }
  const parsed = parseDvcPipeline(text, model.pipeline);
  if (!parsed.ok) throw new ProblemError(parsed.problems[0] as Problem);
  return parsed.stages;
}
