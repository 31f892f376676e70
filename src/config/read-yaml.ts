import { LineCounter, parseDocument, type YAMLError } from "yaml";
import {
  type ConfigProblem,
  type Finding,
  MOST_PROBLEMS,
  type PathStep,
  type Place,
  placeFindings,
  problemAt,
} from "./config-problem.ts";
import { DEEPEST, offsetOf, type Read, readValues } from "./yaml-values.ts";

/** A YAML (or JSON) text with the place of everything in it. */
export type YamlSource = {
  /** Plain data; numbers may be infinite or NaN, and an integer that a number cannot hold exactly is a bigint. */
  readonly value: unknown;
  /** Findings with their lines, tidied; a path that leads nowhere points at the last step that exists. */
  readonly problems: (findings: readonly Finding[]) => readonly ConfigProblem[];
  /** The line of a value, from 1. */
  readonly lineOf: (path: readonly PathStep[]) => number;
};

export type YamlResult =
  | { readonly ok: true; readonly source: YamlSource }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const MOST_CHARACTERS = 1_000_000;

/**
 * Reads a text of YAML 1.2 (core schema; `<<` merges) that may be hostile: its size, depth and expansion by aliases are
 * capped; duplicate keys, the key `__proto__`, tags, several documents, NUL and lone surrogates are problems. Throws
 * nothing.
 */
export function readYaml(text: string, file: string): YamlResult {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (text.length > MOST_CHARACTERS) {
    const what = `the file has ${text.length} characters, at most ${MOST_CHARACTERS} are read`;
    const tooLarge: Finding = { path: [], part: "value", what, mend: "make it smaller" };
    return { ok: false, problems: [problemAt(file, { line: 1, column: 1 }, tooLarge)] };
  }

  const document = parseDocument(text, {
    lineCounter: lines,
    schema: "core",
    stringKeys: true,
    // Its own check compares every key with every other: 100,000 keys would take minutes. `readValues` looks them up.
    uniqueKeys: false,
    prettyErrors: false,
    resolveKnownTags: false,
    intAsBigInt: true,
    logLevel: "error",
  });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) return { ok: false, problems: describeFaults(file, faults, placeAt) };

  const { read, flaws } = readValues(document.contents);
  if (read === null) {
    const offsets = new Map(flaws.map(({ offset, finding }) => [finding, offset]));
    const findings = flaws.map(({ finding }) => finding);
    return { ok: false, problems: placeFindings(file, findings, (finding) => placeAt(offsets.get(finding) ?? 0)) };
  }
  return { ok: true, source: sourceOf(file, read, placeAt) };
}

function sourceOf(file: string, { value, mark }: Read, placeAt: (offset: number) => Place): YamlSource {
  const placeOf = ({ path, part }: Finding) => placeAt(offsetOf(mark, path, part));
  return {
    value,
    problems: (findings) => placeFindings(file, findings, placeOf),
    lineOf: (path) => placeAt(offsetOf(mark, path, "value")).line,
  };
}

/** One mistake makes the parser stumble on: what follows on the same line is noise. */
function describeFaults(
  file: string,
  faults: readonly YAMLError[],
  placeAt: (offset: number) => Place,
): readonly ConfigProblem[] {
  const byLine = new Map<number, ConfigProblem>();
  for (const fault of faults) {
    const place = placeAt(fault.pos[0]);
    if (byLine.has(place.line)) continue;
    const [what, mend] = describeFault(fault);
    byLine.set(place.line, problemAt(file, place, { path: [], part: "value", what, mend }));
    if (byLine.size >= MOST_PROBLEMS) break;
  }
  return [...byLine.values()].sort((a, b) => a.line - b.line);
}

function describeFault(fault: YAMLError): [what: string, mend: string] {
  switch (fault.code) {
    case "RESOURCE_EXHAUSTION":
      return ["the YAML is nested too deeply", `nest at most ${DEEPEST} levels`];
    case "TAB_AS_INDENT":
      return ["the YAML is indented with a tab", "indent with spaces"];
    case "BLOCK_AS_IMPLICIT_KEY":
      return ["the YAML has a second `: ` on one line", 'quote a text that contains ": "'];
    case "BAD_INDENT":
      return [
        "the lines here are not indented as YAML needs, or a bracket is not closed",
        "indent them alike, deeper than the line they belong to",
      ];
    case "BAD_DQ_ESCAPE":
      return ["a text in double quotes has a `\\` that starts no known escape", "put the text in single quotes"];
    case "MISSING_CHAR":
      return [lowerFirst(fault.message), "add it"];
    case "TAG_RESOLVE_FAILED":
      return ["the YAML has a tag (`!…`), and none is known here", "remove the tag"];
    case "NON_STRING_KEY":
      return ["a key is itself a list or a mapping", "use plain words as keys"];
    case "MULTIPLE_DOCS":
      return ["the file has more than one YAML document", "keep one, without `---` after its start"];
    case "BAD_SCALAR_START":
      return ["a text starts with a character that YAML reserves", "quote the text"];
    default:
      return [`the YAML cannot be read: ${lowerFirst(fault.message)}`, "mend the YAML at this place"];
  }
}

function lowerFirst(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line.charAt(0).toLowerCase() + line.slice(1);
}
