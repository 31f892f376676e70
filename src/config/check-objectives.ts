import { type Finding, type PathStep, quote } from "./config-problem.ts";
import { describeUnknownMetric, type KnownMetric, knownMetric, mendMetric } from "./known-metrics.ts";
import { nearest } from "./nearest.ts";
import type { EvaluateConfig, ModelConfig, Objective } from "./schema.ts";

/** What cannot be meant in a model's objectives; paths start at the model. */
export function checkObjectives({ evaluate, objectives }: ModelConfig): readonly Finding[] {
  const firstLike = new Map<string, number>();
  for (const [index, objective] of objectives.entries()) {
    const text = JSON.stringify(objective);
    if (!firstLike.has(text)) firstLike.set(text, index);
  }
  return objectives.flatMap((objective, index) => {
    const metric = knownMetric(evaluate, objective.metric);
    const findings = [
      ...(metric === null ? [unknown(evaluate, objective)] : checkMetric(evaluate, objective, metric)),
      ...checkOrder(objective),
      ...checkSlices(evaluate, objective),
      ...(firstLike.get(JSON.stringify(objective)) === index ? [] : [REPEATED]),
    ];
    return findings.map((finding) => ({ ...finding, path: ["objectives", index, ...finding.path] }));
  });
}

/** The same objective twice is a slip of copying: one of them was meant for something else. */
const REPEATED = at([], "this objective stands here twice", "remove one of them");

function at(path: readonly PathStep[], what: string, mend: Finding["mend"]): Finding {
  return { path, part: "value", what, mend };
}

function unknown(evaluate: EvaluateConfig, { metric }: Objective): Finding {
  return at(["metric"], describeUnknownMetric(evaluate.task, metric), () => mendMetric(evaluate, metric));
}

function checkMetric(evaluate: EvaluateConfig, objective: Objective, metric: KnownMetric): readonly Finding[] {
  const findings: Finding[] = [...checkBounds(objective, metric)];
  const { metric: name } = objective;
  if (metric.kind === "resource" && objective.slices !== undefined) {
    findings.push(at(["slices"], `${name} is not measured by slice`, "remove `slices`"));
  }
  if (evaluate.predictions === undefined) return findings;
  if (metric.kind === "resource" && (name.startsWith("latency_") || name.startsWith("throughput_"))) {
    const what = `${name} is measured by running a model, and this one gives predictions`;
    findings.push(at(["metric"], what, "remove the objective, or evaluate a `model`"));
  }
  const scoreKey = evaluate.task === "binary" ? "score" : "scores";
  const hasScore =
    evaluate.task === "binary"
      ? evaluate.score !== undefined
      : evaluate.task === "multiclass" && evaluate.scores !== undefined;
  if (metric.needs === "score" && !hasScore) {
    const what = `${name} needs probabilities, and \`predictions\` names no column of them`;
    findings.push(at(["metric"], what, `add \`evaluate.${scoreKey}\``));
  }
  return findings;
}

/** A bound outside of the values that a metric can have is met always or never. */
function checkBounds(objective: Objective, { range }: KnownMetric): readonly Finding[] {
  const [low, high] = range;
  return (["min", "max"] as const).flatMap((bound) => {
    const value = objective[bound];
    if (value === undefined || (value >= low && value <= high)) return [];
    const isNever = bound === "min" ? value > high : value < low;
    const what = `${bound} ${value} is ${isNever ? "never" : "always"} met: ${objective.metric} ${rangeText(low, high)}`;
    return [at([bound], what, mendBound(objective.metric, value, high))];
  });
}

function rangeText(low: number, high: number): string {
  if (high === Number.POSITIVE_INFINITY) return `is at least ${low}`;
  return low === Number.NEGATIVE_INFINITY ? `is at most ${high}` : `lies between ${low} and ${high}`;
}

function mendBound(metric: string, value: number, high: number): string {
  const isPercentage = high === 1 && value >= 2 && value <= 100;
  if (isPercentage) return `write ${Number((value / 100).toPrecision(12))} if ${value}% is meant`;
  return `give a bound that ${metric} can miss and meet`;
}

function checkOrder({ min, max }: Objective): readonly Finding[] {
  if (min === undefined || max === undefined || min <= max) return [];
  return [at(["min"], `min ${min} is greater than max ${max}: no value meets both`, "exchange them")];
}

/** `slices: all` needs some, and a list names those declared, or one value of a declared column (`site = A`). */
function checkSlices(evaluate: EvaluateConfig, { slices }: Objective): readonly Finding[] {
  if (slices === undefined) return [];
  if (slices === "all") {
    if (evaluate.slices.length > 0) return [];
    return [
      at(["slices"], "the objective asks for all slices, and `evaluate.slices` declares none", "declare them there"),
    ];
  }
  const declared = new Set(evaluate.slices);
  return slices.flatMap((slice, index) => {
    const end = slice.indexOf(" = ");
    if (declared.has(slice) || (end > 0 && declared.has(slice.slice(0, end)))) return [];
    const mend = () => mendSlice(slice, evaluate.slices);
    return [at(["slices", index], `\`evaluate.slices\` does not declare ${quote(slice)}`, mend)];
  });
}

function mendSlice(slice: string, declared: readonly string[]): string {
  const meant = nearest(slice, declared);
  return meant === null ? "add it to `evaluate.slices`" : `write ${quote(meant)}, or add it to \`evaluate.slices\``;
}
