import type { ModelConfig } from "../config/schema.ts";
import { dataFolders, dataSource } from "../pipeline/data-source.ts";
import type { Stages } from "../pipeline/graph.ts";
import { indexPaths } from "../pipeline/path-index.ts";
import { stagePaths } from "../pipeline/stage-paths.ts";
import type { Workspace } from "../ports.ts";

/** Digests by path of what a model is evaluated on; null where there is nothing. */
export type DataState = ReadonlyMap<string, string | null>;

/**
 * What the evaluation's data is at this moment, as far as its files can be named and no stage is declared to write them.
 *
 * @param stages Of the side that the tree belongs to.
 */
export async function dataState(model: ModelConfig, stages: Stages, workspace: Workspace): Promise<DataState> {
  const written = indexPaths(
    Object.values(stages).flatMap((stage) => stagePaths(stage).outs.map((out) => [out, out] as const)),
  );
  // A SELECT whose files cannot be told has the whole tree as its folder: what stages write elsewhere is not its data.
  const paths = dataFolders(dataSource(model.evaluate.data)).filter((path) => path !== "." && !written.overlaps(path));
  const digests = await workspace.digests(paths);
  return new Map(paths.map((path, index) => [path, digests[index]?.digest ?? null]));
}

/** The first path that both know and that is not the same; null where there is none. */
export function firstDifference(before: DataState, after: DataState): string | null {
  for (const [path, digest] of before) if (after.has(path) && after.get(path) !== digest) return path;
  return null;
}
