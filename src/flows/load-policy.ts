import { CONFIG_CANDIDATES, findConfig } from "../config/find-config.ts";
import { type ParsedConfig, parseConfig } from "../config/load.ts";
import type { ObjectiveLines } from "../config/objective-lines.ts";
import { type EffectivePolicy, mergePolicy } from "../config/policy.ts";
import { policyChanges } from "../config/policy-changes.ts";
import type { Config, ModelConfig, Objective } from "../config/schema.ts";
import type { Repository } from "../ports.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { canonicalJson } from "../report/canonical-json.ts";
import type { Json, Policy } from "../report/schema.ts";
import type { Change } from "./change.ts";

/** The policy that a change is judged by, and both configs that it was made from. */
export type LoadedPolicy = EffectivePolicy & {
  readonly base: Config | null;
  /** The config of the commit that is compared with: how the baseline was made stands there. */
  readonly baseline: Config | null;
  readonly head: Config | null;
  /** Policies of the models that the change removes: still the base branch's to judge. */
  readonly removedModels: Readonly<Record<string, ModelConfig>>;
  /** The policy as the report carries it. */
  readonly reported: Policy;
};

type Side = { readonly path: string; readonly config: Config; readonly lines: ObjectiveLines };

/**
 * Reads `modelgate.yml` of the change and of the base branch's tip and joins them: stages from the change, the rest from the base branch.
 *
 * @param explicitPath Where the config stands, if not in one of its usual places.
 * @throws ProblemError where neither side has a config, or one of them has errors: a gate that cannot be read is closed.
 */
export async function loadPolicy(
  repository: Repository,
  { policySha, baselineSha }: Pick<Change, "policySha" | "baselineSha">,
  explicitPath: string | null,
  sha256: (text: string) => string,
): Promise<LoadedPolicy> {
  const head = await readSide((path) => repository.workspace.readText(path), explicitPath, "");
  const base = policySha === null ? null : await readBase(repository, policySha, explicitPath);
  if (head === null && base === null) {
    throw noConfig(explicitPath, "there is no such file, neither here nor on the base branch");
  }
  const path = (base ?? head)?.path ?? null;
  const baseline =
    baselineSha === policySha
      ? (base?.config ?? null)
      : baselineSha === null || path === null
        ? null
        : await configAt(repository, baselineSha, path);
  const effective = mergePolicy(base?.config ?? null, head?.config ?? null);
  const removedModels = Object.fromEntries(
    effective.removed.map((name) => [name, base?.config.models[name] as ModelConfig]),
  );
  return {
    ...effective,
    base: base?.config ?? null,
    baseline,
    head: head?.config ?? null,
    removedModels,
    reported: describePolicy(effective, removedModels, base, head, sha256),
  };
}

/** The base branch's policy. A path that it does not know must not be a way around the one that it has. */
async function readBase(repository: Repository, policySha: string, explicitPath: string | null): Promise<Side | null> {
  const read = (path: string) => repository.readAt(policySha, path);
  const side = await readSide(read, explicitPath, " on the base branch");
  if (side !== null || explicitPath === null) return side;
  const usual = await readSide(read, null, " on the base branch");
  if (usual === null) return null;
  throw new ProblemError({
    kind: "config",
    where: explicitPath,
    what: `the base branch has its policy in ${usual.path} and no ${explicitPath}`,
    mend: `take ${usual.path}, or move the policy on the base branch first`,
  });
}

async function readSide(
  read: (path: string) => Promise<string | null>,
  explicitPath: string | null,
  whichSide: string,
): Promise<Side | null> {
  const texts = new Map<string, string>();
  for (const path of explicitPath === null ? CONFIG_CANDIDATES : [explicitPath]) {
    const text = await read(path);
    if (text !== null) texts.set(path, text);
  }
  const path = explicitPath === null ? foundPath(new Set(texts.keys())) : explicitPath;
  const text = path === null ? undefined : texts.get(path);
  if (path === null || text === undefined) return null;
  return { path, ...accepted(parseConfig(text, path), whichSide) };
}

/** The config as a commit has it; null where it has none at this path. Throws a ProblemError for one with errors. */
export async function configAt(repository: Repository, sha: string, path: string): Promise<Config | null> {
  const side = await readSide((file) => repository.readAt(sha, file), path, ` at ${sha.slice(0, 7)}`);
  return side?.config ?? null;
}

/** The config of the tree at hand. Throws a ProblemError for one that is missing or has errors. */
export async function configInWorkspace(
  repository: Repository,
  explicitPath: string | null,
): Promise<{ readonly path: string; readonly config: Config }> {
  const side = await readSide((file) => repository.workspace.readText(file), explicitPath, "");
  if (side === null) throw noConfig(explicitPath, "there is no such file");
  return side;
}

function noConfig(explicitPath: string | null, what: string): ProblemError {
  return new ProblemError({
    kind: "config",
    where: explicitPath ?? "modelgate.yml",
    what,
    mend: "describe a model in modelgate.yml (`modelgate schema` tells what can stand there), or name the file with `config`",
  });
}

function foundPath(existing: ReadonlySet<string>): string | null {
  const found = findConfig(existing);
  if (found.found) return found.path;
  if (found.problem !== null) throw new ProblemError(found.problem);
  return null;
}

function accepted(
  parsed: ParsedConfig,
  whichSide: string,
): { readonly config: Config; readonly lines: ObjectiveLines } {
  if (parsed.ok) return parsed;
  const [first, ...others] = parsed.problems;
  const problem = first as Problem;
  const more = others.length === 0 ? "" : ` (and ${others.length} more; \`modelgate validate\` lists them)`;
  throw new ProblemError({ ...problem, where: `${problem.where}${whichSide}`, mend: `${problem.mend}${more}` });
}

function describePolicy(
  effective: EffectivePolicy,
  removedModels: Readonly<Record<string, ModelConfig>>,
  base: Side | null,
  head: Side | null,
  sha256: (text: string) => string,
): Policy {
  const judged = { ...effective.config.models, ...removedModels };
  const objectives = Object.entries(judged).map(
    ([name, model]) =>
      [name, model.objectives.map((objective) => ({ objective, line: lineInHead(head, name, objective) }))] as const,
  );
  return {
    source: effective.source,
    path: (base ?? head)?.path ?? "modelgate.yml",
    digest: sha256(canonicalJson(policyOf(judged) as Json)),
    models: Object.fromEntries(objectives),
    proposedChanges: base === null ? [] : [...policyChanges(base.config, head?.config ?? null)],
  };
}

/**
 * Where an annotation stands: on the change's own file, at the same objective; at the file's first line where the change does
 * not have it, for there the base's line would be another one's.
 */
function lineInHead(head: Side | null, model: string, objective: Objective): number {
  const text = canonicalJson(objective as Json);
  const own = head?.config.models[model]?.objectives ?? [];
  const index = own.findIndex((one) => canonicalJson(one as Json) === text);
  return head?.lines.get(model)?.[index] ?? 1;
}

/** What of the models judges them: everything but how they are made. */
function policyOf(models: Readonly<Record<string, ModelConfig>>): unknown {
  return Object.fromEntries(
    Object.entries(models).map(([name, { pipeline: _pipeline, stages: _stages, evaluate, ...rest }]) => {
      const { model, predictions, features: _features, ...judged } = evaluate;
      const kind = { model: model !== undefined, predictions: predictions !== undefined };
      return [name, { ...rest, evaluate: { ...judged, ...kind } }];
    }),
  );
}
