import { Worker } from "node:worker_threads";
import type { ArtifactStore, CodeHost, Log } from "../src/ports.ts";
import { ProblemError } from "../src/problem.ts";
import type { Call, CallName, FromThread, ToolkitCalls, ToolkitOptions, ToThread } from "./toolkit-calls.ts";

/** GitHub's clients: of the runner, of the API, of the artifact store. */
export type Toolkit = Pick<ToolkitCalls, "setOutputs" | "annotate" | "debug"> & {
  /** Null: nothing is to be posted. */
  readonly codeHost: CodeHost | null;
  readonly artifacts: ArtifactStore;
  /** Ends the thread; what it has written stands in the log then. */
  readonly close: () => Promise<void>;
};

/**
 * GitHub's clients, on a thread of their own: they take 0.2 s to load, in which this one trains and evaluates.
 *
 * @param entry The action's program, which knows by itself on which thread it is.
 */
export function startToolkit(entry: URL, options: ToolkitOptions, log: Log): Toolkit {
  const thread = new Worker(entry, { workerData: options });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let failure: Error | null = null;
  let calls = 0;

  const take = (id: number) => {
    const call = waiting.get(id);
    waiting.delete(id);
    return call;
  };
  const fail = (error: Error) => {
    failure ??= error;
    for (const id of [...waiting.keys()]) take(id)?.reject(failure);
  };
  thread.on("message", (message: FromThread) => {
    if (message.kind === "log") log[message.level](message.line);
    else if (message.kind === "done") take(message.id)?.resolve(message.value);
    else take(message.id)?.reject(errorOf(message));
  });
  thread.on("error", fail);
  const ended = new Promise<void>((resolve) => {
    thread.on("exit", () => {
      fail(new Error("the toolkit's thread has ended"));
      resolve();
    });
  });

  const send = (message: ToThread) => thread.postMessage(message);
  const ask = <Name extends CallName>(name: Name): ToolkitCalls[Name] => {
    const call = (...args: unknown[]): Promise<unknown> => {
      if (failure !== null) return Promise.reject(failure);
      const answered = Promise.withResolvers<unknown>();
      waiting.set(calls, answered);
      send({ id: calls++, name, args } as Call);
      return answered.promise;
    };
    return call as ToolkitCalls[Name];
  };
  return {
    codeHost: options.host && { upsertComment: ask("upsertComment"), createCheck: ask("createCheck") },
    artifacts: { upload: ask("upload") },
    setOutputs: ask("setOutputs"),
    annotate: ask("annotate"),
    debug: ask("debug"),
    close: async () => {
      send({ name: "end" });
      await ended;
    },
  };
}

function errorOf(message: Extract<FromThread, { kind: "problem" | "defect" }>): Error {
  if (message.kind === "problem") return new ProblemError(message.problem);
  const error = new Error(message.message);
  error.stack = message.stack;
  return error;
}
