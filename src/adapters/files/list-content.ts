import { relative } from "node:path";
import { realPathInside } from "./inside-root.ts";
import { type FoundFile, listFolder } from "./list-folder.ts";
import { STATE_FOLDER } from "./state-folder.ts";

/** Those files beneath the paths, or at them, that git tracks; all relative to the root and without links. */
export type TrackedFiles = (paths: readonly string[]) => Promise<readonly string[]>;

/**
 * The files of a folder that are its content, sorted by path: without `.git`, without our own state, and without what Python
 * leaves in `__pycache__`. What git tracks there is no leftover, and Python may run it instead of the source: it counts.
 *
 * @param root absolute, without links
 * @param folder relative to the root
 */
export async function listContent(root: string, folder: string, tracked: TrackedFiles): Promise<readonly FoundFile[]> {
  const caches: string[] = [];
  const { files } = listFolder(root, folder, (path) => {
    if (nameOf(path) === PYTHON_CACHE) caches.push(path);
    return isOurs(path) || nameOf(path) === PYTHON_CACHE;
  });
  if (caches.length === 0) return files;
  const real = caches.map((path) => relative(root, realPathInside(root, path) ?? root));
  const committed = new Set(await tracked([...new Set(real)]));
  if (committed.size === 0) return files;
  const all = listFolder(root, folder, isOurs).files;
  return all.filter(({ path, real }) => !path.split("/").includes(PYTHON_CACHE) || committed.has(relative(root, real)));
}

const PYTHON_CACHE = "__pycache__";

function isOurs(path: string): boolean {
  return nameOf(path) === ".git" || path === STATE_FOLDER;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
