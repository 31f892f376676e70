import { lstatSync } from "node:fs";
import { join } from "node:path";
import { ProblemError } from "../../problem.ts";
import { realPathInside } from "../files/inside-root.ts";
import { fetchCommit } from "./fetch-commit.ts";
import { createGit, type Git } from "./git-command.ts";
import { findGitFolders } from "./git-folder.ts";

/** Whether a checkout may have submodules: git finds them by this file alone. */
export function mayHaveSubmodules(tree: string): boolean {
  return lstatSync(join(tree, ".gitmodules"), { throwIfNoEntry: false }) !== undefined;
}

/**
 * Fills the submodules of a checkout, which git leaves empty, from those that the main tree has checked out: as worktrees of the same
 * repositories, so that nothing is cloned, and no address that a commit's `.gitmodules` names is asked. A commit that such a
 * repository lacks is fetched from where it came from. What the main tree has not checked out stays empty, as it is there.
 *
 * Throws a ProblemError where a commit cannot be had.
 *
 * @param main root of the main tree, absolute and without links
 * @param tree the checkout's root
 */
export async function fillSubmodules(git: Git, main: string, tree: string): Promise<void> {
  if (!mayHaveSubmodules(tree)) return;
  const { stdout } = await git.run(["ls-tree", "-r", "-z", "--full-tree", "HEAD"], { folder: tree });
  for (const line of stdout.split("\0")) {
    const [, sha = "", path = ""] = /^160000 commit ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    if (path === "") continue;
    const source = repositoryAt(main, path);
    if (source === null) continue;
    const module = createGit(source, git.environment);
    const target = join(tree, path);
    if (repositoryAt(tree, path) === null) await checkOut(module, { source, sha, path, target });
    await fillSubmodules(module, source, target);
  }
}

/** Null where the tree has no repository of that name, or a link. */
function repositoryAt(tree: string, path: string): string | null {
  const folder = join(tree, path);
  const isThere = realPathInside(tree, path) === folder;
  return isThere && lstatSync(join(folder, ".git"), { throwIfNoEntry: false }) !== undefined ? folder : null;
}

async function checkOut(
  module: Git,
  { source, sha, path, target }: { source: string; sha: string; path: string; target: string },
): Promise<void> {
  const { code } = await module.run(["cat-file", "-e", `${sha}^{commit}`], { accept: [1, 128] });
  if (code !== 0) await fetchInto(module, source, sha, path);
  // A checkout whose folder is gone is still registered.
  await module.run(["worktree", "prune"]);
  await module.run(["worktree", "add", "--quiet", "--force", "--detach", target, sha]);
}

async function fetchInto(module: Git, source: string, sha: string, path: string): Promise<void> {
  try {
    await fetchCommit(module, findGitFolders(source).shared, sha);
  } catch (cause) {
    if (!(cause instanceof ProblemError)) throw cause;
    throw new ProblemError(
      {
        kind: "platform",
        where: `submodule ${path}, commit ${sha}`,
        what: cause.problem.what,
        mend: "let actions/checkout fetch submodules with their history (`submodules: true`, `fetch-depth: 0`)",
      },
      { cause },
    );
  }
}
