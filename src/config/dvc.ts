import { type ConfigProblem, type Finding, type PathStep, pathText, quote } from "./config-problem.ts";
import { describeIssues } from "./describe-issue.ts";
import { type DvcStage, dvcSchema } from "./dvc-grammar.ts";
import { findUnsupported } from "./dvc-unsupported.ts";
import { ownKeys } from "./own-keys.ts";
import { readYaml } from "./read-yaml.ts";
import { folderOf, joinPath } from "./repository-path.ts";
import { type StageConfig, stageSchema } from "./schema.ts";
import { valueAt } from "./schema-walk.ts";

export type ParsedPipeline =
  | { readonly ok: true; readonly stages: Readonly<Record<string, StageConfig>> }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Reads the supported part of a `dvc.yaml`: `cmd`, `deps`, `params`, `outs`, `metrics`, `plots` and `wdir` of each
 * stage. `wdir` comes back relative to the repository's root, every other path relative to `wdir`, as DVC has it; plots
 * count as outputs. Templates (`vars`, `foreach`, `matrix`, `${…}`), `frozen: true`, `always_changed: true` and data
 * outside the repository are problems that name the key. The text may be hostile.
 *
 * @param path Where the text stands, relative to the repository's root.
 */
export function parseDvcPipeline(text: string, path: string): ParsedPipeline {
  const read = readYaml(text, path);
  if (!read.ok) return read;
  const { source } = read;
  const fail = (findings: readonly Finding[]): ParsedPipeline => ({
    ok: false,
    problems: source.problems(findings),
  });

  const unsupported = findUnsupported(source.value);
  const parsed = dvcSchema.safeParse(source.value);
  if (!parsed.success) {
    const findings = describeIssues({ schema: dvcSchema, value: source.value }, parsed.error.issues);
    const others = findings.filter((finding) => !unsupported.some(({ covers }) => isWithin(finding.path, covers)));
    return fail([...unsupported, ...others]);
  }

  const stages = Object.entries(parsed.data.stages);
  const findings = [...unsupported, ...stages.flatMap(([name, stage]) => findOutside(name, stage, folderOf(path)))];
  if (findings.length > 0) return fail(findings);
  return {
    ok: true,
    stages: ownKeys(stages.map(([name, stage]) => [name, toStage(stage, folderOf(path))])),
  };
}

function isWithin(path: readonly PathStep[], prefix: readonly PathStep[]): boolean {
  return prefix.every((step, index) => path[index] === step);
}

// ---------------------------------------------------------------- to our own grammar

function toStage(stage: DvcStage, folder: string): StageConfig {
  const outputs = [...(stage.outs ?? []), ...(stage.plots ?? [])];
  const inGit = outputs.flatMap(uncachedPaths);
  return stageSchema.parse({
    cmd: typeof stage.cmd === "string" ? unescapeTemplate(stage.cmd) : stage.cmd.map(unescapeTemplate),
    wdir: joinPath(folder, stage.wdir ?? ".") ?? ".",
    deps: stage.deps ?? [],
    params: (stage.params ?? []).map((entry) =>
      typeof entry === "string"
        ? entry
        : Object.fromEntries(Object.entries(entry).map(([file, keys]) => [file, keys ?? []])),
    ),
    outs: outputs.flatMap(pathsOf).filter((path) => !inGit.includes(path)),
    metrics: [...(stage.metrics ?? []).flatMap(pathsOf), ...inGit],
  });
}

/** What DVC is told not to cache people commit to git; so it is with `metrics` here, and with `outs` it is not. */
function uncachedPaths(entry: string | Readonly<Record<string, unknown>>): readonly string[] {
  if (typeof entry === "string") return [];
  return Object.keys(entry).filter((path) => valueAt(entry, [path, "cache"]) === false);
}

/** The paths of an entry that is either a path or a mapping from a path to what DVC shall do with it. */
function pathsOf(entry: string | Readonly<Record<string, unknown>>): readonly string[] {
  return typeof entry === "string" ? [entry] : Object.keys(entry);
}

/** DVC writes `\${HOME}` for what the shell shall see as `${HOME}`. */
function unescapeTemplate(text: string): string {
  return text.replaceAll("\\${", "${");
}

// ---------------------------------------------------------------- paths that lead out

function findOutside(name: string, stage: DvcStage, folder: string): readonly Finding[] {
  const wdir = joinPath(folder, stage.wdir ?? ".");
  const here: readonly PathStep[] = ["stages", name];
  if (wdir === null) return [outside([...here, "wdir"], stage.wdir ?? ".")];
  const lists = {
    deps: stage.deps,
    params: stage.params,
    outs: stage.outs,
    metrics: stage.metrics,
    plots: stage.plots,
  };
  return Object.entries(lists).flatMap(([key, entries]) =>
    (entries ?? []).flatMap((entry, index) => {
      const isParameter = key === "params" && typeof entry === "string";
      const paths = isParameter ? [] : pathsOf(entry);
      return paths
        .filter((path) => isAddress(path) || joinPath(wdir, path) === null)
        .map((path) => outside([...here, key, index, ...(typeof entry === "string" ? [] : [path])], path));
    }),
  );
}

/** `https://…`, `s3://…`, `remote://…`, `ds://…`: data that is not in the repository. */
function isAddress(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(path);
}

function outside(path: readonly PathStep[], text: string): Finding {
  return {
    path,
    part: typeof path.at(-1) === "number" || path.at(-1) === "wdir" ? "value" : "key",
    what: `${pathText(path)}: expected a path inside the repository, got ${quote(text)}`,
    mend: "fetch the file in a stage, or keep it in the repository, and name its path",
  };
}
