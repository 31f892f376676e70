import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { StageRun } from "../../ports.ts";
import type { CommandRecorder } from "./command-recorder.ts";
import type { StageOutput } from "./output-lines.ts";
import { listProcesses } from "./process-table.ts";
import { watchProcessTree } from "./process-tree.ts";
import { STAGE_MARK } from "./stage-environment.ts";
import { startUsageMeter } from "./usage-meter.ts";

/** How a command ended. */
export type CommandEnd = StageRun & {
  /** Null for success. */
  readonly failure: string | null;
  /** Processes that were still running when the command was over, and have been ended. */
  readonly leftRunning: number;
};

export type CommandRequest = {
  readonly command: string;
  /** Absolute. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly output: StageOutput;
  /** Ends the command; what it failed of is then for the caller to say. */
  readonly signal: AbortSignal;
  readonly graceMs: number;
  readonly recorder: CommandRecorder;
};

/** A pipe that somebody beyond our reach still holds open is not waited for. */
const STREAM_END_MS = 1_000;

/**
 * Runs one command with `sh` in a session and process group of its own, without input, and returns once it is over and
 * nothing of it is left running. Never throws for what the command does.
 */
export async function runShellCommand(request: CommandRequest): Promise<CommandEnd> {
  const { recorder } = request;
  const others = listProcesses() ?? [];
  const started = performance.now();
  const child = startShell(request);
  if (child instanceof Error) return notStarted(child);
  const exit = new Promise<string | null>((resolve) => {
    child.once("error", (error) => resolve(`it could not be started: ${error.message}`));
    child.once("exit", (code, signal) => resolve(describeExit(code, signal)));
  });
  if (child.pid === undefined) return notStarted(new Error((await exit) ?? "it could not be started"));

  const tree = watchProcessTree(child.pid, `${STAGE_MARK}=${request.environment[STAGE_MARK]}`, others);
  const meter = startUsageMeter(tree.members, child.pid);
  const report = collectText(child.stdio[recorder.descriptors.report]);
  const streams = [child.stdio[1], child.stdio[recorder.descriptors.errors]].map((stream) =>
    forward(stream, request.output),
  );

  process.once("exit", tree.kill);
  const aborted = onAbort(request.signal);
  const first = await Promise.race([exit, aborted.promise]);
  aborted.forget();
  if (first === ABORTED) {
    await tree.end(request.graceMs);
    await Promise.race([exit, sleep(STREAM_END_MS)]);
  }
  const leftRunning = first === ABORTED ? 0 : await tree.end(request.graceMs);
  process.removeListener("exit", tree.kill);
  const wallSeconds = (performance.now() - started) / 1000;
  await Promise.race([Promise.all([...streams, report.ended]), sleep(STREAM_END_MS)]);
  for (const stream of child.stdio) stream?.destroy();

  const record = recorder.read(report.text());
  const usage = meter.stop(record.largestProcessBytes);
  return {
    failure: first === ABORTED ? "ended" : first,
    leftRunning,
    wallSeconds,
    cpuSeconds: highest(usage.cpuSeconds, record.cpuSeconds),
    peakMemoryBytes: usage.peakMemoryBytes,
  };
}

function startShell({ command, folder, environment, recorder }: CommandRequest): ChildProcess | Error {
  try {
    return spawn(recorder.program, recorder.args(command), {
      cwd: folder,
      env: environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
  } catch (error) {
    // A command with a NUL in it, or one longer than the system takes.
    if (error instanceof Error) return new Error(`it could not be started: ${error.message}`);
    throw error;
  }
}

function notStarted(error: Error): CommandEnd {
  return { failure: error.message, leftRunning: 0, wallSeconds: 0, cpuSeconds: null, peakMemoryBytes: null };
}

const ABORTED = Symbol("aborted");

function onAbort(signal: AbortSignal) {
  let listener = () => {};
  const promise = new Promise<typeof ABORTED>((resolve) => {
    listener = () => resolve(ABORTED);
  });
  if (signal.aborted) listener();
  else signal.addEventListener("abort", listener, { once: true });
  return { promise, forget: () => signal.removeEventListener("abort", listener) };
}

type Stream = ChildProcess["stdio"][number];

function isReadable(stream: Stream): stream is Readable {
  return stream !== null && stream !== undefined && "read" in stream;
}

function forward(stream: Stream, output: StageOutput): Promise<void> {
  if (!isReadable(stream)) return Promise.resolve();
  const sink = output.stream();
  stream.on("data", (bytes: Buffer) => sink.write(bytes));
  return new Promise((resolve) => {
    stream.once("error", () => stream.destroy());
    stream.once("close", () => {
      sink.end();
      resolve();
    });
  });
}

/** The last thousand characters and what came with them: a shell may have something to say before. */
function collectText(stream: Stream) {
  let text = "";
  const ended = new Promise<void>((resolve) => {
    if (!isReadable(stream)) return resolve();
    stream.on("data", (bytes: Buffer) => {
      text = text.slice(-1_000) + bytes.toString("latin1");
    });
    stream.once("error", () => stream.destroy());
    stream.once("close", resolve);
  });
  return { ended, text: () => text };
}

function highest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

const COMMON_EXITS: Readonly<Record<number, string>> = {
  126: " (the command is not executable)",
  127: " (command not found)",
  137: " (SIGKILL: often for want of memory)",
};

function describeExit(code: number | null, signal: NodeJS.Signals | null): string | null {
  if (signal !== null) return `signal ${signal}`;
  if (code === 0) return null;
  const name = Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0];
  return `exit code ${code}${COMMON_EXITS[code ?? 0] ?? (name === undefined ? "" : ` (${name})`)}`;
}
