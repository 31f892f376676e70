import { execFile } from "node:child_process";
import { ProblemError } from "../../problem.ts";

type GitResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type Git = {
  /** Runs git in the repository; a ProblemError with git's own words for an exit code that is not in `accept`. */
  readonly run: (args: readonly string[], options?: GitOptions) => Promise<GitResult>;
  /** What every git process is started with. */
  readonly prefix: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
};

type GitOptions = {
  /** Absolute; without it the repository's top. */
  readonly folder?: string;
  /** Exit codes that are answers and not failures; 0 is always one. */
  readonly accept?: readonly number[];
  readonly timeoutMs?: number;
};

/**
 * Switches off what a repository's configuration could have run or fetched behind our back: hooks, file monitors, the `ext`
 * transport, clean-up in the background, submodules. Filters stay, since git-lfs is one, and so do credentials.
 */
const SAFE_CONFIG = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.pager=cat",
  "protocol.ext.allow=never",
  "gc.auto=0",
  "maintenance.auto=false",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "advice.detachedHead=false",
].flatMap((setting) => ["-c", setting]);

/** Would point git at another repository than ours (as inside a hook), or have it run something. */
const DROPPED = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
  "GIT_PREFIX",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_SHALLOW_FILE",
  "GIT_EXTERNAL_DIFF",
  "GIT_GLOB_PATHSPECS",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_ICASE_PATHSPECS",
];

const MOST_OUTPUT_BYTES = 256 * 2 ** 20;
const LOCAL_TIMEOUT_MS = 120_000;

/** The `git` command, in the repository at `top`; arguments never pass through a shell. */
export function createGit(top: string, host: Readonly<Record<string, string | undefined>>): Git {
  const environment: Record<string, string | undefined> = {
    ...host,
    // Paths are paths, and no patterns; messages are English; nobody is asked for a password.
    GIT_LITERAL_PATHSPECS: "1",
    GIT_TERMINAL_PROMPT: "0",
    GCM_INTERACTIVE: "never",
    LC_ALL: "C",
  };
  for (const name of DROPPED) delete environment[name];

  const run = (args: readonly string[], options: GitOptions = {}) =>
    new Promise<GitResult>((resolve, reject) => {
      execFile(
        "git",
        [...SAFE_CONFIG, ...args],
        {
          cwd: options.folder ?? top,
          env: environment,
          encoding: "utf8",
          maxBuffer: MOST_OUTPUT_BYTES,
          timeout: options.timeoutMs ?? LOCAL_TIMEOUT_MS,
          killSignal: "SIGKILL",
        },
        (error, stdout, stderr) => {
          if (error === null) return resolve({ code: 0, stdout, stderr });
          const { code } = error;
          if (typeof code === "number" && options.accept?.includes(code)) return resolve({ code, stdout, stderr });
          reject(
            gitProblem(args, code === "ENOENT" ? "git is not installed" : gitMessage(stderr, error.killed), error),
          );
        },
      );
    });
  return { run, prefix: SAFE_CONFIG, environment };
}

/** A git command's failure in git's own words, without passwords that addresses hold. */
export function gitProblem(args: readonly string[], message: string, cause: unknown): ProblemError {
  const isOwner = message.includes("safe.directory");
  return new ProblemError(
    {
      kind: "platform",
      where: `git ${args[0]}`,
      what: message.replace(/\/\/[^@/\s]+@/g, "//***@"),
      mend: isOwner
        ? "let git trust this folder with `git config --global --add safe.directory`"
        : "see git's message, and try the same command in the repository",
    },
    { cause },
  );
}

function gitMessage(stderr: string, wasKilled: boolean | undefined): string {
  if (wasKilled === true) return "git did not answer in time";
  const lines = stderr.split("\n").filter((line) => /^(fatal|error): /.test(line));
  return (lines.length > 0 ? lines.join(" ") : stderr).trim().slice(0, 500) || "git failed without a word";
}
