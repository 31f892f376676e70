import { canonicalJson } from "../canonical-json.ts";
import type { Json, MeasuredModel } from "../schema.ts";
import { ownEntry } from "./own-entry.ts";
import { evaluatedBaseline } from "./performance-view.ts";

/** What one stage is told, that the other side's is told differently; null where a side does not have it. */
export type ChangedSetting = {
  readonly stage: string;
  /** The parameter's dotted name, or `COMMAND`. */
  readonly name: string;
  readonly baseline: string | null;
  readonly candidate: string | null;
};

/** What a stage's command line is called among its parameters, none of which can have this name. */
export const COMMAND = "the command";

/** Parameters and commands that differ between candidate and baseline, or null where there is no baseline. */
export function changedSettings(model: MeasuredModel): readonly ChangedSetting[] | null {
  const baseline = evaluatedBaseline(model);
  if (baseline === null) return null;
  const stages = new Set([...baseline.stages, ...model.candidate.stages].map((stage) => stage.name));
  return [...stages].flatMap((stage) => {
    const before = settingsOf(baseline.stages.find(({ name }) => name === stage));
    const after = settingsOf(model.candidate.stages.find(({ name }) => name === stage));
    return [...new Set([...before.keys(), ...after.keys()])]
      .map((name) => ({ stage, name, baseline: before.get(name) ?? null, candidate: after.get(name) ?? null }))
      .filter((setting) => setting.baseline !== setting.candidate);
  });
}

/** Files that a stage reads whose content differs between candidate and baseline. */
export function changedDependencies(model: MeasuredModel): readonly string[] {
  const baseline = evaluatedBaseline(model);
  if (baseline === null) return [];
  const digests = (stages: typeof baseline.stages) =>
    new Map(stages.flatMap((stage) => stage.deps.map((dep) => [dep.path, dep.digest] as const)));
  const before = digests(baseline.stages);
  const after = digests(model.candidate.stages);
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path));
}

function settingsOf(stage: MeasuredModel["candidate"]["stages"][number] | undefined): Map<string, string> {
  const settings = new Map<string, string>();
  if (stage === undefined) return settings;
  settings.set(COMMAND, stage.cmd.join(" && "));
  for (const [name, value] of Object.entries(stage.params)) flatten(name, value, settings);
  return settings;
}

/** Sections of parameters become their leaves, so that one changed number is one line. */
function flatten(name: string, value: Json, into: Map<string, string>): void {
  if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
    // Quotes stay: the text "1" is another parameter than the number 1.
    into.set(name, canonicalJson(value));
    return;
  }
  for (const key of Object.keys(value)) {
    const child = ownEntry(value, key);
    if (child !== undefined) flatten(`${name}.${key}`, child, into);
  }
}

/** `sha256:0123…` as its first 12 digits. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, "").slice(0, 12);
}

/** A commit as its first 7 digits. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}
