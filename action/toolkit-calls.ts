import type { ArtifactStore, CodeHost } from "../src/ports.ts";
import type { Problem } from "../src/problem.ts";
import type { OutputName } from "./inputs.ts";

/** Where results are posted, and with which right. */
export type Host = { readonly token: string; readonly repository: string; readonly apiUrl: string };

/** What the thread is started with. */
export type ToolkitOptions = {
  /** Null: nothing is posted. */
  readonly host: Host | null;
  /** Whether there will be an artifact. */
  readonly uploads: boolean;
};

type Outputs = Readonly<Partial<Record<OutputName, string>>>;

/** What the toolkit's thread is asked for. What goes there and back is plain data. */
export type ToolkitCalls = CodeHost &
  ArtifactStore & {
    readonly setOutputs: (outputs: Outputs) => Promise<void>;
    /** A sentence at the top of the run's page. */
    readonly annotate: (level: "error" | "warning", sentence: string) => Promise<void>;
    /** Shown only where the runner debugs. */
    readonly debug: (text: string) => Promise<void>;
  };

export type CallName = keyof ToolkitCalls;

export type Call = {
  readonly [Name in CallName]: {
    readonly id: number;
    readonly name: Name;
    readonly args: Parameters<ToolkitCalls[Name]>;
  };
}[CallName];

/** `end` ends the thread. */
export type ToThread = Call | { readonly name: "end" };

export type FromThread =
  | { readonly kind: "log"; readonly level: "info" | "warn"; readonly line: string }
  | { readonly kind: "done"; readonly id: number; readonly value: unknown }
  /** An error loses its class on the way between threads, so a ProblemError goes as its problem. */
  | { readonly kind: "problem"; readonly id: number; readonly problem: Problem }
  | { readonly kind: "defect"; readonly id: number; readonly message: string; readonly stack: string };
