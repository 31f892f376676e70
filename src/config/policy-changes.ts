import { pathText, quote } from "./config-problem.ts";
import type { Config, ModelConfig, Objective } from "./schema.ts";

/**
 * One sentence for each difference of policy between the base branch's config and the head's: what the change would make
 * later ones be judged by. How a model is made (`pipeline`, `stages`, its path) is no policy. Empty where nothing
 * differs; the order and spelling of objectives and the order of models make no difference.
 */
export function policyChanges(base: Config | null, head: Config | null): readonly string[] {
  const before = new Map(Object.entries(base?.models ?? {}));
  const after = new Map(Object.entries(head?.models ?? {}));
  const changes: string[] = [];
  for (const [name, model] of before) {
    const changed = after.get(name);
    if (changed === undefined) changes.push(`${name}: no longer governed`);
    else changes.push(...modelChanges(model, changed).map((change) => `${name}: ${change}`));
  }
  for (const name of after.keys()) {
    if (!before.has(name)) changes.push(`${name}: newly governed`);
  }
  return changes;
}

function modelChanges(base: ModelConfig, head: ModelConfig): readonly string[] {
  return [
    ...objectiveChanges(base.objectives, head.objectives),
    ...judgedChanges(base, head),
    ...settingChanges(base.evaluate, head.evaluate),
    ...(base.baseline === head.baseline ? [] : [changed("baseline", base.baseline, head.baseline)]),
  ];
}

/** Whether a model or predictions are judged; the path alone is the head's to choose. */
function judgedChanges(base: ModelConfig, head: ModelConfig): readonly string[] {
  const judged = ({ evaluate }: ModelConfig) => (evaluate.model === undefined ? "predictions" : "model");
  const [before, after] = [judged(base), judged(head)];
  return before === after ? [] : [`evaluate takes the ${after} instead of the ${before}`];
}

// ---------------------------------------------------------------- settings of the evaluation

/** How the model is made and fed: the head's to say. */
const MAKING: ReadonlySet<string> = new Set(["model", "predictions", "features"]);

function settingChanges(base: object, head: object): readonly string[] {
  const before = new Map<string, unknown>(Object.entries(base));
  const after = new Map<string, unknown>(Object.entries(head));
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys]
    .filter((key) => !MAKING.has(key))
    .flatMap((key) => settingChange(`evaluate.${key}`, before.get(key), after.get(key)));
}

function settingChange(name: string, before: unknown, after: unknown): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isWordList(before) && isWordList(after)) {
    const lost = before.filter((entry) => !after.includes(entry)).map((entry) => `${name} loses ${quote(entry)}`);
    const won = after.filter((entry) => !before.includes(entry)).map((entry) => `${name} gains ${quote(entry)}`);
    return lost.length + won.length === 0 ? [`${name} changes its order`] : [...lost, ...won];
  }
  if (isMapping(before) && isMapping(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => {
      const valueIn = (side: Readonly<Record<string, unknown>>) => (Object.hasOwn(side, key) ? side[key] : undefined);
      return settingChange(pathText([...name.split("."), key]), valueIn(before), valueIn(after));
    });
  }
  return [changed(name, before, after)];
}

function changed(name: string, before: unknown, after: unknown): string {
  if (before === undefined) return `${name} is set to ${valueText(after)}`;
  if (after === undefined) return `${name} is no longer set (it was ${valueText(before)})`;
  return `${name} changes from ${valueText(before)} to ${valueText(after)}`;
}

function isWordList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function valueText(value: unknown): string {
  if (typeof value === "string") return quote(value);
  return value === undefined ? "nothing" : quote(JSON.stringify(value)).slice(1, -1).replaceAll('\\"', '"');
}

// ---------------------------------------------------------------- objectives

const BOUND_NAMES = { min: "min", max: "max", baseline: "tolerance to the baseline" } as const;

/** One bound of one objective; an objective with two bounds makes two. */
type Bound = {
  /** Metric, slices and which bound: what stays the same when an objective is tightened or loosened. */
  readonly subject: string;
  readonly kind: "min" | "max" | "baseline";
  readonly value: number | string;
  readonly proof: Objective["proof"];
  readonly severity: Objective["severity"];
};

