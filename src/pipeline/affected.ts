import { folderOf, isSameOrWithin, joinPath } from "../config/repository-path.ts";
import type { ModelConfig } from "../config/schema.ts";
import { canonicalJson } from "../report/canonical-json.ts";
import type { Json } from "../report/schema.ts";
import { commandFiles } from "./command-files.ts";
import { type DataSource, dataFolders, dataSource, mayMatch } from "./data-source.ts";
import type { Stages } from "./graph.ts";
import { followLinks, type Link, type LinkedPaths } from "./links.ts";
import { type ParameterKeys, parameterFiles, pickKeys } from "./parameters.ts";
import { type StagePaths, stagePaths } from "./stage-paths.ts";

/** A model as one side of the change has it: its section of the config, defaults filled in, and its stages. */
export type ModelSide = { readonly config: ModelConfig; readonly stages: Stages };

export type AffectedRequest = {
  /** Null where the base branch does not have the model. */
  readonly base: ModelSide | null;
  readonly head: ModelSide;
  /** Paths that differ between the two sides, from the repository's root, deleted ones included. */
  readonly changedPaths: readonly string[];
  /** Both texts of a changed file of parameters; null where they are not at hand, and then any change counts. */
  readonly parameterTexts: (path: string) => { readonly base: string | null; readonly head: string | null } | null;
  /** The symbolic links of both sides: what they point to decides what the paths hold that lead through them. */
  readonly links: readonly Link[];
};

export type Affected = {
  readonly affected: boolean;
  /** What reaches the model, or that nothing does; a part of a sentence. */
  readonly because: string;
};

/**
 * Whether a change can make a difference to a model, so that it must be trained, evaluated and judged. Where that cannot
 * be told, it can: only what provably stays the same on both sides is passed over. Any difference in the model's section
 * of the config counts, its policy included: what a change would make of the objectives is to be seen with numbers.
 *
 * What no stage declares to read, and no command names, is not seen here, as it is not in fingerprints either.
 */
export function isAffected(request: AffectedRequest): Affected {
  const because = findReason(request);
  if (because !== null) return { affected: true, because };
  const changed = changedText(request.changedPaths);
  return { affected: false, because: `no changed file reaches its stages, parameters, data or config${changed}` };
}

const MOST_SHOWN = 3;

/** Which files did change, so that a reader sees the one that a stage reads without declaring it. */
function changedText(paths: readonly string[]): string {
  if (paths.length === 0) return "";
  const shown = paths.slice(0, MOST_SHOWN).join(", ");
  const more = paths.length - MOST_SHOWN;
  return ` (changed: ${shown}${more > 0 ? ` and ${more} more` : ""})`;
}

function findReason({ base, head, changedPaths, parameterTexts, links }: AffectedRequest): string | null {
  if (base === null) return "the base branch does not have this model";
  if (!isEqual(base.config, head.config)) return "its section of the config changes";
  const linked = followLinks(links);
  const source = dataSource(head.config.evaluate.data);
  const evaluated = { source, behindLinks: dataFolders(source).flatMap((folder) => linked(folder).slice(1)) };
  for (const path of changedPaths) {
    const reason =
      reachesPipeline(path, head.config, linked) ?? reachesEvaluation(path, head.config, evaluated, linked);
    if (reason !== null) return reason;
  }
  return whyStagesAffected({ base: base.stages, head: head.stages, changedPaths, parameterTexts, links });
}

/** Why a change can make a difference to what stages write; null where it cannot. */
export function whyStagesAffected(
  request: Pick<AffectedRequest, "changedPaths" | "parameterTexts" | "links"> & {
    readonly base: Stages;
    readonly head: Stages;
  },
): string | null {
  const redefined = changedStage(request.base, request.head);
  if (redefined !== null) return redefined;
  const linked = followLinks(request.links);
  const named = commandFiles(request.head);
  const stages = Object.entries(request.head).map(([name, stage]): Reach => {
    const { deps, outs } = stagePaths(stage);
    const parameters = parameterFiles(stage);
    return {
      name,
      deps: deps.flatMap(linked),
      outs: outs.flatMap(linked),
      named: (named.get(name) ?? []).flatMap(linked),
      parameters,
      behindParameters: [...parameters.keys()].flatMap((path) => linked(path).slice(1)),
    };
  });
  for (const path of request.changedPaths) {
    const reason = reachesStage(path, stages) ?? reachesParameters(path, stages, request.parameterTexts);
    if (reason !== null) return reason;
  }
  return null;
}

