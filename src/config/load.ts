import { checkConfig } from "./check-config.ts";
import type { ConfigProblem, Finding, PathStep } from "./config-problem.ts";
import { describeIssues } from "./describe-issue.ts";
import { nearest } from "./nearest.ts";
import { type ObjectiveLines, objectiveLines } from "./objective-lines.ts";
import { ownKeys } from "./own-keys.ts";
import { readYaml } from "./read-yaml.ts";
import { type Config, configSchema, evaluateSchema } from "./schema.ts";
import { valueAt } from "./schema-walk.ts";

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config; readonly lines: ObjectiveLines }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Reads `modelgate.yml` and finds everything that is wrong with it, in the order of its lines. The text may be hostile.
 *
 * @param path Where the text comes from, as the problems shall name it.
 */
export function parseConfig(text: string, path: string): ParsedConfig {
  const read = readYaml(text, path);
  if (!read.ok) return read;
  const { source } = read;
  if (source.value === null) {
    const what = "the file is empty, expected `version: 1` and `models`";
    const empty: Finding = { path: [], part: "value", what, mend: "describe a model, or remove the file" };
    return { ok: false, problems: source.problems([empty]) };
  }

  const parsed = configSchema.safeParse(source.value);
  const findings = parsed.success ? checkConfig(parsed.data) : findIssues(source.value);
  if (parsed.success && findings.length === 0) {
    return { ok: true, config: withOwnKeys(parsed.data), lines: objectiveLines(parsed.data, source) };
  }
  return { ok: false, problems: source.problems(findings) };
}

/** Names that users choose are looked up everywhere: they must not find what objects inherit. */
function withOwnKeys(config: Config): Config {
  const models = Object.entries(config.models).map(([name, model]) => {
    const evaluate = { ...model.evaluate, custom: ownKeys(Object.entries(model.evaluate.custom)) };
    const stages = model.stages === undefined ? {} : { stages: ownKeys(Object.entries(model.stages)) };
    return [name, { ...model, ...stages, evaluate }] as const;
  });
  return { ...config, models: ownKeys(models) };
}

/** All that the grammar says, and what the cross checks say of the models that the grammar has no quarrel with. */
function findIssues(value: unknown): readonly Finding[] {
  const findings = describeGrammar(value);
  const guessed = withGuessedTasks(value);
  if (guessed !== null) {
    // A misspelt task hides everything else in its section: look at the rest as if it were spelt right.
    findings.push(...describeGrammar(guessed));
  }
  const faulty = new Set(findings.filter(({ path }) => path[0] === "models").map(({ path }) => path[1]));
  const models = Object.entries(Object(valueAt(value, ["models"])) as object);
  const others = models.filter(([name]) => !faulty.has(name));
  const sound = configSchema.safeParse({ version: 1, models: Object.fromEntries(others) });
  return sound.success && others.length > 0 ? [...findings, ...checkConfig(sound.data)] : findings;
}

function describeGrammar(value: unknown): Finding[] {
  const parsed = configSchema.safeParse(value);
  return parsed.success ? [] : [...describeIssues({ schema: configSchema, value }, parsed.error.issues)];
}

/** The file with every misspelt task as it was probably meant; null where there is none. */
function withGuessedTasks(value: unknown): unknown {
  const tasks: readonly string[] = evaluateSchema.options.map(({ shape }) => shape.task.value);
  let isChanged = false;
  const models = Object.entries(Object(valueAt(value, ["models"])) as object).map(
    ([name, model]: [string, unknown]) => {
      const path: readonly PathStep[] = ["evaluate", "task"];
      const task = valueAt(model, path);
      const meant = typeof task === "string" && !tasks.includes(task) ? nearest(task, tasks) : null;
      if (meant === null) return [name, model] as const;
      isChanged = true;
      return [name, { ...Object(model), evaluate: { ...Object(valueAt(model, ["evaluate"])), task: meant } }] as const;
    },
  );
  return isChanged ? { ...Object(value), models: Object.fromEntries(models) } : null;
}
