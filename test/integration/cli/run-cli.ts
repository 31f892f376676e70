import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { refuseStackTrace } from "../action/scene.ts";

export type CliRun = { readonly code: number | null; readonly out: string; readonly err: string };

const ENTRY = new URL("../../../cli/main.ts", import.meta.url).pathname;

/** Starts the command line in a process of its own, away from any terminal. */
export function startCli(
  folder: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): { child: ChildProcess; ended: Promise<CliRun> } {
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: join(tmpdir(), "modelgate-nobody"),
    NODE_COMPILE_CACHE: join(tmpdir(), "modelgate-compile-cache"),
    ...variables,
  };
  const child = spawn(process.execPath, [ENTRY, ...args], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<CliRun>((resolve, reject) => {
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
  return { child, ended };
}

/** @throws Error where a stack trace reaches the user. */
export async function runCli(folder: string, ...args: readonly string[]): Promise<CliRun> {
  return runCliWith({}, folder, ...args);
}

/** As `runCli`, with variables of the environment. */
export async function runCliWith(
  variables: Readonly<Record<string, string>>,
  folder: string,
  ...args: readonly string[]
): Promise<CliRun> {
  const run = await startCli(folder, args, variables).ended;
  refuseStackTrace(run.out + run.err);
  return run;
}

/** A temporary folder, in git if there is a first commit for it. */
export type Folder = {
  readonly path: string;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly git: (...args: readonly string[]) => string;
  /** Writes files and commits everything. */
  readonly commit: (files?: Readonly<Record<string, string>>) => string;
  readonly remove: () => void;
};

export function makeFolder(files: Readonly<Record<string, string>> = {}): Folder {
  const path = mkdtempSync(join(tmpdir(), "modelgate-cli-"));
  const git: Folder["git"] = (...args) =>
    execFileSync("git", ["-C", path, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  const write: Folder["write"] = (changed) => {
    for (const [name, content] of Object.entries(changed)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
  };
  write(files);
  return {
    path,
    write,
    git,
    commit: (changed = {}) => {
      write(changed);
      git("add", "--all");
      git("commit", "--quiet", "--message", "Change");
      return git("rev-parse", "HEAD");
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** A repository on `main` with one commit of these files, and a branch `change` checked out. */
export function makeRepository(files: Readonly<Record<string, string>>): Folder {
  const folder = makeFolder(files);
  folder.git("init", "--quiet", "--initial-branch=main");
  folder.commit();
  folder.git("switch", "--quiet", "--create", "change");
  return folder;
}
