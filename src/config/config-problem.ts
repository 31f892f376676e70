import type { Problem } from "../problem.ts";

/** A step into a YAML document: a key of a mapping, or an index of a list. */
export type PathStep = string | number;

/** What is wrong at one place of a document, before the place has a line. */
export type Finding = {
  readonly path: readonly PathStep[];
  /** Whether the key or its value is at fault; the position points at that. */
  readonly part: "key" | "value";
  readonly what: string;
  /** As a function where it takes a search for the nearest word: only the findings that are shown are worth one. */
  readonly mend: string | (() => string);
};

/** A problem of a configuration file; `where` is `file:line:column`. */
export type ConfigProblem = Problem & {
  readonly kind: "config";
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** `models.x.evaluate.threshold`; empty for the document itself. */
  readonly path: string;
};

/** More problems than this in one file help nobody, and a hostile file could bring hundreds of thousands. */
export const MOST_PROBLEMS = 50;

/** A path as a reader of the file would write it: `models.x.objectives[2].min`, `models["a b"]`. */
export function pathText(path: readonly PathStep[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z0-9_][A-Za-z0-9_/-]{0,59}$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${quote(step)}]`;
  }
  return text;
}

/** Text out of a file, quoted, on one line and cut to 60 characters. */
export function quote(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text;
  return JSON.stringify(cut);
}

export type Place = { readonly line: number; readonly column: number };

/** A problem at a place of a file. */
export function problemAt(file: string, { line, column }: Place, finding: Finding): ConfigProblem {
  const mend = typeof finding.mend === "string" ? finding.mend : finding.mend();
  const where = `${file}:${line}:${column}`;
  return { kind: "config", where, what: finding.what, mend, file, line, column, path: pathText(finding.path) };
}

/**
 * Findings as problems, sorted by place and without repetitions: the first `MOST_PROBLEMS`, and then one that says how
 * many more there are.
 */
export function placeFindings(
  file: string,
  findings: readonly Finding[],
  placeOf: (finding: Finding) => Place,
): readonly ConfigProblem[] {
  const seen = new Set<string>();
  const placed: (Place & { readonly finding: Finding })[] = [];
  for (const finding of findings) {
    const place = placeOf(finding);
    const key = JSON.stringify([place.line, place.column, finding.what]);
    if (seen.has(key)) continue;
    seen.add(key);
    placed.push({ ...place, finding });
  }
  placed.sort((a, b) => a.line - b.line || a.column - b.column);
  const problems = placed.slice(0, MOST_PROBLEMS).map(({ finding, ...place }) => problemAt(file, place, finding));
  const next = placed[MOST_PROBLEMS];
  if (next === undefined) return problems;
  const what = `${placed.length - MOST_PROBLEMS} more problems from here on`;
  const mend = "mend those above first, then look again";
  return [...problems, problemAt(file, next, { path: [], part: "value", what, mend })];
}
