import type { Stats } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ifPresent } from "../files/error-code.ts";

/** Objects and temporary files younger than this may belong to an entry that is being written at this moment. */
const YOUNG_MS = 3_600_000;

export type EvictionRequest = {
  readonly entries: string;
  readonly objects: string;
  readonly temporary: string;
  readonly mostBytes: number;
  /** Digests that an entry's file names; none for one that cannot be read. */
  readonly digestsOf: (entryFile: string) => Promise<readonly string[]>;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
};

/**
 * Removes the entries used least recently (an entry's file is touched when it is used) until the objects of the rest fit, then
 * the objects that no entry names any more. Several processes may do so at once.
 */
export async function evictEntries(request: EvictionRequest): Promise<void> {
  const { objects, mostBytes, nowMs } = request;
  const sizes = await listObjects(objects);
  await removeOldTemporaries(request);
  if (sum([...sizes.values()].map(({ size }) => size)) <= mostBytes) return;

  const entries = (await listFiles(request.entries)).sort((a, b) => b.stat.mtimeMs - a.stat.mtimeMs);
  const needed = new Set<string>();
  let neededBytes = 0;
  for (const { path } of entries) {
    const fresh = (await request.digestsOf(path)).filter((digest) => !needed.has(digest));
    const bytes = sum(fresh.map((digest) => sizes.get(digest)?.size ?? 0));
    if (neededBytes + bytes > mostBytes && neededBytes > 0) {
      await rm(path, { force: true });
      continue;
    }
    neededBytes += bytes;
    for (const digest of fresh) needed.add(digest);
  }
  for (const [digest, { path, mtimeMs }] of sizes) {
    if (!needed.has(digest) && nowMs - mtimeMs >= YOUNG_MS) await rm(path, { force: true });
  }
}

async function listObjects(folder: string) {
  const objects = new Map<string, { path: string; size: number; mtimeMs: number }>();
  for (const prefix of (await ifPresent(readdir(folder))) ?? []) {
    for (const { path, name, stat } of await listFiles(join(folder, prefix))) {
      objects.set(`${prefix}${name}`, { path, size: stat.size, mtimeMs: stat.mtimeMs });
    }
  }
  return objects;
}

async function removeOldTemporaries({ temporary, nowMs }: EvictionRequest): Promise<void> {
  for (const { path, stat } of await listFiles(temporary)) {
    if (nowMs - stat.mtimeMs > YOUNG_MS) await rm(path, { force: true });
  }
}

async function listFiles(folder: string): Promise<{ path: string; name: string; stat: Stats }[]> {
  const names = (await ifPresent(readdir(folder))) ?? [];
  const files = await Promise.all(
    names.map(async (name) => {
      const found = await ifPresent(stat(join(folder, name)));
      return found === undefined ? [] : [{ path: join(folder, name), name, stat: found }];
    }),
  );
  return files.flat();
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
