import { joinPath } from "../config/repository-path.ts";
import type { StageConfig } from "../config/schema.ts";

/** What a stage reads and writes: relative to the repository's root, normalised, sorted and distinct. */
export type StagePaths = {
  readonly wdir: string;
  readonly deps: readonly string[];
  /** `outs` and `metrics`: all that the stage leaves behind. */
  readonly outs: readonly string[];
};

/**
 * Resolves a stage's paths, which it declares relative to its `wdir`.
 *
 * @throws Error for a path that leads out of the repository: the config's readers let none through.
 */
export function stagePaths(stage: StageConfig): StagePaths {
  const wdir = inside(".", stage.wdir);
  return {
    wdir,
    deps: resolveAll(wdir, stage.deps),
    outs: resolveAll(wdir, [...stage.outs, ...stage.metrics]),
  };
}

/** A path of a stage, from the repository's root. Throws as `stagePaths` does. */
export function inside(folder: string, path: string): string {
  const joined = joinPath(folder, path);
  if (joined === null) throw new Error(`the path ${path} leads out of the repository`);
  return joined;
}

function resolveAll(folder: string, paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => inside(folder, path)))].sort();
}
