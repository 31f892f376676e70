import { randomUUID } from "node:crypto";
import type { StageConfig } from "../../config/schema.ts";
import type { StageOutcome, StageRun, StageRunner } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { errorCode } from "../files/error-code.ts";
import { statInside } from "../files/list-folder.ts";
import { type CommandRecorder, chooseRecorder } from "./command-recorder.ts";
import { clearOutputs, describeBadOutputs } from "./declared-outputs.ts";
import { createStageOutput, type StageOutput } from "./output-lines.ts";
import { type CommandEnd, runShellCommand } from "./shell-command.ts";
import { type Environment, missingSecrets, secretValues, stageEnvironment } from "./stage-environment.ts";

export type StageRunnerOptions = {
  /** Where the few variables that a stage is given come from; usually `process.env`. */
  readonly environment: Environment;
  /** How long a process tree has between SIGTERM and SIGKILL. */
  readonly graceMs?: number;
  /** Where GNU time is looked for, which knows the exact memory of short commands; where it is not there, samples have to do. */
  readonly timeProgram?: string;
};

/** A timer takes no more (25 days). */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Runs stages with the system's `sh -e`, one command after another.
 *
 * - Declared outputs are removed first and must exist afterwards, inside the repository. What a failing command leaves behind
 *   stays where it is, for whoever looks for the reason; it is in no cache, and the next run removes it.
 * - The time-out is for all commands together; it and `signal` end the whole process tree, also what has left its group,
 *   session or parents as far as Linux shows it. What a command leaves running when it succeeds is ended too.
 * - Wall and CPU time are sums over the commands, peak memory is the highest of any, see `startUsageMeter`; CPU time and memory are null
 *   where they are not known of every command.
 *
 * Throws a ProblemError on Windows, which has neither `sh` nor process groups.
 */
export function createStageRunner(options: StageRunnerOptions): StageRunner {
  if (process.platform === "win32") {
    throw new ProblemError({
      kind: "platform",
      where: "Windows",
      what: "stages run with the POSIX shell and process groups, which Windows lacks",
      mend: "run Modelgate on Linux or macOS, or in WSL",
    });
  }
  let recorder: Promise<CommandRecorder> | null = null;
  return {
    run: async ({ stage, workspace, onLine, signal }) => {
      const secrets = secretValues(options.environment, stage);
      const output = createStageOutput({ secrets, onLine, now: () => performance.now() });
      for (const name of missingSecrets(options.environment, stage)) {
        note(output, `modelgate: the secret ${name} has no value in this run`);
      }
      const folder = await prepare(workspace.root, stage);
      if (folder.problem !== null) return failure(folder.problem, [], output);
      recorder ??= chooseRecorder(options.timeProgram ?? "/usr/bin/time");
      const root = workspace.root;
      return runCommands({ stage, root, folder: folder.path, signal, output, options, recorder: await recorder });
    },
  };
}

type Prepared = { readonly path: string; readonly problem: null } | { readonly path: null; readonly problem: string };

async function prepare(root: string, stage: StageConfig): Promise<Prepared> {
  try {
    const found = statInside(root, stage.wdir);
    if (!found?.stat.isDirectory()) return { path: null, problem: `its folder \`${stage.wdir}\` does not exist` };
    await clearOutputs(root, stage);
    return { path: found.real, problem: null };
  } catch (error) {
    return { path: null, problem: describeRefusal(error) };
  }
}

function findBadOutputs(root: string, stage: StageConfig): string | null {
  try {
    return describeBadOutputs(root, stage);
  } catch (error) {
    return describeRefusal(error);
  }
}

/** What the system refuses (outputs of another user, from a container) is the stage's failure, not ours. */
function describeRefusal(error: unknown): string {
  if (error instanceof ProblemError) return `${error.problem.where}: ${error.problem.what}`;
  if (error instanceof Error && errorCode(error) !== null) return `its outputs cannot be used: ${error.message}`;
  throw error;
}

type Commands = {
  readonly stage: StageConfig;
  readonly root: string;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly output: StageOutput;
  readonly options: StageRunnerOptions;
  readonly recorder: CommandRecorder;
};

async function runCommands(request: Commands): Promise<StageOutcome> {
  const { stage, root, signal, output } = request;
  const ending = endAfter(stage.timeout_minutes * 60_000, signal);
  const ends: CommandEnd[] = [];
  try {
    const environment = stageEnvironment(request.options.environment, stage, randomUUID());
    for (const command of typeof stage.cmd === "string" ? [stage.cmd] : stage.cmd) {
      if (signal.aborted) return failure("cancelled", ends, output);
      const end = await runCommand(command, environment, ending.signal, request);
      ends.push(end);
      if (signal.aborted) return failure("cancelled", ends, output);
      if (ending.signal.aborted) return failure(`time-out after ${stage.timeout_minutes} minutes`, ends, output);
      if (end.failure !== null) return failure(end.failure, ends, output);
    }
  } finally {
    ending.dispose();
  }
  const bad = findBadOutputs(root, stage);
  return bad === null ? { ok: true, ...total(ends) } : failure(bad, ends, output);
}

async function runCommand(
  command: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
  { folder, output, options, recorder }: Commands,
): Promise<CommandEnd> {
  note(output, `$ ${command}`);
  const graceMs = options.graceMs ?? 5_000;
  const end = await runShellCommand({ command, folder, environment, output, signal, graceMs, recorder });
  if (end.leftRunning > 0) note(output, `modelgate: ended ${end.leftRunning} processes that the command left running`);
  return end;
}

/** A signal that fires with another, or after a time; `dispose` before it is forgotten. */
function endAfter(milliseconds: number, signal: AbortSignal) {
  const ending = new AbortController();
  const end = () => ending.abort();
  const timer = setTimeout(end, Math.min(milliseconds, LONGEST_TIMEOUT_MS));
  signal.addEventListener("abort", end, { once: true });
  return {
    signal: ending.signal,
    dispose: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    },
  };
}

function note(output: StageOutput, text: string): void {
  const sink = output.stream();
  sink.write(Buffer.from(text));
  sink.end();
}

function failure(reason: string, ends: readonly CommandEnd[], output: StageOutput): StageOutcome {
  return { ok: false, reason, logTail: output.tail(), ...total(ends) };
}

function total(ends: readonly CommandEnd[]): StageRun {
  const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  const cpu = known(ends.map((end) => end.cpuSeconds));
  const memory = known(ends.map((end) => end.peakMemoryBytes));
  return {
    wallSeconds: ends.reduce((sum, end) => sum + end.wallSeconds, 0),
    // A part is no sum: one unknown command makes the whole unknown.
    cpuSeconds: cpu.length === ends.length && cpu.length > 0 ? cpu.reduce((sum, value) => sum + value, 0) : null,
    peakMemoryBytes: memory.length === ends.length && memory.length > 0 ? Math.max(...memory) : null,
  };
}