function isEqual(base: object, head: object): boolean {
  return canonicalJson(toJson(base)) === canonicalJson(toJson(head));
}

/** Without the keys that are `undefined`, which JSON does not know. */
function toJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

function changedStage(base: Stages, head: Stages): string | null {
  for (const name of new Set([...Object.keys(base), ...Object.keys(head)])) {
    const before = Object.hasOwn(base, name) ? base[name] : undefined;
    const after = Object.hasOwn(head, name) ? head[name] : undefined;
    if (before === undefined) return `the stage ${name} is new`;
    if (after === undefined) return `the stage ${name} is removed`;
    if (!isEqual(before, after)) return `the stage ${name} is defined differently`;
  }
  return null;
}

/** Files that decide what other files hold, without being named anywhere. */
const DECIDES_CONTENT = new Set([".gitattributes", ".gitmodules", ".lfsconfig"]);

function reachesPipeline(path: string, { pipeline }: ModelConfig, linked: LinkedPaths): string | null {
  if (DECIDES_CONTENT.has(path.slice(path.lastIndexOf("/") + 1))) return `${path} decides what other files hold`;
  // dvc.lock holds the digests of what `dvc pull` fetches.
  const lock = pipeline === undefined ? null : joinPath(folderOf(pipeline), "dvc.lock");
  const isLock = lock !== null && linked(lock).some((one) => isSameOrWithin(path, one));
  return isLock ? `${path} is the lock file of its pipeline` : null;
}

type Evaluated = { readonly source: DataSource; readonly behindLinks: readonly string[] };

function reachesEvaluation(
  path: string,
  { evaluate }: ModelConfig,
  { source, behindLinks }: Evaluated,
  linked: LinkedPaths,
): string | null {
  if (!source.known) return `it cannot be told whether its evaluation's SELECT reads ${path}`;
  const isData =
    source.patterns.some((pattern) => reaches(path, (one) => mayMatch(one, pattern))) ||
    behindLinks.some((one) => touches(path, one));
  if (isData) return `it is evaluated on ${path}`;
  const artifact = joinPath(".", evaluate.model ?? evaluate.predictions ?? ".");
  const isArtifact = artifact === null || linked(artifact).some((one) => touches(path, one));
  return isArtifact ? `${path} is what is evaluated` : null;
}

/** All paths with what lies behind their links. */
type Reach = Pick<StagePaths, "deps" | "outs"> & {
  readonly name: string;
  /** Files that its commands name. */
  readonly named: readonly string[];
  readonly parameters: ReadonlyMap<string, ParameterKeys>;
  readonly behindParameters: readonly string[];
};

function reachesStage(path: string, stages: readonly Reach[]): string | null {
  for (const { name, deps, outs, named } of stages) {
    if (deps.some((dep) => touches(path, dep))) return `the stage ${name} reads ${path}`;
    if (named.some((file) => isOrHolds(path, file))) return `a command of the stage ${name} names ${path}`;
    if (outs.some((out) => touches(path, out))) return `the stage ${name} writes ${path}`;
  }
  return null;
}

function reachesParameters(
  path: string,
  stages: readonly Reach[],
  textsOf: AffectedRequest["parameterTexts"],
): string | null {
  for (const { name, parameters, behindParameters } of stages) {
    const reason = `the stage ${name} takes parameters from ${path}`;
    if (behindParameters.some((file) => touches(path, file))) return reason;
    const keys = parameters.get(path);
    if (keys === undefined) {
      if ([...parameters.keys()].some((file) => touches(path, file))) return reason;
      continue;
    }
    const texts = textsOf(path);
    if (texts === null || texts.base === null || texts.head === null) return reason;
    const before = pickKeys(name, path, texts.base, keys);
    const after = pickKeys(name, path, texts.head, keys);
    if (!before.ok || !after.ok || !isEqual(before.values, after.values)) return reason;
  }
  return null;
}

/** A path reaches a file that it is, holds (a submodule or link) or lies in, and what it points to for DVC. */
function touches(path: string, file: string): boolean {
  return reaches(path, (one) => isSameOrWithin(one, file));
}

/** As `touches`, but a folder is not reached by what lies in it. */
function isOrHolds(path: string, file: string): boolean {
  return reaches(path, (one) => one === file || file === "." || file.startsWith(`${one}/`));
}

function reaches(path: string, matches: (path: string) => boolean): boolean {
  return matches(path) || (path.endsWith(".dvc") && matches(path.slice(0, -".dvc".length)));
}
