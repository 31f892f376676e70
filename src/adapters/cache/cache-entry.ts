import { posix } from "node:path";
import { z } from "zod";
import type { StageRun } from "../../ports.ts";

/** What is stored of one fingerprint: the outputs' files by digest, and what making them took. */
export type CacheEntry = {
  /** The declared outputs, relative to the workspace's root. */
  readonly outs: readonly { readonly path: string; readonly kind: "file" | "folder" }[];
  readonly files: readonly CachedFile[];
  /** Folders that hold nothing, beneath an output that is a folder. */
  readonly emptyFolders: readonly string[];
  readonly run: StageRun;
};

export type CachedFile = {
  readonly path: string;
  readonly digest: string;
  readonly bytes: number;
  readonly executable: boolean;
};

/** An entry's file is larger than this only if somebody means harm, or an output has a million files. */
export const MOST_ENTRY_BYTES = 256 * 2 ** 20;

const insidePath = z
  .string()
  .min(1)
  .refine((path) => posix.normalize(path) === path && !path.includes("\0") && !/^\/|\/$|^\.\.?(?:\/|$)/.test(path));

const measure = z.number().finite().min(0);

const entrySchema = z.strictObject({
  version: z.literal(1),
  fingerprint: z.string(),
  outs: z.array(z.strictObject({ path: insidePath, kind: z.enum(["file", "folder"]) })),
  files: z.array(
    z.strictObject({
      path: insidePath,
      digest: z.string().regex(/^[0-9a-f]{64}$/),
      bytes: z.int().min(0),
      executable: z.boolean(),
    }),
  ),
  emptyFolders: z.array(insidePath),
  run: z.strictObject({
    wallSeconds: measure,
    cpuSeconds: measure.nullable(),
    peakMemoryBytes: measure.nullable(),
  }),
});

/** An entry as JSON text. */
export function serializeEntry(fingerprint: string, entry: CacheEntry): string {
  return JSON.stringify({ version: 1, fingerprint, ...entry });
}

/**
 * Reads an entry that anybody may have written. Null unless it is whole, belongs to the fingerprint, has exactly the outputs
 * asked for, and every path in it is one of these outputs or lies beneath one that is a folder.
 */
export function parseEntry(text: string, fingerprint: string, outs: readonly string[]): CacheEntry | null {
  const parsed = entrySchema.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.fingerprint !== fingerprint) return null;
  const { version: _version, fingerprint: _fingerprint, ...entry } = parsed.data;
  return hasOuts(entry, outs) && hasOnlyTheirFiles(entry) ? entry : null;
}

function hasOuts(entry: CacheEntry, outs: readonly string[]): boolean {
  const stored = entry.outs.map(({ path }) => path);
  const wanted = new Set(outs);
  return (
    stored.length === wanted.size && new Set(stored).size === wanted.size && stored.every((path) => wanted.has(path))
  );
}

function hasOnlyTheirFiles({ outs, files, emptyFolders }: CacheEntry): boolean {
  const kinds = new Map(outs.map(({ path, kind }) => [path, kind]));
  const paths = new Set([...files.map(({ path }) => path), ...emptyFolders]);
  if (paths.size !== files.length + emptyFolders.length) return false;

  const isBelow = (path: string) => parentsOf(path).some((parent) => kinds.get(parent) === "folder");
  const isUnderLeaf = (path: string) =>
    parentsOf(path).some((parent) => paths.has(parent) || kinds.get(parent) === "file");
  const fileOuts = outs.filter(({ kind }) => kind === "file");
  return (
    fileOuts.every(({ path }) => paths.has(path)) &&
    files.every(({ path }) => kinds.get(path) === "file" || (kinds.get(path) === undefined && isBelow(path))) &&
    emptyFolders.every((path) => kinds.get(path) === undefined && isBelow(path)) &&
    [...paths, ...kinds.keys()].every((path) => !isUnderLeaf(path)) &&
    // An output in an output would be put in place twice.
    outs.every(({ path }) => !isBelow(path))
  );
}

function parentsOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