function objectiveChanges(base: readonly Objective[], head: readonly Objective[]): readonly string[] {
  const before = bySubject(base);
  const after = bySubject(head);
  const changes: string[] = [];
  for (const subject of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = withoutEqual(before.get(subject) ?? [], after.get(subject) ?? []);
    for (let index = 0; index < Math.max(was.length, is.length); index++) {
      changes.push(...boundChanges(was[index], is[index]));
    }
  }
  return changes;
}

function bySubject(objectives: readonly Objective[]): ReadonlyMap<string, Bound[]> {
  return Map.groupBy(objectives.flatMap(boundsOf), ({ subject }) => subject);
}

function boundsOf(objective: Objective): readonly Bound[] {
  const { metric, slices, min, max, baseline, proof, severity } = objective;
  const where =
    slices === undefined ? "" : slices === "all" ? " on every slice" : ` on ${slices.map(quote).join(", ")}`;
  const bound = (kind: Bound["kind"], value: number | string | undefined): readonly Bound[] =>
    value === undefined ? [] : [{ subject: `${metric} ${BOUND_NAMES[kind]}${where}`, kind, value, proof, severity }];
  return [...bound("min", min), ...bound("max", max), ...bound("baseline", baseline?.tolerance)];
}

/** Pairs what is the same on both sides off, so that two objectives on one subject can change places. */
function withoutEqual(before: readonly Bound[], after: readonly Bound[]): [Bound[], Bound[]] {
  const rest = [...after];
  const gone = before.filter((bound) => {
    const same = rest.findIndex((other) => JSON.stringify(other) === JSON.stringify(bound));
    if (same >= 0) rest.splice(same, 1);
    return same < 0;
  });
  return [gone, rest];
}

function boundChanges(before: Bound | undefined, after: Bound | undefined): readonly string[] {
  if (before === undefined) return after === undefined ? [] : [`objective added: ${boundText(after)}`];
  if (after === undefined) return [`objective removed: ${boundText(before)}`];
  const changes: string[] = [];
  if (!isSameAmount(before.value, after.value)) {
    changes.push(`${after.subject} ${direction(before, after)} from ${before.value} to ${after.value}`);
  }
  if (before.proof !== after.proof) {
    const turn =
      after.proof === "required" ? "tightened: proof is now required" : "loosened: proof is no longer required";
    changes.push(`${after.subject} ${turn}`);
  }
  if (before.severity !== after.severity) {
    changes.push(
      `${after.subject} ${after.severity === "block" ? "tightened: it now blocks" : "loosened: it now only warns"}`,
    );
  }
  return changes;
}

function boundText(bound: Bound): string {
  const conditions = [
    ...(bound.proof === "required" ? ["proof required"] : []),
    ...(bound.severity === "warn" ? ["warns only"] : []),
  ];
  return `${bound.subject} ${bound.value}${conditions.length === 0 ? "" : ` (${conditions.join(", ")})`}`;
}

function direction(before: Bound, after: Bound): "loosened" | "tightened" | "changed" {
  const [was, is] = [amount(before.value), amount(after.value)];
  if (was.unit !== is.unit) {
    // From 0 to any tolerance, of whichever unit, is a loosening.
    if (was.amount === 0) return "loosened";
    return is.amount === 0 ? "tightened" : "changed";
  }
  const isLooser = before.kind === "min" ? is.amount < was.amount : is.amount > was.amount;
  return isLooser ? "loosened" : "tightened";
}

function isSameAmount(a: number | string, b: number | string): boolean {
  const [first, second] = [amount(a), amount(b)];
  return first.amount === second.amount && (first.unit === second.unit || first.amount === 0);
}

/** `10%` and `0.1` cannot be compared without the baseline's value. */
function amount(value: number | string): { readonly amount: number; readonly unit: "absolute" | "percent" } {
  if (typeof value === "number") return { amount: value, unit: "absolute" };
  return { amount: Number.parseFloat(value), unit: "percent" };
}
