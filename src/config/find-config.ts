import type { Problem } from "../problem.ts";

/** Where the config may stand, in the order in which it is looked for. */
const CONFIG_PATHS = ["modelgate.yml", ".github/modelgate.yml"] as const;

/** Names that people write instead, with the right one: to be told, never to be read. */
const MISSPELT_PATHS: Readonly<Record<string, string>> = {
  "modelgate.yaml": "modelgate.yml",
  ".modelgate.yml": "modelgate.yml",
  ".modelgate.yaml": "modelgate.yml",
  ".github/modelgate.yaml": ".github/modelgate.yml",
};

/** Every path that `findConfig` wants to know of. */
export const CONFIG_CANDIDATES: readonly string[] = [...CONFIG_PATHS, ...Object.keys(MISSPELT_PATHS)];

export type FoundConfig =
  | { readonly found: true; readonly path: string }
  /** No file of any of the names. */
  | { readonly found: false; readonly problem: null }
  /** A file of a wrong name, or two of the right ones: which counts must not be a guess. */
  | { readonly found: false; readonly problem: Problem };

/**
 * Which file of a tree is its config.
 *
 * @param existing Those of `CONFIG_CANDIDATES` that are files in the tree.
 */
export function findConfig(existing: ReadonlySet<string>): FoundConfig {
  const [first, second] = CONFIG_PATHS.filter((path) => existing.has(path));
  if (first !== undefined && second !== undefined) {
    const what = `there are two configs, ${first} and ${second}`;
    return { found: false, problem: { kind: "config", where: second, what, mend: `keep ${first} alone` } };
  }
  const misspelt = Object.entries(MISSPELT_PATHS).find(([path]) => existing.has(path));
  if (misspelt !== undefined) {
    const [path, right] = misspelt;
    const what = first === undefined ? "a config of this name is not read" : `it is not read beside ${first}`;
    const mend = first === undefined ? `rename it to ${right}` : "remove it";
    return { found: false, problem: { kind: "config", where: path, what, mend } };
  }
  return first === undefined ? { found: false, problem: null } : { found: true, path: first };
}
