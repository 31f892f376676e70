import { CONFIG_CANDIDATES, findConfig } from "../config/find-config.ts";
import { parseConfig } from "../config/load.ts";
import type { ModelConfig } from "../config/schema.ts";
import { buildGraph, externalInputs } from "../pipeline/graph.ts";
import type { Workspace } from "../ports.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { readStages } from "./read-stages.ts";

export type Validation = {
  readonly path: string;
  readonly models: readonly string[];
  readonly problems: readonly Problem[];
};

/** Everything that is wrong with a tree's config and the pipelines it names, without running any of it. */
export async function validateConfig(workspace: Workspace, explicitPath: string | null): Promise<Validation> {
  const path = explicitPath ?? (await locate(workspace));
  const text = await workspace.readText(path);
  if (text === null) return { path, models: [], problems: [noConfig(path)] };
  const parsed = parseConfig(text, path);
  if (!parsed.ok) return { path, models: [], problems: parsed.problems };
  const models = Object.entries(parsed.config.models);
  const problems = await Promise.all(models.map(([name, model]) => validatePipeline(path, name, model, workspace)));
  return { path, models: models.map(([name]) => name), problems: problems.flat() };
}

async function locate(workspace: Workspace): Promise<string> {
  const texts = await Promise.all(CONFIG_CANDIDATES.map((path) => workspace.readText(path)));
  const found = findConfig(new Set(CONFIG_CANDIDATES.filter((_, index) => texts[index] !== null)));
  if (found.found) return found.path;
  throw new ProblemError(found.problem ?? noConfig("modelgate.yml"));
}

function noConfig(path: string): Problem {
  return {
    kind: "config",
    where: path,
    what: "there is no such file",
    mend: "write one (`modelgate schema` tells what can stand there)",
  };
}

async function validatePipeline(
  path: string,
  name: string,
  model: ModelConfig,
  workspace: Workspace,
): Promise<readonly Problem[]> {
  try {
    const stages = await readStages(model, (file) => workspace.readText(file));
    const artifact = model.evaluate.model ?? model.evaluate.predictions ?? "";
    const external = externalInputs(stages, artifact);
    const digests = await workspace.digests(external);
    const existing = new Set(external.filter((_, index) => digests[index] !== null));
    const built = buildGraph({
      where: `${path}, model ${name}`,
      stages,
      artifact,
      exists: (file) => existing.has(file),
    });
    return built.ok ? [] : built.problems;
  } catch (error) {
    if (error instanceof ProblemError) return [error.problem];
    throw error;
  }
}
