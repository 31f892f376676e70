import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A bare repository, as a server has it, for a test that commits to it without a work tree. */
export type LocalRepository = {
  readonly path: string;
  readonly git: (...arguments_: readonly string[]) => string;
  /** Commits files (null deletes) on a branch, which starts at `from` if it is new; gives the SHA. */
  readonly commit: (branch: string, files: Readonly<Record<string, string | null>>, from?: string) => string;
  readonly remove: () => void;
};

export function makeLocalRepository(): LocalRepository {
  const path = mkdtempSync(join(tmpdir(), "modelgate-repository-"));
  let commits = 0;
  const run = (arguments_: readonly string[], input = "", environment: Record<string, string> = {}) =>
    execFileSync("git", ["-C", path, ...arguments_], {
      input,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_AUTHOR_NAME: "Ada Löwe",
        GIT_AUTHOR_EMAIL: "ada@example.com",
        GIT_COMMITTER_NAME: "Ada Löwe",
        GIT_COMMITTER_EMAIL: "ada@example.com",
        ...environment,
      },
    }).trim();
  run(["init", "--quiet", "--bare", "--initial-branch=main"]);

  const commit: LocalRepository["commit"] = (branch, files, from = "main") => {
    const index = { GIT_INDEX_FILE: join(path, "index-of-test") };
    const parent = tip(branch) ?? tip(from);
    run(parent === null ? ["read-tree", "--empty"] : ["read-tree", parent], "", index);
    for (const [file, content] of Object.entries(files)) {
      if (content === null) run(["update-index", "--index-info"], `0 ${"0".repeat(40)}\t${file}\n`, index);
      else {
        const blob = run(["hash-object", "-w", "--stdin"], content);
        run(["update-index", "--add", "--cacheinfo", `100644,${blob},${file}`], "", index);
      }
    }
    const tree = run(["write-tree"], "", index);
    commits += 1;
    const date = `${1_790_000_000 + commits * 60} +0200`;
    const parents = parent === null ? [] : ["-p", parent];
    const sha = run(["commit-tree", tree, ...parents, "-m", `Change ${commits}`], "", {
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
    });
    run(["update-ref", `refs/heads/${branch}`, sha]);
    return sha;
  };
  function tip(branch: string): string | null {
    return run(["for-each-ref", "--format=%(objectname)", `refs/heads/${branch}`]) || null;
  }

  return {
    path,
    git: (...arguments_) => run(arguments_),
    commit,
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
