import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { errorCode } from "./error-code.ts";
import { fileStamp, type HashedFile } from "./hash-file.ts";

/** Remembers digests of files between runs, by path and stamp (size, mtime, ctime, inode). */
export type DigestCache = {
  /** Null where the file is not known, or has changed. */
  readonly find: (path: string, stamp: string) => string | null;
  /** @param startedNs the clock before the file was read, ns since 1970 */
  readonly add: (path: string, hashed: HashedFile, startedNs: bigint) => void;
  /** Writes what is new to disk, as a whole or not at all. */
  readonly persist: () => void;
};

const HEADER = "modelgate digests 1";
const LINE = /^([0-9a-f]{64}) (\d{1,20} \d{1,20} \d{1,20} \d{1,20}) (".*")$/;
const MOST_ENTRIES = 200_000;

/**
 * A file changed twice within one tick of the file system's clock keeps its stamp. So a digest is only remembered where
 * the file had been still for longer than the coarsest tick in use (FAT: 2 s) before it was read: whatever is written
 * later bears a later time. It is git's rule for "racily clean" files, held against the reading and not against the
 * writing of the cache, which comes too late.
 */
const COARSEST_TICK_NS = 2_000_000_000n;

/**
 * Opens the cache kept in `file` (null: for this process only); one that is absent, damaged or of another version is empty.
 * A process that cannot write there works without: a cache is never a reason to fail.
 *
 * @param makeFolder makes the folder that `file` lies in, before something is written
 */
export function openDigestCache(file: string | null, makeFolder: () => void): DigestCache {
  let entries: Map<string, { stamp: string; digest: string }> | null = null;
  let changed = false;
  const load = () => {
    entries ??= file === null ? new Map() : readEntries(file);
    return entries;
  };

  return {
    find: (path, stamp) => {
      const entry = load().get(path);
      return entry?.stamp === stamp ? entry.digest : null;
    },
    add: (path, hashed, startedNs) => {
      const isRecent = (timeNs: bigint) => timeNs + COARSEST_TICK_NS >= startedNs;
      if (isRecent(hashed.stat.mtimeNs) || isRecent(hashed.stat.ctimeNs)) return;
      const known = load();
      // Deleting first moves the entry to the end: what is dropped below is what has not changed for longest.
      known.delete(path);
      known.set(path, { stamp: fileStamp(hashed.stat), digest: hashed.digest });
      changed = true;
    },
    persist: () => {
      if (!changed || file === null) return;
      changed = false;
      writeEntries(file, makeFolder, [...load()].slice(-MOST_ENTRIES));
    },
  };
}

function readEntries(file: string): Map<string, { stamp: string; digest: string }> {
  const entries = new Map<string, { stamp: string; digest: string }>();
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) !== null) return entries;
    throw error;
  }
  const [header, ...lines] = text.split("\n");
  if (header !== HEADER) return entries;
  for (const line of lines) {
    const [, digest, stamp, path] = LINE.exec(line) ?? [];
    if (digest === undefined || stamp === undefined || path === undefined) continue;
    const name = parseName(path);
    if (name !== null) entries.set(name, { stamp, digest });
  }
  return entries;
}

/** Names are quoted as JSON strings, since they may hold newlines. */
function parseName(quoted: string): string | null {
  try {
    const name: unknown = JSON.parse(quoted);
    return typeof name === "string" ? name : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function writeEntries(
  file: string,
  makeFolder: () => void,
  entries: readonly [string, { stamp: string; digest: string }][],
): void {
  const lines = entries.map(([path, { digest, stamp }]) => `${digest} ${stamp} ${JSON.stringify(path)}\n`);
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    makeFolder();
    writeFileSync(temporary, `${HEADER}\n${lines.join("")}`, { flag: "wx" });
    renameSync(temporary, file);
  } catch (error) {
    if (errorCode(error) === null) throw error;
    removeQuietly(temporary);
  }
}

/** What stands in the way of writing there stands in the way of this too. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch (error) {
    if (errorCode(error) === null) throw error;
  }
}
