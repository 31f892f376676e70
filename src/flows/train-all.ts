import { dataFolders, dataSource } from "../pipeline/data-source.ts";
import type { Repository } from "../ports.ts";
import { artifactOf } from "./artifact-of.ts";
import { configInWorkspace } from "./load-policy.ts";
import { refuseUnknownModels } from "./named-models.ts";
import { readStages } from "./read-stages.ts";
import { createTrainer, type Trained, type TrainPorts, trainedOrProblem } from "./train.ts";

export type TrainAllPorts = TrainPorts & { readonly repository: Repository };

type Failure = Extract<Trained, { ok: false }>;

/**
 * Runs the pipelines of all models, or the named ones, and leaves their outputs in the tree and the cache.
 *
 * @returns What went wrong, by model; empty where all is well.
 * @throws ProblemError for a config that is missing, has errors or lacks a named model.
 */
export async function trainAll(
  request: { readonly configPath: string | null; readonly models: readonly string[] | null },
  ports: TrainAllPorts,
): Promise<readonly Failure[]> {
  const { workspace } = ports.repository;
  const { config, path } = await configInWorkspace(ports.repository, request.configPath);
  refuseUnknownModels(request.models, Object.keys(config.models), path);
  const train = createTrainer(ports);
  const failures: Failure[] = [];
  for (const [name, model] of Object.entries(config.models)) {
    if (request.models !== null && !request.models.includes(name)) continue;
    const trained = await trainedOrProblem(async () =>
      train({
        title: name,
        where: `${path}, model ${name}`,
        stages: await readStages(model, (file) => workspace.readText(file)),
        artifact: artifactOf(model),
        alsoNeeded: dataFolders(dataSource(model.evaluate.data)),
        workspace,
        kept: ports.repository.tracked,
      }),
    );
    if (!trained.ok) failures.push(trained);
  }
  return failures;
}
