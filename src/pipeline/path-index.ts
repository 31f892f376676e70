import { folderOf } from "../config/repository-path.ts";

/** Finds, among many paths, those that are a given path, lie in it, or hold it, without looking at all of them. */
export type PathIndex<T> = {
  /** What was entered for the path itself, for folders above it and for all below it; distinct, in the order of entry. */
  readonly overlapping: (path: string) => readonly T[];
  /** Whether anything was. */
  readonly overlaps: (path: string) => boolean;
};

/** Builds the index from normalised paths, each with what it stands for. */
export function indexPaths<T>(entries: Iterable<readonly [path: string, value: T]>): PathIndex<T> {
  const exact = new Map<string, Set<T>>();
  const below = new Map<string, Set<T>>();
  const order = new Map<T, number>();
  for (const [path, value] of entries) {
    if (!order.has(value)) order.set(value, order.size);
    add(exact, path, value);
    for (const folder of foldersAbove(path)) add(below, folder, value);
  }
  return {
    overlapping: (path) => {
      const found = new Set<T>([...(exact.get(path) ?? []), ...(below.get(path) ?? [])]);
      for (const folder of foldersAbove(path)) for (const value of exact.get(folder) ?? []) found.add(value);
      return [...found].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    },
    overlaps: (path) => exact.has(path) || below.has(path) || foldersAbove(path).some((folder) => exact.has(folder)),
  };
}

function add<T>(map: Map<string, Set<T>>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, new Set([value]));
  else values.add(value);
}

/** `a/b/c` → `a/b`, `a`, `.` */
function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let here = path; here !== "."; ) {
    here = folderOf(here);
    folders.push(here);
  }
  return folders;
}
