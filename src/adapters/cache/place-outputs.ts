import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Workspace } from "../../ports.ts";
import { errorCode, ifPresent } from "../files/error-code.ts";
import { writablePathInside } from "../files/inside-root.ts";
import { listFolder, statInside } from "../files/list-folder.ts";
import { makeStateFolder } from "../files/state-folder.ts";
import type { CachedFile, CacheEntry } from "./cache-entry.ts";
import type { ObjectStore } from "./object-store.ts";

/**
 * Puts an entry's outputs into a workspace: all of them, or none. Those that are there already, with the same files, content
 * and execute permission, stay untouched. False where the store lacks a file or holds it damaged.
 *
 * All are laid ready first, and checked against their digests; then they change places with what is there.
 */
export async function placeOutputs(entry: CacheEntry, store: ObjectStore, workspace: Workspace): Promise<boolean> {
  const outs = await changedOuts(entry, workspace);
  if (outs.length === 0) return true;
  // Before anything is touched: a parent that is a link out of the workspace.
  const places = outs.map((path) => ({ path, destination: writablePathInside(workspace.root, path) }));
  const staging = join(makeStateFolder(workspace.root, "restoring"), randomBytes(8).toString("hex"));
  try {
    if (!(await layReady(entry, outs, store, join(staging, "new")))) return false;
    await exchange(places, staging);
    return true;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function changedOuts(entry: CacheEntry, workspace: Workspace): Promise<string[]> {
  const changed: string[] = [];
  for (const out of entry.outs) {
    const files = filesOf(entry, out.path);
    if (!(await isInPlace(out, files, entry.emptyFolders, workspace))) changed.push(out.path);
  }
  return changed;
}

async function isInPlace(
  out: CacheEntry["outs"][number],
  files: readonly CachedFile[],
  emptyFolders: readonly string[],
  workspace: Workspace,
): Promise<boolean> {
  const found = statInside(workspace.root, out.path);
  if (found === undefined || found.real !== join(workspace.root, out.path)) return false;
  if (out.kind === "folder") {
    if (!found.stat.isDirectory()) return false;
    const listing = listFolder(workspace.root, out.path, () => false);
    const present = listing.files.map(({ path }) => `${out.path}/${path}`);
    const empty = listing.emptyFolders.map((path) => `${out.path}/${path}`);
    if (
      !isSameSet(
        present,
        files.map(({ path }) => path),
      )
    )
      return false;
    if (
      !isSameSet(
        empty,
        emptyFolders.filter((path) => path.startsWith(`${out.path}/`)),
      )
    )
      return false;
  }
  const digests = await workspace.digests(files.map(({ path }) => path));
  return files.every(({ path, digest, executable }, index) => {
    const stat = statInside(workspace.root, path)?.stat;
    return (
      digests[index]?.digest === `sha256:${digest}` &&
      stat?.isFile() === true &&
      ((Number(stat.mode) & 0o100) !== 0) === executable
    );
  });
}

function filesOf(entry: CacheEntry, out: string): CachedFile[] {
  return entry.files.filter(({ path }) => path === out || path.startsWith(`${out}/`));
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const other = new Set(b);
  return a.length === other.size && a.every((item) => other.has(item));
}

async function layReady(
  entry: CacheEntry,
  outs: readonly string[],
  store: ObjectStore,
  folder: string,
): Promise<boolean> {
  for (const out of outs) {
    const { kind } = entry.outs.find(({ path }) => path === out) ?? {};
    if (kind === "folder") mkdirSync(join(folder, out), { recursive: true });
    for (const { path, digest, executable } of filesOf(entry, out)) {
      if (!(await store.copyTo(digest, join(folder, path), executable))) return false;
    }
    for (const path of entry.emptyFolders.filter((empty) => empty.startsWith(`${out}/`))) {
      mkdirSync(join(folder, path), { recursive: true });
    }
  }
  return true;
}

type Place = { readonly path: string; readonly destination: string };

async function exchange(places: readonly Place[], staging: string): Promise<void> {
  const done: (() => Promise<void>)[] = [];
  try {
    for (const { path, destination } of places) {
      const old = join(staging, "old", path);
      await mkdir(dirname(old), { recursive: true });
      await mkdir(dirname(destination), { recursive: true });
      const hadOld = (await ifPresent(move(destination, old).then(() => true))) === true;
      if (hadOld) done.push(() => move(old, destination));
      await move(join(staging, "new", path), destination);
      done.push(() => rm(destination, { recursive: true, force: true }));
    }
  } catch (error) {
    for (const undo of done.reverse()) await undo();
    throw error;
  }
}

/** Renames; across file systems (an output's folder may be a mount) copies beside the destination first. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errorCode(error) !== "EXDEV") throw error;
    const beside = `${to}.${randomBytes(6).toString("hex")}`;
    await cp(from, beside, { recursive: true, verbatimSymlinks: true });
    await rename(beside, to);
    await rm(from, { recursive: true, force: true });
  }
}
