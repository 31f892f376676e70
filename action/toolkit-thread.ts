import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { createArtifactStore, hasArtifactStore } from "../src/adapters/github/artifact-store.ts";
import { createCodeHost } from "../src/adapters/github/code-host.ts";
import type { Log } from "../src/ports.ts";
import { ProblemError } from "../src/problem.ts";
import { OUTPUT_NAMES } from "./inputs.ts";
import type { Call, FromThread, Host, ToolkitCalls, ToolkitOptions, ToThread } from "./toolkit-calls.ts";

/** The toolkit's thread: loads at once what it will be asked for, and answers. */
export function serveToolkit(): void {
  const port = parentPort;
  if (port === null) throw new Error("the toolkit's thread was started as a process");
  const { host, uploads } = workerData as ToolkitOptions;
  const calls = openCalls(host, port);
  port.on("message", (message: ToThread) => {
    // Ends this thread, not the process.
    if (message.name === "end") process.exit();
    void answer(message, calls).then((found) => port.postMessage(found));
  });
  // What cannot be loaded fails again, and is told, at the call that needs it. `FormData` is loaded by Node when it is first named,
  // as the artifact store's client does.
  const loading: unknown[] = [import("@actions/core")];
  if (host !== null) loading.push(import("@actions/github"));
  if (uploads && hasArtifactStore(process.env)) loading.push(import("@actions/artifact"), FormData);
  void Promise.allSettled(loading);
}

function openCalls(host: Host | null, port: MessagePort): ToolkitCalls {
  const codeHost = host && createCodeHost({ ...host, log: logTo(port) });
  const hosted = () => {
    if (codeHost === null) throw new Error("there is no token to post with");
    return codeHost;
  };
  const toolkit = () => import("@actions/core");
  return {
    upsertComment: async (request) => hosted().upsertComment(request),
    createCheck: async (request) => hosted().createCheck(request),
    upload: createArtifactStore({ environment: process.env }).upload,
    setOutputs: async (outputs) => {
      const { setOutput } = await toolkit();
      for (const name of OUTPUT_NAMES) if (outputs[name] !== undefined) setOutput(name, outputs[name]);
    },
    annotate: async (level, sentence) => (await toolkit())[level](sentence, { title: "Modelgate" }),
    debug: async (text) => (await toolkit()).debug(text),
  };
}

async function answer({ id, name, args }: Call, calls: ToolkitCalls): Promise<FromThread> {
  try {
    const call = calls[name] as (...args: unknown[]) => Promise<unknown>;
    return { kind: "done", id, value: await call(...args) };
  } catch (error) {
    if (error instanceof ProblemError) return { kind: "problem", id, problem: error.problem };
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    return { kind: "defect", id, message, stack };
  }
}

function logTo(port: MessagePort): Pick<Log, "info" | "warn"> {
  const send = (level: "info" | "warn") => (line: string) => {
    const message: FromThread = { kind: "log", level, line };
    port.postMessage(message);
  };
  return { info: send("info"), warn: send("warn") };
}
