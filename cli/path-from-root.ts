import { realpathSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { ProblemError } from "../src/problem.ts";

/**
 * A path that somebody typed in the folder that they are in, as a path from the repository's root.
 *
 * @throws ProblemError (usage) for one outside of it.
 */
export function pathFromRoot(typed: string, root: string): string {
  // The root has no links in it; the folder that one is in may.
  const path = relative(root, resolve(realpathSync(process.cwd()), typed));
  if (path !== ".." && !path.startsWith(join("..", sep)) && !isAbsolute(path)) return path.replaceAll(sep, "/");
  throw new ProblemError({
    kind: "usage",
    where: typed,
    what: `it is outside of the repository ${root}`,
    mend: "name a file of the repository: it is read at other commits, too",
  });
}
