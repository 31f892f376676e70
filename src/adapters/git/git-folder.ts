import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ProblemError } from "../../problem.ts";
import { errorCode } from "../files/error-code.ts";

/** Where a repository keeps what; all absolute and without links. */
export type GitFolders = {
  /** The tree's top. */
  readonly top: string;
  /** This tree's own: HEAD, index. */
  readonly own: string;
  /** Shared by all worktrees: objects, refs, `shallow`. */
  readonly shared: string;
};

/**
 * Finds the repository that a folder lies in, as git does, without asking git (which would cost a process).
 * Throws a ProblemError where there is none.
 */
export function findGitFolders(folder: string): GitFolders {
  try {
    for (let top = realpathSync.native(folder); ; top = dirname(top)) {
      const own = gitFolderOf(top);
      if (own !== null) return { top, own, shared: sharedFolderOf(own) };
      if (top === dirname(top)) break;
    }
  } catch (cause) {
    if (errorCode(cause) === null) throw cause;
    throw noRepository(folder, cause);
  }
  throw noRepository(folder, undefined);
}

function gitFolderOf(top: string): string | null {
  const path = join(top, ".git");
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (stat.isFile()) {
    // A linked worktree or a submodule: the file says where its folder is.
    const target = /^gitdir: (.+)$/m.exec(readFileSync(path, "utf8"))?.[1];
    return target === undefined ? null : realpathSync.native(resolve(top, target));
  }
  return realpathSync.native(path);
}

function sharedFolderOf(own: string): string {
  try {
    return realpathSync.native(resolve(own, readFileSync(join(own, "commondir"), "utf8").trim()));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return own;
    throw error;
  }
}

function noRepository(folder: string, cause: unknown): ProblemError {
  return new ProblemError(
    {
      kind: "usage",
      where: folder,
      what: "this is not inside a git repository",
      mend: "run Modelgate in a clone of the repository (actions/checkout comes before it)",
    },
    { cause },
  );
}
