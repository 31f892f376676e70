import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { nearest } from "../../config/nearest.ts";
import { ProblemError } from "../../problem.ts";

/** A file of the data: as the config names it, and where it really is. */
export type DataFile = { readonly path: string; readonly absolute: string };

export type DataFormat = "csv" | "parquet" | "json";

const MOST_FILES = 10_000;
const EXTENSIONS: readonly (readonly [RegExp, DataFormat])[] = [
  [/\.(csv|tsv|txt)(\.gz)?$/i, "csv"],
  [/\.(parquet|pq)$/i, "parquet"],
  [/\.(jsonl|ndjson|json)(\.gz)?$/i, "json"],
];

/** True for a pattern that can stand for several files. */
function isGlob(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/**
 * The files that a path or a glob (`*`, `?`, `[a-z]`, `**`; hidden files only where named) stands for, by name. Links are
 * followed, but not out of the folder `root`.
 *
 * @throws ProblemError where there is none, or one lies outside.
 */
export async function findDataFiles(pattern: string, root: string): Promise<readonly DataFile[]> {
  const where = `data ${JSON.stringify(pattern)}`;
  refuseOutside(pattern, where);
  const segments = path.posix.normalize(pattern).split("/");
  const found = isGlob(pattern) ? await expand(root, "", segments) : [segments.join("/")];
  if (found.length === 0)
    throw missing(where, "no file matches it", "write a path or a glob of files in the repository");
  if (found.length > MOST_FILES) {
    throw missing(where, `it matches ${found.length} files, of at most ${MOST_FILES}`, "put the rows into fewer files");
  }
  const realRoot = await realpath(root);
  return Promise.all(found.sort().map((file) => locate(file, realRoot, where)));
}

/** How a file is to be read, by its name; all files of one table are of one format. */
export function formatOf(files: readonly DataFile[]): DataFormat {
  const formats = files.map((file) => EXTENSIONS.find(([extension]) => extension.test(file.path))?.[1]);
  const first = formats[0];
  const other = formats.findIndex((format) => format === undefined || format !== first);
  const odd = files[other];
  if (first !== undefined && odd === undefined) return first;
  throw missing(
    `data file ${JSON.stringify(odd?.path)}`,
    formats[other] === undefined
      ? "its name does not say what it holds"
      : `it is ${formats[other]} where the first is ${first}`,
    "name files .csv, .tsv, .parquet, .jsonl or .json (.gz too, but for Parquet), one format for all",
  );
}

function refuseOutside(pattern: string, where: string): void {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(pattern)) {
    throw missing(where, "it is an address on the network", "download the data in a stage and name the file");
  }
  if (path.isAbsolute(pattern) || pattern.split(/[\\/]/).includes("..") || pattern.includes("\0")) {
    throw missing(where, "it leaves the repository", "write a path inside the repository, relative to its root");
  }
}

async function locate(file: string, realRoot: string, where: string): Promise<DataFile> {
  const absolute = await realpath(path.join(realRoot, file)).catch(() => null);
  if (absolute === null) throw missing(where, "there is no such file", await hint(file, realRoot));
  if (!absolute.startsWith(realRoot + path.sep)) {
    throw missing(
      `data file ${JSON.stringify(file)}`,
      "it is a link out of the repository",
      "put the file itself there",
    );
  }
  const kind = await stat(absolute);
  if (kind.isDirectory()) throw missing(where, "it is a folder", "name its files, such as `folder/*.parquet`");
  if (!kind.isFile()) throw missing(where, "it is not a regular file", "name a file");
  if (kind.size === 0) throw missing(`data file ${JSON.stringify(file)}`, "it is empty", "write the rows into it");
  return { path: file, absolute };
}

async function hint(file: string, realRoot: string): Promise<string> {
  const folder = path.posix.dirname(file);
  const names = await readdir(path.join(realRoot, folder)).catch(() => []);
  const near = nearest(path.posix.basename(file), names);
  return near === null
    ? "name a file in the repository, or one that a stage writes"
    : `write ${JSON.stringify(path.posix.join(folder, near))}, if that is what was meant`;
}

async function expand(root: string, folder: string, segments: readonly string[]): Promise<string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [];
  const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  const isRecursive = segment === "**";
  if (isRecursive) found.push(...(await expand(root, folder, rest)));
  const matches = segmentPattern(segment);
  for (const entry of entries) {
    const here = path.posix.join(folder, entry.name);
    if (isRecursive) {
      if (entry.isDirectory() && !entry.name.startsWith(".")) found.push(...(await expand(root, here, segments)));
    } else if (matches.test(entry.name)) {
      if (rest.length > 0) found.push(...(await expand(root, here, rest)));
      else if (!entry.isDirectory()) found.push(here);
    }
  }
  return found;
}

function segmentPattern(segment: string): RegExp {
  const hidden = segment.startsWith(".") ? "" : "(?!\\.)";
  const body = segment.replace(/\[!?[^\]]+\]|[\s\S]/g, (part) => {
    if (part === "*") return ".*";
    if (part === "?") return ".";
    if (part.length > 1) return `[${part.slice(1, -1).replace(/^!/, "^").replaceAll("\\", "\\\\")}]`;
    return part.replace(/[\\^$.*+?()[\]{}|]/, "\\$&");
  });
  return new RegExp(`^${hidden}${body}$`, "s");
}

function missing(where: string, what: string, mend: string): ProblemError {
  return new ProblemError({ kind: "evidence", where, what, mend });
}
