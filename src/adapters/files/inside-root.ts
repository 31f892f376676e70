import { lstatSync, realpathSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { ProblemError } from "../../problem.ts";
import { errorCode } from "./error-code.ts";

/**
 * A path relative to a root in its shortest form: no `.`, `..` or double slash; "" is the root itself.
 * Purely textual; links are `realPathInside`'s business.
 *
 * Throws a ProblemError for a path that is absolute, climbs out of the root, or holds a NUL.
 *
 * @example normalizeInside("src/../data/./a.csv") // "data/a.csv"
 */
export function normalizeInside(path: string): string {
  const normal = posix.normalize(path);
  if (path.includes("\0") || posix.isAbsolute(normal) || normal === ".." || normal.startsWith("../")) {
    throw leavesRoot(path, "the path leads out of the repository");
  }
  const trimmed = normal.endsWith("/") ? normal.slice(0, -1) : normal;
  return trimmed === "." ? "" : trimmed;
}

/**
 * The absolute path behind a relative one with every link followed, or null where nothing is there.
 * `root` must be a real path itself.
 *
 * Throws a ProblemError where a link leads out of the root or in a circle.
 */
export function realPathInside(root: string, path: string): string | null {
  const relative = normalizeInside(path);
  const real = realPath(join(root, relative), relative);
  if (real !== null && !isInside(root, real)) {
    throw leavesRoot(path, `a link leads out of the repository, to ${real}`);
  }
  return real;
}

/**
 * The absolute path at which a file may be created: its nearest existing parent, links followed, must be a folder inside
 * the root. The last component is not followed: whoever writes there replaces a link, never what it points to.
 *
 * Throws a ProblemError where a parent is a link out of the root, or no folder.
 */
export function writablePathInside(root: string, path: string): string {
  const relative = normalizeInside(path);
  if (relative === "") throw leavesRoot(path, "this is the repository's root, and not a file in it");
  const absolute = join(root, relative);
  for (let parent = dirname(absolute); ; parent = dirname(parent)) {
    const stat = lstatSync(parent, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const real = realPath(parent, relative);
    if (real === null || !isInside(root, real)) throw leavesRoot(path, `${parent} is a link out of the repository`);
    if (!stat.isDirectory() && !stat.isSymbolicLink()) throw leavesRoot(path, `${parent} is a file, and not a folder`);
    return absolute;
  }
}

/** Whether an absolute path without links is the root or beneath it. */
function isInside(root: string, absolute: string): boolean {
  return absolute === root || absolute.startsWith(root.endsWith(sep) ? root : root + sep);
}

function realPath(absolute: string, shown: string): string | null {
  try {
    return realpathSync.native(absolute);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    if (code === "ELOOP") throw leavesRoot(shown, "links lead in a circle");
    throw error;
  }
}

function leavesRoot(path: string, what: string): ProblemError {
  return new ProblemError({
    kind: "evidence",
    where: path,
    what,
    mend: "keep the file itself inside the repository, without links that leave it",
  });
}
