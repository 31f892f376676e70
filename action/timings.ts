import { writeFileSync } from "node:fs";
import type { CheckPorts } from "../src/flows/check.ts";
import type { Toolkit } from "./toolkit.ts";

/** Notes when each port is called and when it answers, for `bench/action.ts`. */
export type Timings = {
  readonly ofPorts: (ports: CheckPorts) => CheckPorts;
  readonly ofToolkit: (toolkit: Toolkit) => Toolkit;
  readonly write: () => void;
};

/** Milliseconds since the process started. */
type Timing = { readonly name: string; readonly start: number; readonly end: number };

/** The file that `MODELGATE_TIMINGS` names is written at the end; without the variable all ports stay what they are. */
export function createTimings(environment: Readonly<Record<string, string | undefined>>): Timings {
  const file = environment["MODELGATE_TIMINGS"];
  if (file === undefined || file === "") return { ofPorts: same, ofToolkit: same, write: () => {} };

  const timings: Timing[] = [{ name: "load", start: 0, end: performance.now() }];
  const timed =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const start = performance.now();
      try {
        return await call(...args);
      } finally {
        timings.push({ name, start, end: performance.now() });
      }
    };
  return {
    ofPorts: ({ cache, tables, scoring, ...ports }) => ({
      ...ports,
      cache: cache && { ...cache, restore: timed("restore", cache.restore) },
      tables: {
        open: timed("open data", async (...args: Parameters<CheckPorts["tables"]["open"]>) => {
          const table = await tables.open(...args);
          return { ...table, custom: timed("custom metric", table.custom), close: timed("close data", table.close) };
        }),
      },
      scoring: { ...scoring, score: timed("score", scoring.score) },
    }),
    ofToolkit: (toolkit) => ({
      ...toolkit,
      codeHost: toolkit.codeHost && {
        upsertComment: timed("comment", toolkit.codeHost.upsertComment),
        createCheck: timed("check", toolkit.codeHost.createCheck),
      },
      artifacts: { upload: timed("upload", toolkit.artifacts.upload) },
      close: timed("close toolkit", toolkit.close),
    }),
    write: () => writeFileSync(file, JSON.stringify(timings)),
  };
}

function same<T>(value: T): T {
  return value;
}
