import { joinPath } from "../config/repository-path.ts";
import type { StageConfig } from "../config/schema.ts";
import type { Stages } from "./graph.ts";
import { parameterFiles } from "./parameters.ts";
import { indexPaths, type PathIndex } from "./path-index.ts";
import { inside, stagePaths } from "./stage-paths.ts";

/**
 * Which paths each stage's commands name, from the repository's root, as far as they could be files that it reads: without
 * its `deps`, its files of `params`, what any stage writes, and what the shell or `tee` writes. Whether there are such files
 * is for the caller to find out; names that the shell computes (`$X`, `*.py`), and what a program opens by itself, are not seen.
 *
 * @example `python train.py --data=raw.csv > log` // train.py, raw.csv, and python, which will hardly be a file there
 */
export function commandFiles(stages: Stages): ReadonlyMap<string, readonly string[]> {
  const all = Object.entries(stages);
  const written = indexPaths(all.flatMap(([name, stage]) => stagePaths(stage).outs.map((out) => [out, name] as const)));
  return new Map(all.map(([name, stage]) => [name, filesOf(stage, written)]));
}

/**
 * Stages with what their commands name as `deps` too.
 *
 * @param existing which of those paths are files
 */
export function withCommandFiles(stages: Stages, existing: ReadonlySet<string>): Stages {
  const named = commandFiles(stages);
  return Object.fromEntries(
    Object.entries(stages).map(([name, stage]) => {
      const files = (named.get(name) ?? []).filter((path) => existing.has(path));
      // `deps` are relative to `wdir`.
      const folders = inside(".", stage.wdir)
        .split("/")
        .filter((part) => part !== ".");
      const deps = files.map((path) => `${"../".repeat(folders.length)}${path}`);
      return [name, files.length === 0 ? stage : { ...stage, deps: [...stage.deps, ...deps] }];
    }),
  );
}

function filesOf(stage: StageConfig, written: PathIndex<string>): readonly string[] {
  const known = indexPaths([...stagePaths(stage).deps, ...parameterFiles(stage).keys()].map((path) => [path, path]));
  const words = (typeof stage.cmd === "string" ? [stage.cmd] : stage.cmd).flatMap(readWords);
  const paths = new Set(words.map((word) => joinPath(inside(".", stage.wdir), word)));
  return [...paths].filter((path) => path !== null).filter((path) => !known.overlaps(path) && !written.overlaps(path));
}

/** Redirections into files and `tee` with what they write; then whatever parts one word from the next. */
const WRITTEN = />{1,2}[|&]?\s*[^\s;|&<>()]+|\btee\s+(?:-\S+\s+)*[^\s;|&<>()]+/g;
const BETWEEN = /[\s;|&<>()"'`=,]+/;

const MODULE = /\s-m\s+(\w+(?:\.\w+)*)/g;

function readWords(command: string): readonly string[] {
  const words = command.replaceAll(WRITTEN, " ").split(BETWEEN);
  const modules = [...command.matchAll(MODULE)].map(([, name = ""]) => name.replaceAll(".", "/"));
  return [...words, ...modules.flatMap((path) => [`${path}.py`, `${path}/__main__.py`])].filter(
    (word) => word !== "" && !/[$*?[\]{}\\]/.test(word),
  );
}
