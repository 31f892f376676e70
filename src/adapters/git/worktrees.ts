import { existsSync, lstatSync, mkdirSync, readdirSync, utimesSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ProblemError } from "../../problem.ts";
import { requireFullSha } from "./commit-names.ts";
import type { Git } from "./git-command.ts";
import { takeLock } from "./lock-file.ts";
import { fillSubmodules, mayHaveSubmodules } from "./submodules.ts";

export type Worktrees = {
  /** A clean checkout of a commit, for the caller alone until `release`. The commit must be in the clone. */
  readonly take: (sha: string) => Promise<{
    readonly folder: string;
    /** A folder beside it, for what is known of it; it goes with it. */
    readonly stateFolder: string;
    readonly release: () => Promise<void>;
  }>;
};

/** So many runs may use the same commit at the same time, each with a checkout of its own. */
const MOST_SLOTS = 16;
const WORKTREE_NAME = /^(?:[0-9a-f]{40}|[0-9a-f]{64})(?:-\d+)?$/;

/**
 * Checkouts of the repository at `main` beneath `folder`, named by their commit, kept for later runs: the newest `keep` of those not in use.
 * Ignored files in them stay (restored outputs, copied data); everything else is put back as the commit has it.
 */
export function createWorktrees(git: Git, main: string, folder: string, keep: number): Worktrees {
  return {
    take: async (sha) => {
      requireFullSha(sha);
      mkdirSync(folder, { recursive: true });
      const { path, unlock } = takeSlot(folder, sha);
      try {
        await makeClean(git, main, path, sha);
      } catch (error) {
        unlock();
        throw error;
      }
      let isReleased = false;
      return {
        folder: path,
        stateFolder: stateFolderOf(path),
        release: async () => {
          if (isReleased) return;
          isReleased = true;
          markUsed(path);
          unlock();
          await prune(git, folder, keep);
        },
      };
    },
  };
}

/** When a checkout was used last is its folder's time; whoever used it may have removed it. */
function markUsed(path: string): void {
  const now = new Date();
  if (existsSync(path)) utimesSync(path, now, now);
}

function stateFolderOf(path: string): string {
  return `${path}.state`;
}

function takeSlot(folder: string, sha: string) {
  for (let slot = 0; slot < MOST_SLOTS; slot++) {
    const path = join(folder, slot === 0 ? sha : `${sha}-${slot}`);
    const unlock = takeLock(`${path}.lock`);
    if (unlock !== null) return { path, unlock };
  }
  throw new ProblemError({
    kind: "platform",
    where: folder,
    what: `${MOST_SLOTS} runs use commit ${sha} already`,
    mend: "wait for one of them, or remove the lock files of runs that are over",
  });
}

async function makeClean(git: Git, main: string, path: string, sha: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    const state = await stateOf(git, path);
    if (state?.sha === sha && state.isClean) return fill(git, main, path);
    // Git puts nothing back within submodules: with them the checkout is made anew.
    if (state?.sha === sha && !mayHaveSubmodules(path) && (await putBack(git, path))) return;
    await remove(git, path);
  }
  // --force: a checkout whose folder somebody deleted is still registered.
  await git.run(["worktree", "add", "--quiet", "--force", "--detach", path, sha]);
  await fill(git, main, path);
}

/** A checkout that lacks something is not kept: to later runs it would look whole. */
async function fill(git: Git, main: string, path: string): Promise<void> {
  try {
    await fillSubmodules(git, main, path);
  } catch (error) {
    await remove(git, path);
    throw error;
  }
}

/** Null where the folder is no worktree (any more). */
async function stateOf(git: Git, path: string): Promise<{ readonly sha: string; readonly isClean: boolean } | null> {
  if (lstatSync(join(path, ".git"), { throwIfNoEntry: false })?.isFile() !== true) return null;
  const status = ["status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--no-renames"];
  const { code, stdout } = await git.run(status, { folder: path, accept: [128] });
  const fields = stdout.split("\0");
  const sha = fields.find((field) => field.startsWith("# branch.oid "))?.slice("# branch.oid ".length);
  if (code !== 0 || sha === undefined) return null;
  return { sha, isClean: fields.every((field) => field === "" || field.startsWith("# ")) };
}

/** False where git cannot, as when it was killed in here before and left its own lock. */
async function putBack(git: Git, path: string): Promise<boolean> {
  const options = { folder: path, accept: [1, 128] };
  const reset = await git.run(["reset", "--quiet", "--hard"], options);
  // Twice forced: also a repository that somebody cloned into the checkout.
  return reset.code === 0 && (await git.run(["clean", "-ffdq"], options)).code === 0;
}

async function remove(git: Git, path: string): Promise<void> {
  // Git refuses what it does not know as a worktree; then the folder is only a folder.
  await git.run(["worktree", "remove", "--force", "--force", path], { accept: [128] });
  await rm(path, { recursive: true, force: true });
}

async function prune(git: Git, folder: string, keep: number): Promise<void> {
  const unused = readdirSync(folder)
    .filter((name) => WORKTREE_NAME.test(name))
    .flatMap((name) => {
      const stat = lstatSync(join(folder, name), { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ path: join(folder, name), usedMs: stat.mtimeMs }];
    })
    .sort((a, b) => b.usedMs - a.usedMs)
    .slice(keep);
  for (const { path } of unused) {
    const unlock = takeLock(`${path}.lock`);
    if (unlock === null) continue;
    try {
      await remove(git, path);
      await rm(stateFolderOf(path), { recursive: true, force: true });
    } finally {
      unlock();
    }
  }
}
