import type { z } from "zod";
import { type Finding, MOST_PROBLEMS, type PathStep, pathText, quote } from "./config-problem.ts";
import { nearest } from "./nearest.ts";
import { homesOf } from "./schema-homes.ts";
import {
  type AnySchema,
  branchesOf,
  expectationOf,
  isOptional,
  keysOf,
  kindOf,
  kindsOf,
  meaningOf,
  pickBranch,
  schemaAt,
  tagsOf,
  unionOfKey,
  unwrap,
  valueAt,
  wordsOf,
} from "./schema-walk.ts";

type Issue = z.core.$ZodIssue;
/** What a file's grammar is, and what the file holds. */
export type Checked = { readonly schema: AnySchema; readonly value: unknown };

/**
 * zod's issues in words for the person who wrote the file: what was expected, what was found, and the nearest right
 * word. A missing key is left out where an unknown one beside it is its misspelling.
 */
export function describeIssues(checked: Checked, issues: readonly Issue[]): readonly Finding[] {
  const misspelt = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== "unrecognized_keys") continue;
    // Each costs a search, and more misspellings than these are not shown.
    for (const key of issue.keys.slice(0, MOST_PROBLEMS)) {
      const meant = meantKey(checked, steps(issue.path), key);
      if (meant !== null) misspelt.add(JSON.stringify([...steps(issue.path), meant]));
    }
  }
  // Of a text where a list belongs zod also says that it is too long for one.
  const mistyped = new Set(
    issues.filter(({ code }) => code === "invalid_type").map(({ path }) => JSON.stringify(path)),
  );
  return issues
    .filter(({ path }) => valueAt(checked.value, steps(path)) !== undefined || !misspelt.has(JSON.stringify(path)))
    .filter(({ code, path }) => (code !== "too_big" && code !== "too_small") || !mistyped.has(JSON.stringify(path)))
    .flatMap((issue) => describeIssue(checked, issue, steps(issue.path)));
}

function steps(path: readonly PropertyKey[]): readonly PathStep[] {
  return path.map((step) => (typeof step === "symbol" ? String(step) : step));
}

function describeIssue(checked: Checked, issue: Issue, path: readonly PathStep[]): readonly Finding[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(checked, path, key));
  if (valueAt(checked.value, path) === undefined) return [missingKey(checked, path)];
  switch (issue.code) {
    case "invalid_key":
      return [badName(path, issue.issues[0]?.message ?? "another name")];
    case "invalid_union":
      return describeUnion(checked, issue, path);
    case "too_small":
    case "too_big":
      return [outOfRange(checked, issue, path)];
    case "invalid_format":
      return [unexpected(checked, path, issue.message)];
    case "custom":
      return [describeCustom(checked, issue, path)];
    default:
      return [unexpected(checked, path)];
  }
}

// ---------------------------------------------------------------- keys

/** The key that an unknown one is a misspelling of; one that is there already only if no other is as near. */
function meantKey({ schema, value }: Checked, path: readonly PathStep[], key: string): string | null {
  const here = schemaAt(schema, value, path);
  if (here === null) return null;
  const mapping = valueAt(value, path);
  const known = keysOf(pickBranch(here, mapping));
  return (
    nearest(
      key,
      known.filter((other) => valueAt(mapping, [other]) === undefined),
    ) ?? nearest(key, known)
  );
}

function unknownKey(checked: Checked, path: readonly PathStep[], key: string): Finding {
  const place = path.length === 0 ? "at the top of the file" : `in ${pathText(path)}`;
  return {
    path: [...path, key],
    part: "key",
    what: `unknown key ${quote(key)} ${place}`,
    mend: () => mendUnknownKey(checked, path, key),
  };
}

