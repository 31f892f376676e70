import { execFile } from "node:child_process";

/** git on one local repository, bare or with a work tree. No user's or machine's configuration has a say. */
export type Git = {
  readonly run: (
    arguments_: readonly string[],
    options?: { readonly input?: string; readonly environment?: Readonly<Record<string, string>> },
  ) => Promise<Buffer>;
  /** The output as text, without its last line end. */
  readonly text: (...arguments_: readonly string[]) => Promise<string>;
  /** As `text`; null where git exits with 1 (not found, conflict). */
  readonly maybe: (...arguments_: readonly string[]) => Promise<string | null>;
};

const GITHUB = { name: "GitHub", email: "noreply@github.com" };

/** @throws Error with git's own words, from each function. */
export function openGit(repository: string): Git {
  const environment = {
    PATH: process.env["PATH"],
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: GITHUB.name,
    GIT_AUTHOR_EMAIL: GITHUB.email,
    GIT_COMMITTER_NAME: GITHUB.name,
    GIT_COMMITTER_EMAIL: GITHUB.email,
    TZ: "UTC",
  };
  const run: Git["run"] = (arguments_, { input = "", environment: more = {} } = {}) =>
    new Promise((resolve, reject) => {
      const options = { encoding: "buffer", maxBuffer: 1 << 30, env: { ...environment, ...more } } as const;
      const child = execFile("git", ["-C", repository, ...arguments_], options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new GitError(`git ${arguments_.join(" ")}: ${stderr.toString().trim()}`, error.code));
      });
      // A git that does not read its input closes it; whether it succeeded, its exit code says.
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(input);
    });
  const text = async (...arguments_: readonly string[]) => (await run(arguments_)).toString("utf8").replace(/\n$/, "");
  const maybe = async (...arguments_: readonly string[]) => {
    try {
      return await text(...arguments_);
    } catch (error) {
      if (error instanceof GitError && error.exitCode === 1) return null;
      throw error;
    }
  };
  return { run, text, maybe };
}

class GitError extends Error {
  readonly exitCode: unknown;

  constructor(message: string, exitCode: unknown) {
    super(message);
    this.name = "GitError";
    this.exitCode = exitCode;
  }
}

/** Null where there is no such branch, tag or commit. */
export async function resolveCommit(git: Git, ref: string): Promise<string | null> {
  return git.maybe("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
}

/**
 * Makes a commit of what merging `head` into `base` gives, without a work tree; null where they conflict. Its date is the
 * later of the two, so that the same two commits give the same merge.
 */
export async function makeMerge(
  git: Git,
  merge: {
    readonly base: string;
    readonly head: string;
    readonly parents: readonly string[];
    readonly message: string;
  },
): Promise<string | null> {
  const tree = await mergedTree(git, merge.base, merge.head);
  if (tree === null) return null;
  const times = (await git.text("show", "-s", "--format=%ct", merge.base, merge.head)).split("\n").map(Number);
  const date = `${Math.max(...times)} +0000`;
  const parents = merge.parents.flatMap((sha) => ["-p", sha]);
  const commit = await git.run(["commit-tree", tree, ...parents, "-m", merge.message], {
    environment: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  });
  return commit.toString("utf8").trim();
}

/** A three-way merge needs git 2.38; where one side contains the other, any git will do. */
async function mergedTree(git: Git, base: string, head: string): Promise<string | null> {
  const ancestor = await git.maybe("merge-base", base, head);
  if (ancestor === base) return git.text("rev-parse", `${head}^{tree}`);
  if (ancestor === head) return git.text("rev-parse", `${base}^{tree}`);
  const merged = await git.maybe("merge-tree", "--write-tree", base, head);
  return merged?.split("\n", 1)[0] ?? null;
}
