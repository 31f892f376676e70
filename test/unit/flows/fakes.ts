import { createHash } from "node:crypto";
import type { Log, Repository, StageCache, StageOutcome, StageRunner, Workspace } from "../../../src/ports.ts";

/** Small stand-ins for the world: a tree is a map of files, a stage is a function on it. */

export type Tree = Workspace & { readonly files: Map<string, string> };

export function sha256(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

export function makeTree(files: Readonly<Record<string, string>>, root = "/tree"): Tree {
  const content = new Map(Object.entries(files));
  return {
    root,
    files: content,
    readText: async (path) => content.get(path) ?? null,
    digests: async (paths) =>
      paths.map((path) => {
        const text = content.get(path);
        return text === undefined ? null : { path, digest: sha256(text), bytes: text.length };
      }),
    regularFiles: async (paths) => paths.filter((path) => content.has(path)),
    linksTo: async () => [],
  };
}

export const RUN = { wallSeconds: 2, cpuSeconds: 1, peakMemoryBytes: 1000 } as const;

/** Runs a stage by writing `made of <deps>` into its outputs, unless `act` does something else. */
export function makeRunner(
  act?: (name: string, tree: Tree) => Promise<StageOutcome | undefined> | undefined,
): StageRunner & {
  readonly ran: string[];
} {
  const ran: string[] = [];
  return {
    ran,
    run: async ({ name, stage: { deps, outs }, workspace }) => {
      const tree = workspace as Tree;
      ran.push(name);
      const outcome = await act?.(name, tree);
      if (outcome !== undefined) return outcome;
      const text = `made of ${deps.map((path) => tree.files.get(path)).join(", ")}`;
      for (const out of outs) tree.files.set(out, text);
      return { ok: true, ...RUN };
    },
  };
}

export function makeCache(): StageCache & { readonly saved: Map<string, Map<string, string>> } {
  const saved = new Map<string, Map<string, string>>();
  return {
    saved,
    restore: async (fingerprint, workspace) => {
      const entry = saved.get(fingerprint);
      if (entry === undefined) return null;
      for (const [path, text] of entry) (workspace as Tree).files.set(path, text);
      return RUN;
    },
    save: async (fingerprint, workspace, outs) => {
      const { files } = workspace as Tree;
      saved.set(fingerprint, new Map(outs.map((out) => [out, files.get(out) ?? ""])));
    },
  };
}

export function makeLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    info: (line) => lines.push(line),
    warn: (line) => lines.push(`warning: ${line}`),
    group: (title) => ({ line: (text) => lines.push(`${title} | ${text}`), end: () => undefined }),
  };
}

type Commit = { readonly parents: readonly string[]; readonly files: Readonly<Record<string, string>> };

export type FakeRepository = Repository & { readonly released: string[]; readonly checkedOut: string[] };

/** Commits by id; `refs` name them, a ref that is not there can be fetched if it is in `remote`. */
export function makeRepository(options: {
  readonly workspace: Tree;
  readonly head: string;
  readonly commits: Readonly<Record<string, Commit>>;
  readonly refs?: Readonly<Record<string, string>>;
  readonly mergeBase?: string;
  readonly missing: (ref: string) => Error;
}): FakeRepository {
  const { commits, refs = {} } = options;
  const released: string[] = [];
  const checkedOut: string[] = [];
  const known = (sha: string): Commit => {
    const commit = commits[sha];
    if (commit === undefined) throw options.missing(sha);
    return commit;
  };
  return {
    released,
    checkedOut,
    workspace: options.workspace,
    head: async () => ({ sha: options.head, parents: known(options.head).parents }),
    resolve: async (ref) => {
      const sha = refs[ref] ?? ref;
      known(sha);
      return sha;
    },
    has: async (ref) => (refs[ref] ?? ref) in commits,
    mergeBase: async () => options.mergeBase ?? options.head,
    readAt: async (sha, path) => known(sha).files[path] ?? null,
    changedSince: async (sha) => {
      const before = new Map(Object.entries(known(sha).files));
      const after = options.workspace.files;
      const paths = new Set([...before.keys(), ...after.keys()]);
      return [...paths].filter((path) => before.get(path) !== after.get(path)).toSorted();
    },
    links: async () => [],
    tracked: async () => [],
    worktree: async (sha) => {
      checkedOut.push(sha);
      const workspace = makeTree(known(sha).files, `/worktrees/${sha}`);
      return { workspace, release: async () => void released.push(sha) };
    },
  };
}
