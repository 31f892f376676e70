import { createHash } from "node:crypto";
import { type BigIntStats, mkdirSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileDigest, Workspace } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { decodeText, refuseHugeText } from "./decode-text.ts";
import { type DigestCache, openDigestCache } from "./digest-cache.ts";
import { errorCode } from "./error-code.ts";
import { fileStamp, hashFile } from "./hash-file.ts";
import { normalizeInside } from "./inside-root.ts";
import { linksTo } from "./links-to.ts";
import { listContent, type TrackedFiles } from "./list-content.ts";
import { type FoundFile, statInside } from "./list-folder.ts";
import { makeStateFolder, STATE_FOLDER } from "./state-folder.ts";

/** So many files are read at once; more only compete for the disk. */
const PARALLEL_READS = 4;

/**
 * Opens a checked-out tree.
 *
 * - A file's digest is `sha256:<hex>` of its content; a folder's that of its sorted listing of paths and digests, without
 *   `.git`, `.modelgate` and what git does not track in Python's `__pycache__` (which running the code changes). Access rights
 *   do not count.
 * - Links are followed inside the root and refused where they leave it.
 *
 * Throws a ProblemError where `root` is not a folder.
 *
 * @param options.digestsFolder where digests are remembered between runs; without it `.modelgate` in the root, with null
 *   nowhere. A folder that the repository's author cannot fill is to be preferred.
 * @param options.tracked which files git tracks; without it none
 */
export function openWorkspace(
  root: string,
  options: { readonly digestsFolder?: string | null; readonly tracked?: TrackedFiles } = {},
): Workspace {
  const realRoot = realFolder(root);
  const cache = openCache(realRoot, options.digestsFolder);
  const tracked = options.tracked ?? (async () => []);

  return {
    root: realRoot,
    readText: async (path) => {
      const found = statInside(realRoot, path);
      if (!found?.stat.isFile()) return null;
      refuseHugeText(Number(found.stat.size), path);
      return decodeText(await readFile(found.real), path);
    },
    digests: async (paths) => {
      const digests = await mapInParallel(paths, (path) => digestOf(realRoot, path, cache, tracked));
      cache.persist();
      return digests;
    },
    regularFiles: async (paths) => paths.filter((path) => isRegularFile(realRoot, path)),
    linksTo: async (paths) => linksTo(realRoot, paths),
  };
}

function openCache(root: string, folder: string | null | undefined): DigestCache {
  if (folder === undefined) return openDigestCache(join(root, STATE_FOLDER, "digests"), () => makeStateFolder(root));
  if (folder === null) return openDigestCache(null, () => undefined);
  return openDigestCache(join(folder, "digests"), () => mkdirSync(folder, { recursive: true }));
}

/** False also for what cannot be reached, as a virtual environment's `python`, which is a link out of the root. */
function isRegularFile(root: string, path: string): boolean {
  try {
    return statInside(root, path)?.stat.isFile() === true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

async function digestOf(
  root: string,
  path: string,
  cache: DigestCache,
  tracked: TrackedFiles,
): Promise<FileDigest | null> {
  const inside = normalizeInside(path);
  const found = statInside(root, inside);
  if (found === undefined) return null;
  if (!found.stat.isDirectory()) return { path, ...(await fileDigest(found.real, found.stat, path, cache)) };

  const files = await listContent(root, inside, tracked);
  const digests = await mapInParallel(files, (file) => fileDigest(file.real, file.stat, join(path, file.path), cache));
  return { path, ...folderDigest(files, digests) };
}

type ContentDigest = { readonly digest: string; readonly bytes: number };

async function fileDigest(real: string, stat: BigIntStats, shown: string, cache: DigestCache): Promise<ContentDigest> {
  const known = cache.find(real, fileStamp(stat));
  if (known !== null) return { digest: `sha256:${known}`, bytes: Number(stat.size) };
  const startedNs = BigInt(Date.now()) * 1_000_000n;
  const hashed = await hashFile(real, shown);
  cache.add(real, hashed, startedNs);
  return { digest: `sha256:${hashed.digest}`, bytes: hashed.bytes };
}

function folderDigest(files: readonly FoundFile[], digests: readonly ContentDigest[]): ContentDigest {
  // A name holds no NUL and a digest has a fixed length: two listings never give the same text.
  const hash = createHash("sha256").update("folder\n");
  let bytes = 0;
  for (const [index, content] of digests.entries()) {
    hash.update(`${files[index]?.path}\0${content.digest}\n`);
    bytes += content.bytes;
  }
  return { digest: `sha256:${hash.digest("hex")}`, bytes };
}

async function mapInParallel<T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_READS, items.length) }, work));
  return results;
}

function realFolder(root: string): string {
  try {
    return realpathSync.native(join(root, "."));
  } catch (cause) {
    if (errorCode(cause) === null) throw cause;
    throw new ProblemError(
      { kind: "usage", where: root, what: "there is no such folder", mend: "name the repository's folder" },
      { cause },
    );
  }
}
