import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { RunnerEvent } from "./events.ts";
import type { GitHub } from "./github.ts";

export type ActionRun = {
  readonly exitCode: number | null;
  /** What the action set, by name. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The job summary, Markdown. */
  readonly summary: string;
  /** Standard output and standard error, as they came. */
  readonly log: string;
  /** Where the repository was checked out. */
  readonly workspace: string;
  readonly seconds: number;
};

export type ActionRequest = {
  readonly github: GitHub;
  /** The bare repository behind the emulated GitHub. */
  readonly repository: string;
  readonly event: RunnerEvent;
  /** Temporary; every run makes a folder of its own in it. */
  readonly folder: string;
  readonly token: string;
  /** `bundle`: the committed dist/, as a workflow gets it; `sources`: action/main.ts, without a build. */
  readonly entry?: "bundle" | "sources";
  /** Other than action.yml's defaults. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly runId?: number;
  readonly runAttempt?: number;
  /** A checkout of an earlier run, on a runner that is kept; without it a fresh one is made. */
  readonly workspace?: string;
  /** Called with the output as it comes. */
  readonly onOutput?: (text: string) => void;
};

const ACTION_ROOT = new URL("../..", import.meta.url);

/** Runs the action for an event as GitHub's runner does: a shallow checkout, environment, event file, files for answers. */
export async function runAction(request: ActionRequest): Promise<ActionRun> {
  const { github, event, token } = request;
  mkdirSync(request.folder, { recursive: true });
  const folder = mkdtempSync(join(request.folder, "job-"));
  const workspace = request.workspace ?? checkOut(request.repository, event, join(folder, "workspace"));
  const job = await github.prepareJob({
    event,
    workspace,
    folder,
    ...(request.runId !== undefined && { runId: request.runId }),
    ...(request.runAttempt !== undefined && { runAttempt: request.runAttempt }),
  });
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    ...job.environment,
    ...inputVariables(token, request.inputs ?? {}),
    // The sources are compiled once, and not in every run.
    ...(request.entry === "sources" && { NODE_COMPILE_CACHE: join(tmpdir(), "modelgate-compile-cache") }),
    ...request.environment,
  };
  const started = performance.now();
  const { exitCode, log } = await run(
    entryFile(request.entry ?? "bundle"),
    workspace,
    environment,
    request.onOutput ?? (() => {}),
  );
  return {
    exitCode,
    log,
    workspace,
    seconds: (performance.now() - started) / 1000,
    outputs: readOutputs(readFileSync(job.outputFile, "utf8")),
    summary: readFileSync(job.summaryFile, "utf8"),
  };
}

/** As actions/checkout does by default: the event's commit alone, detached. */
function checkOut(repository: string, event: RunnerEvent, workspace: string): string {
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", workspace, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  mkdirSync(workspace, { recursive: true });
  git("init", "--quiet");
  git("remote", "add", "origin", `file://${repository}`);
  git("fetch", "--quiet", "--depth=1", "origin", event.sha);
  git("checkout", "--quiet", "--detach", event.sha);
  return workspace;
}

type ActionFile = {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly main: string };
};

function actionFile(): ActionFile {
  return parse(readFileSync(new URL("action.yml", ACTION_ROOT), "utf8")) as ActionFile;
}

/** The runner hands inputs over as variables, defaults filled in. */
function inputVariables(token: string, inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(actionFile().inputs).map(([name, input]) => {
      const value = inputs[name] ?? (input.default ?? "").replace(/\$\{\{ github\.token \}\}/, token);
      return [`INPUT_${name.toUpperCase().replaceAll(" ", "_")}`, value];
    }),
  );
}

function entryFile(entry: "bundle" | "sources"): string {
  return new URL(entry === "bundle" ? actionFile().runs.main : "action/main.ts", ACTION_ROOT).pathname;
}

function run(
  entry: string,
  workspace: string,
  environment: Readonly<Record<string, string>>,
  onOutput: (text: string) => void,
): Promise<{ exitCode: number | null; log: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry], {
      cwd: workspace,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let log = "";
    const take = (chunk: Buffer) => {
      log += chunk.toString();
      onOutput(chunk.toString());
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, log }));
  });
}

/** `name<<delimiter`, the value's lines, `delimiter`. */
function readOutputs(text: string): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {};
  for (const [, name, , value] of text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n?\2$/gm))
    outputs[name as string] = value ?? "";
  return outputs;
}
