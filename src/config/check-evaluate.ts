import { findMetric } from "../metrics/registry.ts";
import { findResourceMetric } from "../metrics/resource-metrics.ts";
import { type Finding, type PathStep, quote } from "./config-problem.ts";
import { describeUnknownMetric, knownMetric, mendMetric } from "./known-metrics.ts";
import type { EvaluateConfig, ModelConfig } from "./schema.ts";

/** What cannot be meant in a model's `evaluate`; paths start at the model. */
export function checkEvaluate({ evaluate, objectives }: ModelConfig): readonly Finding[] {
  const used = new Set([...(evaluate.metrics ?? []), ...objectives.map(({ metric }) => metric)]);
  return [
    ...checkMetrics(evaluate),
    ...checkCustom(evaluate),
    ...checkRepeated(evaluate),
    ...checkColumns(evaluate),
    ...checkPredictions(evaluate),
    ...(evaluate.task === "multiclass" ? checkLabels(evaluate, used.has("top_k_accuracy")) : []),
  ];
}

function at(path: readonly PathStep[], what: string, mend: Finding["mend"], part: Finding["part"] = "value"): Finding {
  return { path: ["evaluate", ...path], part, what, mend };
}

function checkMetrics(evaluate: EvaluateConfig): readonly Finding[] {
  return (evaluate.metrics ?? []).flatMap((name, index) =>
    knownMetric(evaluate, name) === null
      ? [at(["metrics", index], describeUnknownMetric(evaluate.task, name), () => mendMetric(evaluate, name))]
      : [],
  );
}

function checkCustom(evaluate: EvaluateConfig): readonly Finding[] {
  return Object.keys(evaluate.custom)
    .filter((name) => findMetric(evaluate.task, name) !== null || findResourceMetric(name) !== null)
    .map((name) => at(["custom", name], `${name} is the name of a built-in metric`, "give it another name", "key"));
}

/** Lists that are sets: what stands twice in them is a slip. */
function checkRepeated(evaluate: EvaluateConfig): readonly Finding[] {
  const lists = {
    metrics: evaluate.metrics,
    slices: evaluate.slices,
    features: evaluate.features,
    labels: evaluate.task === "multiclass" ? evaluate.labels?.map(String) : undefined,
    scores: evaluate.task === "multiclass" ? evaluate.scores : undefined,
  };
  return Object.entries(lists).flatMap(([key, entries]) => {
    const seen = new Set<string>();
    return (entries ?? []).flatMap((entry, index) => {
      if (!seen.has(entry)) {
        seen.add(entry);
        return [];
      }
      return [at([key, index], `${quote(entry)} stands here twice`, "remove one of them")];
    });
  });
}

function checkColumns(evaluate: EvaluateConfig): readonly Finding[] {
  const findings: Finding[] = [];
  const isTarget = (column: string | undefined) => column === evaluate.target;
  for (const key of ["key", "group", "predicted"] as const) {
    if (isTarget(evaluate[key])) {
      findings.push(at([key], `${key} is the target column, ${quote(evaluate.target)}`, "name another column"));
    }
  }
  const leak = (evaluate.features ?? []).indexOf(evaluate.target);
  if (leak >= 0) findings.push(at(["features", leak], "the target is among the features", "remove it"));
  if (evaluate.task === "binary" && isTarget(evaluate.score)) {
    findings.push(at(["score"], `score is the target column, ${quote(evaluate.target)}`, "name another column"));
  }
  return findings;
}

/** Columns that only a table of predictions has, and those that it must have. */
function checkPredictions(evaluate: EvaluateConfig): readonly Finding[] {
  const scoreKey = evaluate.task === "binary" ? "score" : evaluate.task === "multiclass" ? "scores" : null;
  const score = scoreKey === null ? undefined : (evaluate as Readonly<Record<string, unknown>>)[scoreKey];
  const columns = Object.entries({
    ...(scoreKey === null ? {} : { [scoreKey]: score }),
    predicted: evaluate.predicted,
  });
  if (evaluate.predictions === undefined) {
    return columns
      .filter(([, column]) => column !== undefined)
      .map(([key]) => at([key], `${key} is a column of \`predictions\`, and this model has none`, "remove it", "key"));
  }
  const findings: Finding[] = [];
  if (evaluate.features !== undefined) {
    findings.push(at(["features"], "features feed a model, and this one gives predictions", "remove it", "key"));
  }
  if (columns.every(([, column]) => column === undefined)) {
    const wanted = columns.map(([key]) => `\`${key}\``).join(" or ");
    findings.push(at([], "`predictions` does not say which of its columns to read", `add ${wanted}`, "key"));
  }
  return findings;
}

const DEFAULT_TOP_K = 2;

function checkLabels(
  { labels, scores, top_k }: Extract<EvaluateConfig, { task: "multiclass" }>,
  isTopKUsed: boolean,
): readonly Finding[] {
  const findings: Finding[] = [];
  if (labels !== undefined && scores !== undefined && labels.length !== scores.length) {
    const what = `there are ${scores.length} columns for ${labels.length} labels`;
    findings.push(at(["scores"], what, "name one column for each label, in the order of `labels`"));
  }
  const classes = labels?.length ?? scores?.length;
  // Of two classes the default is not the author's mistake until the metric is asked for.
  if (classes !== undefined && top_k >= classes && (isTopKUsed || top_k !== DEFAULT_TOP_K)) {
    const what = `with k = ${top_k} of ${classes} classes every prediction counts as right`;
    findings.push(at(["top_k"], what, classes === 2 ? "set it to 1" : `give a number less than ${classes}`));
  }
  return findings;
}
