import { ProblemError } from "../../problem.ts";

const FULL_SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Whether this is a whole commit id, SHA-1 or SHA-256. */
export function isFullSha(name: string): boolean {
  return FULL_SHA.test(name);
}

/** Throws a ProblemError for anything that is not a whole commit id. */
export function requireFullSha(sha: string): string {
  if (isFullSha(sha)) return sha;
  throw badName(sha, "this is not a full commit SHA", "resolve it first");
}

/**
 * A name of git's that can be handed on without doubt: a branch, a tag, an id, also with `~2`, `^` or `@{upstream}` behind.
 * Throws a ProblemError for options, ranges, paths, searches, and names with white space or control characters.
 */
export function requireRef(ref: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const isSafe = ref.length <= 1_000 && /^[^-\s\0-\x1f\x7f:?*[\\][^\s\0-\x1f\x7f:?*[\\]*$/.test(ref);
  if (isSafe && !ref.includes("..") && !ref.includes("^{")) return ref;
  throw badName(ref, "this is not a name of a commit", "name a branch, a tag or a commit SHA");
}

/** Whether a remote can be asked for it by name: a ref without `~`, `^` and `@{…}`. */
export function isPlainRef(ref: string): boolean {
  return !/[~^]|@\{/.test(ref) && !ref.endsWith(".lock") && ref !== "@";
}

function badName(name: string, what: string, mend: string): ProblemError {
  return new ProblemError({ kind: "config", where: `git ref ${JSON.stringify(name)}`, what, mend });
}
