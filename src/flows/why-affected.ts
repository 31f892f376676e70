import type { ModelConfig } from "../config/schema.ts";
import { type AffectedRequest, isAffected, type ModelSide, whyStagesAffected } from "../pipeline/affected.ts";
import { commandFiles } from "../pipeline/command-files.ts";
import { dataFolders, dataSource } from "../pipeline/data-source.ts";
import { buildGraph, type Stages } from "../pipeline/graph.ts";
import type { Link } from "../pipeline/links.ts";
import { parameterFiles } from "../pipeline/parameters.ts";
import { stagesFor } from "../pipeline/plan.ts";
import { stagePaths } from "../pipeline/stage-paths.ts";
import type { Repository } from "../ports.ts";
import { ProblemError } from "../problem.ts";
import { canonicalJson } from "../report/canonical-json.ts";
import type { Json } from "../report/schema.ts";
import { artifactOf } from "./artifact-of.ts";
import type { LoadedPolicy } from "./load-policy.ts";
import { readStages } from "./read-stages.ts";

/** How a change reaches one model. */
export type Reach = {
  readonly affected: boolean;
  /** What reaches it, or that nothing does; a part of a sentence. */
  readonly because: string;
  /** Whether it changes how a stage makes the data that the model is evaluated on. */
  readonly remakesData: boolean;
};

/** A commit, and the paths that differ between it and the tree at hand before anything has run there. */
export type Difference = { readonly from: string; readonly paths: readonly string[] };

/**
 * Whether a change reaches a model. What cannot be told counts as reached.
 *
 * @param difference Null where there is nothing before the change.
 */
export async function whyAffected(
  model: string,
  difference: Difference | null,
  policy: LoadedPolicy,
  repository: Repository,
): Promise<Reach> {
  const headConfig = policy.head?.models[model];
  const baseConfig = policy.baseline?.models[model];
  if (difference === null || headConfig === undefined || baseConfig === undefined) {
    return { affected: true, because: "the base branch does not have this model", remakesData: false };
  }
  if (!isSamePolicy(policy.base?.models[model], baseConfig)) {
    return { affected: true, because: "the base branch's policy is another one by now", remakesData: false };
  }
  const base = await readSide(baseConfig, (path) => repository.readAt(difference.from, path));
  const head = await readSide(headConfig, (path) => repository.workspace.readText(path));
  // Without its stages the model cannot be made, and whoever makes it says why.
  if (head === null) return { affected: true, because: "its pipeline cannot be read", remakesData: false };
  if (base === null) {
    return { affected: true, because: "the base branch's pipeline cannot be read", remakesData: false };
  }
  const [texts, links] = await Promise.all([
    parameterTexts(head, difference, repository),
    linksOf(head, difference, repository),
  ]);
  const seen = { changedPaths: difference.paths, parameterTexts: (path: string) => texts.get(path) ?? null, links };
  return { ...isAffected({ base, head, ...seen }), remakesData: remakesData(base, head, seen) };
}

function isSamePolicy(now: ModelConfig | undefined, then: ModelConfig): boolean {
  return now === then || (now !== undefined && canonicalJson(now as Json) === canonicalJson(then as Json));
}

async function readSide(
  config: ModelConfig,
  readText: (path: string) => Promise<string | null>,
): Promise<ModelSide | null> {
  try {
    return { config, stages: await readStages(config, readText) };
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

type Texts = { readonly base: string | null; readonly head: string | null };

async function parameterTexts(
  head: ModelSide,
  { from, paths }: Difference,
  repository: Repository,
): Promise<ReadonlyMap<string, Texts>> {
  const files = new Set(Object.values(head.stages).flatMap((stage) => [...parameterFiles(stage).keys()]));
  const changed = paths.filter((path) => files.has(path));
  const read = async (path: string) => ({
    base: await repository.readAt(from, path),
    head: await repository.workspace.readText(path),
  });
  return new Map(await Promise.all(changed.map(async (path) => [path, await read(path)] as const)));
}

/**
 * The links of both sides. Of the tree at hand: a link that the commit does not have is among the changed paths, or is ignored, and then
 * only looked for on the way to what the model declares.
 */
async function linksOf(
  { config, stages }: ModelSide,
  { from, paths }: Difference,
  { links, workspace }: Repository,
): Promise<readonly Link[]> {
  const declared = Object.values(stages).flatMap((stage) => [
    ...stagePaths(stage).deps,
    ...stagePaths(stage).outs,
    ...parameterFiles(stage).keys(),
  ]);
  const named = [...commandFiles(stages).values()].flat();
  const evaluated = [artifactOf(config), ...dataFolders(dataSource(config.evaluate.data))];
  const [before, now] = await Promise.all([
    links(from),
    workspace.linksTo([...new Set([...paths, ...declared, ...named, ...evaluated])]),
  ]);
  return [...before, ...now];
}

function remakesData(
  base: ModelSide,
  head: ModelSide,
  seen: Pick<AffectedRequest, "changedPaths" | "parameterTexts" | "links">,
): boolean {
  const names = stagesOfData(head);
  const pick = (stages: Stages) => Object.fromEntries(Object.entries(stages).filter(([name]) => names.has(name)));
  return names.size > 0 && whyStagesAffected({ base: pick(base.stages), head: pick(head.stages), ...seen }) !== null;
}

/** The stages that write what the model is evaluated on, and all that these need. */
function stagesOfData({ config, stages }: ModelSide): ReadonlySet<string> {
  const built = buildGraph({ where: "", stages, artifact: artifactOf(config), exists: () => true });
  // What is wrong with the pipeline, training says.
  return built.ok ? stagesFor(built.graph, dataFolders(dataSource(config.evaluate.data))) : new Set();
}
