import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { StageCache, StageRun, Workspace } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { errorCode, ifPresent } from "../files/error-code.ts";
import { normalizeInside } from "../files/inside-root.ts";
import { listFolder, statInside } from "../files/list-folder.ts";
import { type CachedFile, type CacheEntry, MOST_ENTRY_BYTES, parseEntry, serializeEntry } from "./cache-entry.ts";
import { evictEntries } from "./evict-entries.ts";
import { fingerprintName } from "./fingerprint-name.ts";
import { createObjectStore, type ObjectStore } from "./object-store.ts";
import { placeOutputs } from "./place-outputs.ts";

export type LocalCacheOptions = {
  /** What does not fit is removed, least recently used first. */
  readonly mostBytes?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
};

const TEN_GIGABYTES = 10 * 2 ** 30;

/**
 * A stage cache in a folder, which several processes may use at once.
 *
 * `objects/` holds files by their sha256, `entries/` one JSON file a fingerprint, written last: an entry is whole or absent.
 * Everything in it is checked on the way out: an entry that is damaged, or whose files are, is removed and counts as absent.
 *
 * The folder must be one that no commit can fill: not inside a checked-out tree, unless in its `.git`.
 * Throws a ProblemError for an output that leaves the workspace or is to be saved and missing, and where the disk refuses.
 */
export function createLocalCache(folder: string, options: LocalCacheOptions = {}): StageCache {
  const root = resolve(folder);
  const entries = join(root, "entries");
  const objects = join(root, "objects");
  const temporary = join(root, "temporary");
  const store = createObjectStore(objects, temporary);
  const now = options.now ?? Date.now;
  const entryFile = (fingerprint: string) => join(entries, `${fingerprintName(fingerprint)}.json`);

  const touch = (file: string) => ifPresent(utimes(file, now() / 1000, now() / 1000));

  return {
    restore: sayingWhere(root, async (fingerprint, workspace, outs) => {
      const file = entryFile(fingerprint);
      const text = await readEntry(file);
      if (text === null) return null;
      const entry = parseEntry(text, fingerprint, outs.map(normalizeInside));
      if (entry === null || !(await placeOutputs(entry, store, workspace))) {
        await rm(file, { force: true });
        return null;
      }
      await touch(file);
      return entry.run;
    }),
    save: sayingWhere(root, async (fingerprint, workspace, outs, run) => {
      const file = entryFile(fingerprint);
      const entry = await collectEntry(store, workspace, outs.map(normalizeInside), run);
      mkdirSync(entries, { recursive: true });
      mkdirSync(temporary, { recursive: true });
      await writeWhole(file, join(temporary, randomBytes(8).toString("hex")), serializeEntry(fingerprint, entry));
      await touch(file);
      const mostBytes = options.mostBytes ?? TEN_GIGABYTES;
      await evictEntries({ entries, objects, temporary, mostBytes, digestsOf, nowMs: now() });
    }),
  };
}

/** The system's refusals (no space, no permission) as a problem that names the cache's folder. */
function sayingWhere<A extends unknown[], R>(folder: string, work: (...args: A) => Promise<R>) {
  return async (...args: A): Promise<R> => {
    try {
      return await work(...args);
    } catch (cause) {
      if (errorCode(cause) === null) throw cause;
      throw new ProblemError(
        {
          kind: "platform",
          where: `stage cache ${folder}`,
          what: cause instanceof Error ? cause.message : String(cause),
          mend: "make room, or mend the folder's permissions",
        },
        { cause },
      );
    }
  };
}

async function collectEntry(
  store: ObjectStore,
  workspace: Workspace,
  outs: readonly string[],
  run: StageRun,
): Promise<CacheEntry> {
  const kinds: CacheEntry["outs"][number][] = [];
  const files: CachedFile[] = [];
  const emptyFolders: string[] = [];
  const add = async (path: string, real: string, mode: bigint) => {
    const { digest, bytes } = await store.add(real, path);
    files.push({ path, digest, bytes, executable: (Number(mode) & 0o100) !== 0 });
  };

  for (const path of new Set(outs)) {
    const found = statInside(workspace.root, path);
    if (found === undefined) throw missingOutput(path);
    if (!found.stat.isDirectory()) {
      kinds.push({ path, kind: "file" });
      await add(path, found.real, found.stat.mode);
      continue;
    }
    kinds.push({ path, kind: "folder" });
    const listing = listFolder(workspace.root, path, () => false);
    for (const file of listing.files) await add(`${path}/${file.path}`, file.real, file.stat.mode);
    emptyFolders.push(...listing.emptyFolders.map((empty) => `${path}/${empty}`));
  }
  return { outs: kinds, files, emptyFolders, run };
}

async function readEntry(file: string): Promise<string | null> {
  const found = await ifPresent(stat(file));
  if (found === undefined) return null;
  if (!found.isFile() || found.size > MOST_ENTRY_BYTES) return "";
  return (await ifPresent(readFile(file, "utf8"))) ?? null;
}

async function writeWhole(file: string, temporary: string, text: string): Promise<void> {
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** What an entry needs kept; its digests are all that is asked of it here. */
async function digestsOf(file: string): Promise<readonly string[]> {
  const text = (await readEntry(file)) ?? "";
  return [...text.matchAll(/"digest":"([0-9a-f]{64})"/g)].map(([, digest]) => digest ?? "");
}

function missingOutput(path: string): ProblemError {
  return new ProblemError({
    kind: "stage",
    where: path,
    what: "this output is to be cached, but is not there",
    mend: "let the stage write it",
  });
}
