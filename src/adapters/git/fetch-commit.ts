import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ProblemError } from "../../problem.ts";
import { isFullSha, isPlainRef } from "./commit-names.ts";
import type { Git } from "./git-command.ts";

const REMOTE = "origin";

const NETWORK_TIMEOUT_MS = 300_000;
const FETCH = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules"];

/** Whether history is cut off in this clone. */
export function isShallow(sharedGitFolder: string): boolean {
  return existsSync(join(sharedGitFolder, "shallow"));
}

/**
 * Fetches one commit by its id or by the name that the remote knows it by, and gives a name to find it by here. In a shallow
 * clone just that commit; in a whole one with its history, since cutting that off would change the user's clone.
 *
 * Throws a ProblemError where there is no such commit, no remote, or no permission.
 */
export async function fetchCommit(git: Git, sharedGitFolder: string, ref: string): Promise<string> {
  const depth = isShallow(sharedGitFolder) ? ["--depth=1"] : [];
  const remoteName = ref.startsWith(`${REMOTE}/`) ? ref.slice(REMOTE.length + 1) : ref;
  if (!isPlainRef(remoteName)) throw notFound(ref, "there is no such commit in this clone", undefined);

  // A ref of our own keeps what was fetched by name, whoever else fetches meanwhile.
  const own = `refs/modelgate/${createHash("sha256").update(remoteName).digest("hex").slice(0, 16)}`;
  const [refspec, local] = isFullSha(remoteName) ? [remoteName, remoteName] : [`+${remoteName}:${own}`, own];
  try {
    await git.run([...FETCH, ...depth, REMOTE, refspec], { timeoutMs: NETWORK_TIMEOUT_MS });
  } catch (cause) {
    if (!(cause instanceof ProblemError)) throw cause;
    throw notFound(ref, `this clone lacks the commit, and it could not be fetched (${cause.problem.what})`, cause);
  }
  return local;
}

/** Fetches `commits` more of the history that a shallow clone lacks; all of it for null. */
export async function deepen(git: Git, commits: number | null, tips: readonly string[]): Promise<void> {
  const by = commits === null ? "--unshallow" : `--deepen=${commits}`;
  const options = { timeoutMs: NETWORK_TIMEOUT_MS };
  try {
    await git.run([...FETCH, by, REMOTE, ...tips], options);
  } catch (cause) {
    if (!(cause instanceof ProblemError)) throw cause;
    // A commit that was never pushed cannot be asked for by its id; the branches of the remote can.
    await git.run([...FETCH, by, REMOTE], options);
  }
}

function notFound(ref: string, what: string, cause: unknown): ProblemError {
  return new ProblemError(
    {
      kind: "platform",
      where: `commit ${ref}`,
      what,
      mend: "check the name; in a workflow, give actions/checkout `fetch-depth: 2` (or 0 for a baseline further back)",
    },
    { cause },
  );
}
