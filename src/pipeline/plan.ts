import type { StageGraph } from "./graph.ts";
import { indexPaths } from "./path-index.ts";
import { inside } from "./stage-paths.ts";

/**
 * Stages that can start now, in the pipeline's order: not started, and all that they need is done. Empty when nothing
 * can start before another stage ends.
 *
 * @param done Stages that ended well (or were restored).
 * @param started Stages that run or ended, well or not; those of `done` need not be in it.
 * @param wanted Only these are run; without it, all.
 */
export function readyStages(
  graph: StageGraph,
  done: ReadonlySet<string>,
  started: ReadonlySet<string> = done,
  wanted?: ReadonlySet<string>,
): readonly string[] {
  return [...graph.stages.values()]
    .filter(({ name }) => !done.has(name) && !started.has(name) && (wanted === undefined || wanted.has(name)))
    .filter(({ needs }) => needs.every((need) => done.has(need)))
    .map(({ name }) => name);
}

/**
 * The stages that must have run for the paths to be there: those that write them, and all that these need. Empty where
 * no stage writes any of them.
 *
 * @param paths Relative to the repository's root.
 */
export function stagesFor(graph: StageGraph, paths: readonly string[]): ReadonlySet<string> {
  const outputs = [...graph.stages.values()].flatMap(({ name, outs }) => outs.map((path) => [path, name] as const));
  const written = indexPaths(outputs);
  const wanted = new Set<string>();
  const open = paths.flatMap((path) => written.overlapping(inside(".", path)));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (wanted.has(name)) continue;
    wanted.add(name);
    open.push(...(graph.stages.get(name)?.needs ?? []));
  }
  return wanted;
}
