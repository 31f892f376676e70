import { nearest } from "../config/nearest.ts";
import { readYaml } from "../config/read-yaml.ts";
import type { StageConfig } from "../config/schema.ts";
import { valueAt } from "../config/schema-walk.ts";
import type { Problem } from "../problem.ts";
import type { Json } from "../report/schema.ts";
import { inside } from "./stage-paths.ts";

/** Values of the parameters that a stage declares: by file, then by key as declared (`train.l2`). */
export type StageParameters = { [file: string]: { [key: string]: Json } };

/** The keys that a stage reads of one file, or all of them. */
export type ParameterKeys = readonly string[] | "all";

export type ParsedParameters =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type PickedParameters =
  | { readonly ok: true; readonly parameters: StageParameters }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const DEFAULT_FILE = "params.yaml";

/** The files that a stage takes parameters from, relative to the repository's root, and which keys of each. */
export function parameterFiles(stage: StageConfig): ReadonlyMap<string, ParameterKeys> {
  const files = new Map<string, ParameterKeys>();
  const add = (file: string, keys: ParameterKeys) => {
    const path = inside(inside(".", stage.wdir), file);
    const known = files.get(path) ?? [];
    files.set(path, keys === "all" || known === "all" ? "all" : [...new Set([...known, ...keys])]);
  };
  for (const entry of stage.params) {
    if (typeof entry === "string") add(DEFAULT_FILE, [entry]);
    else for (const [file, keys] of Object.entries(entry)) add(file, keys.length === 0 ? "all" : keys);
  }
  return files;
}

/** Reads a file of parameters: YAML 1.2 or JSON. The text may be hostile. */
export function parseParameters(text: string, path: string): ParsedParameters {
  const ending = /\.[^./]+$/.exec(path)?.[0].toLowerCase() ?? "";
  if (ending !== ".yaml" && ending !== ".yml" && ending !== ".json") {
    const found = ending === "" ? "a file without an ending" : `a ${ending} file`;
    const what = `parameters are read from YAML and JSON, not from ${found}`;
    return { ok: false, problems: [{ kind: "config", where: path, what, mend: "keep them in params.yaml" }] };
  }
  const read = readYaml(text, path);
  return read.ok ? { ok: true, value: read.source.value } : read;
}

/**
 * Takes the values that a stage declares out of its files. `train.l2` is the key `l2` in the mapping `train` (a number
 * indexes a list); a key that itself has dots in it is found first.
 *
 * @param where The stage, for problems: `modelgate.yml, model breast-cancer, stage train`.
 * @param textOf The text of a file; null where there is no such file.
 */
export function pickParameters(
  where: string,
  stage: StageConfig,
  textOf: (path: string) => string | null,
): PickedParameters {
  const picked: [string, { [key: string]: Json }][] = [];
  const problems: Problem[] = [];
  for (const [path, keys] of parameterFiles(stage)) {
    const text = textOf(path);
    if (text === null) {
      const what = `it takes parameters from ${path}, which does not exist`;
      problems.push({ kind: "config", where, what, mend: "add the file, or remove the stage's `params`" });
      continue;
    }
    const values = pickKeys(where, path, text, keys);
    if (values.ok) picked.push([path, values.values]);
    else problems.push(...values.problems);
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, parameters: Object.fromEntries(picked) };
}

export type PickedKeys =
  | { readonly ok: true; readonly values: { [key: string]: Json } }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Takes the declared values out of the text of one file. Otherwise as `pickParameters`. */
export function pickKeys(where: string, path: string, text: string, keys: ParameterKeys): PickedKeys {
  const parsed = parseParameters(text, path);
  return parsed.ok ? pickFromFile(where, path, parsed.value, keys) : parsed;
}

/** Parameters under the names that people know them by: `train.l2`, and `other.yaml:depth` outside of params.yaml. */
export function parameterNames(parameters: StageParameters): { [name: string]: Json } {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([file, values]) =>
      Object.entries(values).map(([key, value]) => [file === DEFAULT_FILE ? key : `${file}:${key}`, value]),
    ),
  );
}

function pickFromFile(where: string, path: string, content: unknown, keys: ParameterKeys): PickedKeys {
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    const what = "the file holds no mapping of parameters";
    return { ok: false, problems: [{ kind: "config", where: path, what, mend: "write them as `key: value`" }] };
  }
  const values: [string, Json][] = [];
  const problems: Problem[] = [];
  for (const key of keys === "all" ? Object.keys(content) : keys) {
    const value = Object.hasOwn(content, key) ? valueAt(content, [key]) : valueAt(content, key.split("."));
    if (value === undefined) problems.push(missingKey(where, path, content, key));
    else if (isJson(value)) values.push([key, value]);
    else {
      const what = `the parameter ${key} holds a number that cannot be kept exactly (infinite, NaN, or an integer beyond 2^53)`;
      problems.push({ kind: "config", where: path, what, mend: "write it in quotes, or give a smaller number" });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, values: Object.fromEntries(values) };
}

function missingKey(where: string, path: string, content: object, key: string): Problem {
  const meant = nearest(key, dottedKeys(content, ""));
  const mend = meant === null ? `add it to ${path}, or remove it from \`params\`` : `write ${meant}`;
  return { kind: "config", where, what: `it takes the parameter ${key}, which ${path} does not have`, mend };
}

const MOST_KEYS = 1000;

/** All keys of nested mappings, as `params` names them; the first thousand. */
function dottedKeys(content: object, prefix: string): readonly string[] {
  const keys: string[] = [];
  for (const [name, value] of Object.entries(content)) {
    if (keys.length >= MOST_KEYS) break;
    keys.push(`${prefix}${name}`);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      keys.push(...dottedKeys(value, `${prefix}${name}.`).slice(0, MOST_KEYS - keys.length));
    }
  }
  return keys;
}

/** Whether JSON can carry it: a reader's values are JSON but for NaN, infinities and large integers. */
function isJson(value: unknown): value is Json {
  if (typeof value === "number") return Number.isFinite(value);
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  return typeof value === "object" && Object.values(value).every(isJson);
}
