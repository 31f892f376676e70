import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { temporaryFolder, writeFiles } from "../files/temporary-folder.ts";

/** The host's environment without its git settings, and with a name to commit under. */
export const gitEnvironment: Readonly<Record<string, string | undefined>> = {
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@example.com",
};

/** Runs git for a test's preparation. */
export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: folder, env: gitEnvironment, encoding: "utf8", stdio: "pipe" }).trim();
}

/** An empty repository with `main` checked out. */
export function newRepository(): string {
  const folder = temporaryFolder();
  git(folder, "init", "--quiet", "--initial-branch=main");
  return folder;
}

/** Writes files, commits everything, and gives the commit's SHA. */
export function commit(folder: string, files: Readonly<Record<string, string>>, message = "change"): string {
  writeFiles(folder, files);
  git(folder, "add", "--all", "--force");
  git(folder, "commit", "--quiet", "--allow-empty", `--message=${message}`);
  return git(folder, "rev-parse", "HEAD");
}

/** As the runner has it: a clone of depth 1 with the merge commit of a pull request checked out. */
export function clonePullRequest() {
  const origin = newRepository();
  const first = commit(origin, { "modelgate.yml": "first" });
  const base = commit(origin, { "modelgate.yml": "base", "data/train.csv": "1\n" });
  git(origin, "checkout", "--quiet", "-b", "feature", first);
  const head = commit(origin, { "train.py": "new" });
  git(origin, "checkout", "--quiet", "--detach", base);
  git(origin, "merge", "--quiet", "--no-ff", "--message=merge", head);
  const merge = git(origin, "rev-parse", "HEAD");
  git(origin, "update-ref", "refs/pull/7/merge", merge);
  git(origin, "checkout", "--quiet", "main");
  git(origin, "tag", "v1", first);

  const folder = join(temporaryFolder(), "clone");
  git(origin, "init", "--quiet", folder);
  git(folder, "remote", "add", "origin", `file://${origin}`);
  git(folder, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", `+${merge}:refs/remotes/pull/7/merge`);
  git(folder, "checkout", "--quiet", "--force", "refs/remotes/pull/7/merge");
  return { origin, folder, first, base, head, merge };
}
