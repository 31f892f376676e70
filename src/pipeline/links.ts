import { folderOf, joinPath } from "../config/repository-path.ts";
import { indexPaths } from "./path-index.ts";

/** A symbolic link: where it stands, from the repository's root, and its target as it is written. */
export type Link = { readonly path: string; readonly target: string };

/** What a path's content may come from; the path itself is the first. `.` where that can be anything. */
export type LinkedPaths = (path: string) => readonly string[];

/** More are no longer followed, and anything may be behind them: links in a circle have no end. */
const MOST_PATHS = 1000;

/**
 * Follows links: those that a path is, lies behind, or holds somewhere beneath it, and those that their targets meet in
 * turn. A target that leads out of the repository, or takes `..` behind a name that may be a link itself, can be anything.
 *
 * @param links of all the trees that matter; the paths that any of them leads to are given.
 */
export function followLinks(links: readonly Link[]): LinkedPaths {
  const index = indexPaths(links.map((link) => [link.path, link] as const));
  return (start) => {
    const found = new Set([start]);
    // A set is walked in the order of entry, what is added meanwhile included.
    for (const path of found) {
      const ends = index.overlapping(path).map((link) => behind(path, link));
      for (const end of ends) if (end !== null) found.add(end);
      if (ends.includes(null) || found.size > MOST_PATHS) return [start, "."];
    }
    return [...found];
  };
}

function behind(path: string, { path: at, target }: Link): string | null {
  const parts = target.split("/").filter((part) => part !== "" && part !== ".");
  const down = parts.findIndex((part) => part !== "..");
  const climbsBack = down >= 0 && parts.lastIndexOf("..") > down;
  const end = climbsBack ? null : joinPath(folderOf(at), target);
  return end !== null && path.startsWith(`${at}/`) ? joinPath(end, path.slice(at.length + 1)) : end;
}
