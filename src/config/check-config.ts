import { checkEvaluate } from "./check-evaluate.ts";
import { checkObjectives } from "./check-objectives.ts";
import { type Finding, pathText } from "./config-problem.ts";
import type { Config } from "./schema.ts";

/**
 * What a config says that its grammar allows and that still cannot be meant: metrics that do not exist, slices that
 * nothing declares, bounds that no value can meet, columns that nothing reads.
 */
export function checkConfig(config: Config): readonly Finding[] {
  const findings: Finding[] = [];
  if (Object.keys(config.models).length === 0) {
    findings.push({ path: ["models"], part: "key", what: "it is empty", mend: "describe at least one model" });
  }
  for (const [name, model] of Object.entries(config.models)) {
    const within = [...checkEvaluate(model), ...checkObjectives(model)];
    findings.push(...within.map((finding) => ({ ...finding, path: ["models", name, ...finding.path] })));
  }
  return findings.map((finding) => ({ ...finding, what: `${pathText(finding.path)}: ${finding.what}` }));
}
