import { formatCount } from "./number-text.ts";
import type { ModelJudgement, ObjectiveJudgement, ObjectiveStatus, Verdict } from "./verdict.ts";

/** From the worst to the best. */
const ORDER: readonly Verdict[] = ["error", "fail", "inconclusive", "pass"];

/** The worst of several verdicts; `pass` where there is none. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return ORDER.find((verdict) => verdicts.includes(verdict)) ?? "pass";
}

/** The verdict over the leaves that hold the change up. */
export function modelVerdict(leaves: readonly ObjectiveJudgement[]): Verdict {
  return worstVerdict(leaves.filter(({ blocks }) => blocks).map(({ status }) => verdictOfBlocking(status)));
}

/** One sentence that says what decided: the first leaf behind the verdict, or how many objectives are met. */
export function modelReason(verdict: Verdict, leaves: readonly ObjectiveJudgement[]): string {
  const deciding = leaves.filter(({ blocks, status }) => blocks && verdictOfBlocking(status) === verdict);
  const [first, ...others] = deciding;
  if (first === undefined) return passReason(leaves);
  return others.length === 0 ? first.reason : `${first.reason} (and ${countOf(others.length, "more")})`;
}

/** The headline over all models. */
export function headline(models: readonly ModelJudgement[]): string {
  if (models.length === 0) return "the policy names no model: nothing was judged";
  const verdict = worstVerdict(models.map((model) => model.verdict));
  const deciding = models.filter((model) => model.verdict === verdict);
  const [first] = deciding;
  if (first !== undefined && models.length === 1) return `${first.model}: ${first.reason}`;
  if (first !== undefined && deciding.length === 1 && verdict !== "pass") return `${first.model}: ${first.reason}`;
  const names = deciding.map((model) => model.model).join(", ");
  switch (verdict) {
    case "pass":
      return passHeadline(models);
    case "fail":
      return `${names} miss their objectives`;
    case "inconclusive":
      return `${names} are not proven to meet their objectives`;
    case "error":
      return `there is no evidence for ${names}`;
  }
}

function passHeadline(models: readonly ModelJudgement[]): string {
  const judged = models.filter((model) => hasBlockingObjective(model.objectives));
  if (judged.length === models.length) return `all ${formatCount(models.length)} models pass`;
  if (judged.length === 0) return "nothing was judged: no model has an objective that blocks and applies";
  return `${formatCount(judged.length)} of ${formatCount(models.length)} models judged, and they pass`;
}

function verdictOfBlocking(status: ObjectiveStatus): Verdict {
  switch (status) {
    case "unmeasured":
      return "error";
    case "missed":
      return "fail";
    case "undecided":
      return "inconclusive";
    case "met":
    case "not_applicable":
      return "pass";
  }
}

/** True where something that could have blocked was looked at and had numbers. */
function hasBlockingObjective(leaves: readonly ObjectiveJudgement[]): boolean {
  return leaves.some(
    ({ objective, status }) => objective.severity === "block" && (status === "met" || status === "undecided"),
  );
}

function passReason(leaves: readonly ObjectiveJudgement[]): string {
  const objectives = objectivesOf(leaves);
  const blocking = objectives.filter(({ severity }) => severity === "block");
  const count = (state: ObjectiveState) => blocking.filter((objective) => objective.state === state).length;
  const warnings = objectives.filter(({ severity, state }) => severity === "warn" && state === "warned").length;
  const notes = [
    noteOf(count("undecided"), "undecided"),
    noteOf(count("too small"), "with slices too small to judge"),
    noteOf(count("not applicable"), "not applicable"),
    noteOf(warnings, warnings === 1 ? "warning" : "warnings"),
  ].filter((note) => note !== null);
  const rest = notes.length === 0 ? "" : `; ${notes.join(", ")}`;
  if (!hasBlockingObjective(leaves)) {
    return leaves.length === 0
      ? "the policy has no objectives for this model: nothing was judged"
      : `nothing was judged that could block${rest}`;
  }
  const met = count("met");
  const applicable = blocking.length - count("not applicable");
  const all = countOf(applicable, applicable === 1 ? "objective is" : "objectives are");
  return met === applicable
    ? `${all}${met === 1 ? "" : " all"} met${rest}`
    : `${formatCount(met)} of ${all} met${rest}`;
}

/** How an objective of a model that passes fares as a whole. */
type ObjectiveState = "met" | "undecided" | "too small" | "not applicable" | "warned";

/** Objectives as the config has them: one of many slices and bounds is one, and met only where all of them are. */
function objectivesOf(
  leaves: readonly ObjectiveJudgement[],
): readonly { readonly severity: "block" | "warn"; readonly state: ObjectiveState }[] {
  return [...Map.groupBy(leaves, ({ objective }) => objective)].map(([{ severity }, own]) => {
    return { severity, state: stateOf(severity, new Set(own.map(({ status }) => status))) };
  });
}

function stateOf(severity: "block" | "warn", statuses: ReadonlySet<ObjectiveStatus>): ObjectiveState {
  const isOpen = statuses.has("missed") || statuses.has("unmeasured");
  if (severity === "warn" && isOpen) return "warned";
  if (statuses.has("undecided")) return "undecided";
  if (isOpen) return "too small";
  return statuses.has("met") ? "met" : "not applicable";
}

function noteOf(count: number, text: string): string | null {
  return count === 0 ? null : countOf(count, text);
}

function countOf(count: number, what: string): string {
  return `${formatCount(count)} ${what}`;
}
