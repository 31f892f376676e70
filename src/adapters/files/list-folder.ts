import { type BigIntStats, type Dirent, lstatSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { ProblemError } from "../../problem.ts";
import { realPathInside } from "./inside-root.ts";

/** A file found in a folder. */
export type FoundFile = {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  /** Absolute, links followed. */
  readonly real: string;
  readonly stat: BigIntStats;
};

export type FolderListing = {
  /** Sorted by path, by UTF-16 code unit. */
  readonly files: readonly FoundFile[];
  /** Relative paths of folders that hold nothing, sorted. */
  readonly emptyFolders: readonly string[];
};

/**
 * Every file beneath a folder, links inside the root followed.
 *
 * Synchronous on purpose: a listing is thousands of `lstat`s of 3 µs, and a promise each would cost ten times as much.
 * Throws a ProblemError for a link that leaves the root, a circle of links, and what is neither file nor folder.
 *
 * @param root absolute, without links
 * @param folder relative to the root
 * @param isSkipped says by an entry's path from the root whether to leave it out
 */
export function listFolder(root: string, folder: string, isSkipped: (path: string) => boolean): FolderListing {
  const files: FoundFile[] = [];
  const emptyFolders: string[] = [];
  const start = realPathInside(root, folder);
  if (start === null) return { files, emptyFolders };

  const visit = (real: string, inside: string, above: readonly string[]): void => {
    const entries = readdirSync(real, { withFileTypes: true });
    if (entries.length === 0 && inside !== "") emptyFolders.push(inside);
    for (const entry of entries) {
      const path = inside === "" ? entry.name : `${inside}/${entry.name}`;
      const fromRoot = folder === "" ? path : `${folder}/${path}`;
      if (isSkipped(fromRoot)) continue;
      const target = entry.isSymbolicLink() ? linkTarget(root, real, entry) : join(real, entry.name);
      const stat = target === null ? undefined : lstatSync(target, { bigint: true, throwIfNoEntry: false });
      if (target === null || stat === undefined) {
        // Not a race worth forgiving: what was listed and cannot be read would silently be missing from a digest.
        throw unreadable(
          fromRoot,
          "is listed in its folder, but cannot be read (a broken link, or a name not in UTF-8)",
        );
      }
      if (stat.isFile()) files.push({ path, real: target, stat });
      else if (!stat.isDirectory()) throw unreadable(fromRoot, "is neither a file nor a folder");
      else if (above.includes(target)) throw unreadable(fromRoot, "is a link to a folder that it lies in");
      else visit(target, path, [...above, target]);
    }
  };
  visit(start, "", [start]);

  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  emptyFolders.sort();
  return { files, emptyFolders };
}

/** What a path is, links followed; undefined where nothing is there. */
export function statInside(
  root: string,
  path: string,
): { readonly real: string; readonly stat: BigIntStats } | undefined {
  const real = realPathInside(root, path);
  if (real === null) return undefined;
  const stat = statSync(real, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : { real, stat };
}

function linkTarget(root: string, folder: string, entry: Dirent): string | null {
  return realPathInside(root, relative(root, join(folder, entry.name)));
}

function unreadable(path: string, what: string): ProblemError {
  return new ProblemError({
    kind: "evidence",
    where: path,
    what,
    mend: "remove it, or put a regular file in its place",
  });
}