function mendUnknownKey(checked: Checked, path: readonly PathStep[], key: string): string {
  const here = schemaAt(checked.schema, checked.value, path);
  if (here === null) return "remove it";
  const otherTasks = tasksWithKey(here, key);
  if (otherTasks.length > 0) return `remove it: only ${otherTasks.join(" and ")} has this key`;
  const meant = meantKey(checked, path, key);
  if (meant !== null) {
    const isThere = valueAt(checked.value, [...path, meant]) !== undefined;
    return isThere ? `remove it: ${quote(meant)} is there already` : `write ${quote(meant)}`;
  }
  const homes = homesOf(checked.schema, key);
  if (homes.length > 0) return `move it to ${homes.join(" or ")}`;
  return `known keys here are ${keysOf(pickBranch(here, valueAt(checked.value, path))).join(", ")}`;
}

/** `task: binary`, for each other branch of a discriminated union that knows the key. */
function tasksWithKey(schema: AnySchema, key: string): readonly string[] {
  const union = unwrap(schema);
  const discriminator = discriminatorOf(union);
  if (discriminator === null) return [];
  return branchesOf(union)
    .filter((branch) => keysOf(branch).includes(key))
    .flatMap((branch) => tagsOf(branch, discriminator).map((tag) => `${discriminator}: ${String(tag)}`));
}

function discriminatorOf(schema: AnySchema): string | null {
  const def: unknown = schema._zod.def;
  const name = valueAt(def, ["discriminator"]);
  return typeof name === "string" ? name : null;
}

function missingKey({ schema, value }: Checked, path: readonly PathStep[]): Finding {
  const parent = path.slice(0, -1);
  const key = String(path.at(-1) ?? "");
  const place = parent.length === 0 ? "the file" : pathText(parent);
  const what = `${place} lacks the key ${quote(key)}`;
  const expected = schemaAt(schema, value, path) ?? discriminatorAt(schemaAt(schema, value, parent), key);
  if (expected === null) return { path: parent, part: "key", what, mend: "add it" };
  const meaning = meaningOf(expected);
  const mend = `add it (${expectationOf(expected)})${meaning === null ? "" : `: ${meaning}`}`;
  return { path: parent, part: "key", what, mend };
}

/** All that a union's discriminator takes, where it is what is missing and so no branch is decided. */
function discriminatorAt(union: AnySchema | null, key: string): AnySchema | null {
  if (union === null || discriminatorOf(unwrap(union)) !== key) return null;
  return unionOfKey(union, key);
}

function badName(path: readonly PathStep[], expectation: string): Finding {
  const parent = pathText(path.slice(0, -1));
  const what = `the name ${quote(String(path.at(-1)))} in ${parent}: expected ${expectation}`;
  return { path, part: "key", what, mend: "rename it" };
}

// ---------------------------------------------------------------- values

function describeUnion(
  checked: Checked,
  issue: Extract<Issue, { code: "invalid_union" }>,
  path: readonly PathStep[],
): readonly Finding[] {
  const { discriminator } = issue;
  if (discriminator !== undefined) {
    const parent = schemaAt(checked.schema, checked.value, path.slice(0, -1));
    if (parent === null || path.at(-1) !== discriminator) return [unexpected(checked, path)];
    const tags = branchesOf(parent).flatMap((branch) => tagsOf(branch, discriminator).map(String));
    return [unexpectedWord(path, valueAt(checked.value, path), tags)];
  }
  const union = schemaAt(checked.schema, checked.value, path);
  if (union === null) return [unexpected(checked, path)];
  const kind = kindOf(valueAt(checked.value, path));
  const branch = branchesOf(union).findIndex((option) => kindsOf(option).has(kind) && wordsOf(option).length === 0);
  const within = issue.errors[branch];
  if (within === undefined) return [unexpected(checked, path)];
  return within.flatMap((inner) => describeIssue(checked, inner, [...path, ...steps(inner.path)]));
}

function unexpectedWord(path: readonly PathStep[], value: unknown, words: readonly string[]): Finding {
  const meant = typeof value === "string" ? nearest(value, words) : null;
  const list = words.join(", ");
  return {
    path,
    part: "value",
    what: `${pathText(path)}: expected ${words.length > 1 ? "one of " : ""}${list}, got ${valueText(value)}`,
    mend: `write ${meant ?? words.join(" or ")}`,
  };
}

