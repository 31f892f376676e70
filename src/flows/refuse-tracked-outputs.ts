import { isSameOrWithin } from "../config/repository-path.ts";
import type { GraphStage } from "../pipeline/graph.ts";
import { stagePaths } from "../pipeline/stage-paths.ts";
import { ProblemError } from "../problem.ts";

/**
 * Outputs are removed before a run, and replaced where they are restored: what git tracks must not be lost so. Only `metrics` may be
 * tracked: small numbers that are made anew are often committed.
 *
 * @param where Where the stages are written down, for the problem.
 * @param tracked Which files git tracks at or beneath the paths.
 * @throws ProblemError that names the first such file and its stage.
 */
export async function refuseTrackedOutputs(
  stages: readonly GraphStage[],
  where: string,
  tracked: (paths: readonly string[]) => Promise<readonly string[]>,
): Promise<void> {
  const [path] = await tracked(stages.flatMap(({ stage }) => stagePaths({ ...stage, metrics: [] }).outs));
  if (path === undefined) return;
  const writer = stages.find(({ outs }) => outs.some((out) => isSameOrWithin(path, out)));
  throw new ProblemError({
    kind: "config",
    where: writer === undefined ? where : `${where}, stage ${writer.name}`,
    what: `git tracks ${path}, which is declared as an output, and outputs are removed before a run`,
    mend: `take it out of git (\`git rm --cached ${path}\`, and name it in .gitignore), or out of \`outs\``,
  });
}