/** A value of the wrong kind or form. `expectation` is the grammar's own word for it, where it has one. */
function unexpected({ schema, value }: Checked, path: readonly PathStep[], expectation?: string): Finding {
  const found = valueAt(value, path);
  const expected = schemaAt(schema, value, path);
  const wanted = expectation ?? (expected === null ? "another value" : expectationOf(expected));
  return {
    path,
    part: "value",
    what: `${pathText(path) || "the file"}: expected ${wanted}, got ${valueText(found)}`,
    mend: () => mendValue(expected, found),
  };
}

function mendValue(schema: AnySchema | null, found: unknown): string {
  if (schema === null) return "remove it";
  const kind = kindOf(found);
  if (kind === "nothing") return isOptional(schema) ? "give a value, or remove the key" : "give a value";
  const kinds = kindsOf(schema);
  const words = wordsOf(schema);
  if (typeof found === "string") {
    const meant = nearest(found, words);
    if (meant !== null) return `write ${meant}`;
    const isNumber = found.trim() !== "" && Number.isFinite(Number(found));
    if (isNumber && kinds.has("number") && !kinds.has("text")) return "remove the quotes";
  }
  // An integer that a number cannot hold exactly: as a text it keeps all its digits.
  if (typeof found === "bigint" && kinds.has("text")) return "put it in quotes";
  if (words.length > 1 && !kinds.has("list")) return `write ${words.join(" or ")}`;
  if (kinds.has(kind) || kind === "list" || kind === "mapping") return CORRECT;
  if (kinds.has("text") && words.length === 0) return "put it in quotes";
  return kinds.has("list") ? `write a list: [${listItem(found)}]` : CORRECT;
}

/** A scalar as it could stand in a list. */
function listItem(found: unknown): string {
  return typeof found === "string" && !/^[\w./-]{1,60}$/.test(found)
    ? quote(found)
    : valueText(found).replace(/^"(.*)"$/, "$1");
}

const CORRECT = "correct the value";

function outOfRange(
  checked: Checked,
  issue: Extract<Issue, { code: "too_small" | "too_big" }>,
  path: readonly PathStep[],
): Finding {
  const found = valueAt(checked.value, path);
  if (typeof found === "number") {
    const bound = boundText(issue);
    const what = `${pathText(path)}: expected a number ${bound}, got ${found}`;
    return { path, part: "value", what, mend: CORRECT };
  }
  if (typeof found === "string") {
    return { path, part: "value", what: `${pathText(path)} is empty`, mend: mendEmpty(checked, path) };
  }
  const bound = issue.code === "too_small" ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  const what = `${pathText(path)} has ${Array.isArray(found) ? found.length : 0} entries, expected ${bound}`;
  return { path, part: "value", what, mend: issue.code === "too_big" ? "remove some" : mendEmpty(checked, path) };
}

function mendEmpty({ schema, value }: Checked, path: readonly PathStep[]): string {
  const expected = schemaAt(schema, value, path);
  if (expected === null) return "give a value";
  return isOptional(expected) ? "fill it in, or remove the key" : "fill it in";
}

function boundText(issue: Extract<Issue, { code: "too_small" | "too_big" }>): string {
  if (issue.code === "too_small")
    return `${issue.inclusive === false ? "greater than" : "of at least"} ${issue.minimum}`;
  return `${issue.inclusive === false ? "less than" : "of at most"} ${issue.maximum}`;
}

/** A rule of the grammar's own: about a text it says what was expected, about a mapping it is a sentence. */
function describeCustom(
  checked: Checked,
  issue: Extract<Issue, { code: "custom" }>,
  path: readonly PathStep[],
): Finding {
  const mend: unknown = issue.params?.["mend"];
  if (typeof mend !== "string") return unexpected(checked, path, issue.message);
  return {
    path,
    part: typeof path.at(-1) === "number" ? "value" : "key",
    what: `${pathText(path)}: ${issue.message}`,
    mend,
  };
}

function valueText(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a mapping";
  return value === null || value === undefined ? "nothing" : String(value).slice(0, 60);
}
