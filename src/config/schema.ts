import { z } from "zod";
import { isAbsolute, joinPath } from "./repository-path.ts";

/** The grammar of `modelgate.yml`. Descriptions end up in the JSON Schema that editors show. */

const relativePath = z
  .string()
  .min(1)
  .refine((path) => joinPath(".", path) !== null && !path.split("/").includes(".."), {
    error: "a path inside the repository, relative to its root, with `/` and without `..`",
  })
  .describe("A path inside the repository, relative to its root.");

/** Inside a stage, `..` may lead out of `wdir`, but not out of the repository: `stageSchema` looks at both together. */
const stagePath = z
  .string()
  .min(1)
  .refine((path) => !isAbsolute(path) && !path.includes("\\"), {
    error: "a path inside the repository, relative to `wdir`, with `/` between its parts",
  })
  .describe("A path relative to `wdir`, inside the repository.");

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const parameterList = z
  .array(z.union([z.string().min(1), z.record(stagePath, z.array(z.string().min(1)))]))
  .default([])
  .describe(
    "Keys of params.yaml that the stage reads (`train.l2`), or `other.yaml: [keys]`; `other.yaml: []` is the whole file.",
  );

/** By these the runner gives the action its credentials, and takes what later steps get: nothing of that is a stage's. */
const OF_THE_RUNNER = /^(?:INPUT_.*|ACTIONS_.*|GITHUB_(?:TOKEN|OUTPUT|ENV|PATH|STATE|STEP_SUMMARY))$/;

const environmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "a variable's name: letters, digits and _, not starting with a digit" })
  .refine((name) => !OF_THE_RUNNER.test(name), {
    error:
      "the runner's own variables (INPUT_*, ACTIONS_*, GITHUB_TOKEN, and the files of its commands) are not for stages",
    params: { mend: "let the job set a variable under another name, and name that" },
  });

export const stageSchema = z
  .strictObject({
    cmd: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .describe("A shell command, or several run one after another."),
    deps: z
      .array(stagePath)
      .default([])
      .describe(
        "Files and folders that the command reads: its own source, the modules that it imports, the lock file of its packages. Files that `cmd` names count without being listed.",
      ),
    params: parameterList,
    outs: z
      .array(stagePath)
      .default([])
      .describe("Files and folders that the command writes. They are removed before it runs: git must not track them."),
    metrics: z
      .array(stagePath)
      .default([])
      .describe("Files with numbers that the command writes; kept like `outs`, and git may track them."),
    wdir: relativePath.default(".").describe("The folder that the command runs in."),
    env: z
      .array(environmentName)
      .default([])
      .describe(
        "Environment variables that change the result: passed to the command and part of the stage's fingerprint.",
      ),
    secrets: z
      .array(environmentName)
      .default([])
      .describe("Environment variables passed to the command but kept out of fingerprints, logs and reports."),
    timeout_minutes: z
      .number()
      .positive()
      .default(60)
      .describe("The command's whole process tree is ended after this."),
  })
  .superRefine((stage, context) => {
    const refuse = (...path: (string | number)[]) =>
      context.addIssue({ code: "custom", path, message: "a path inside the repository" });
    for (const key of ["deps", "outs", "metrics"] as const) {
      for (const [index, path] of stage[key].entries()) {
        if (joinPath(stage.wdir, path) === null) refuse(key, index);
      }
    }
    for (const [index, entry] of stage.params.entries()) {
      const files = typeof entry === "string" ? [] : Object.keys(entry);
      for (const file of files) if (joinPath(stage.wdir, file) === null) refuse("params", index, file);
    }
  })
  .describe("One command of the training pipeline.");

const better = z.enum(["higher", "lower"]);

const customMetricSchema = z.strictObject({
  sql: z
    .string()
    .min(1)
    .describe("A DuckDB aggregate over one table: all columns of the data, and `target`, `predicted` and `score`."),
  better: better.describe("Which direction is an improvement."),
});

const evaluateShape = {
  data: z
    .string()
    .min(1)
    .describe(
      "A path, a glob, or a DuckDB SELECT: the rows that both models are evaluated on (CSV, Parquet or JSON lines).",
    ),
  target: z.string().min(1).describe("The column that holds the truth."),
  model: relativePath.optional().describe("The ONNX file that the pipeline writes. Either this or `predictions`."),
  predictions: relativePath
    .optional()
    .describe("A table of predictions that the pipeline writes, for models that are not ONNX."),
  predicted: z.string().min(1).optional().describe("With `predictions`: the column of predicted labels or values."),
  key: z
    .string()
    .min(1)
    .optional()
    .describe("The column that names a row: predictions are joined by it, else by position."),
  features: z
    .array(z.string().min(1))
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      "The columns that feed a model with one matrix input, in order. Without it: every numeric column but target, key and group.",
    ),
  group: z
    .string()
    .min(1)
    .optional()
    .describe("The column whose equal values belong together (a patient): they are resampled together."),
  slices: z
    .array(z.string().min(1))
    .max(500)
    .default([])
    .describe("Columns (a slice for each value) or SQL predicates over the data's columns."),
  min_rows: z.int().min(1).default(30).describe("Fewer rows, in all or in a slice, are shown but not judged."),
  metrics: z
    .array(z.string().min(1))
    .min(1)
    .max(200)
    .optional()
    .describe("Which metrics to report. Without it: the task's usual ones and those that objectives name."),
  custom: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]*$/, {
        error: "a metric's name: lower-case letters, digits and _, starting with a letter",
      }),
      customMetricSchema,
    )
    .default({})
    .describe("Metrics of your own, in SQL."),
};

const TASK = "What the model predicts: one of two classes, one of several, or a number.";

export const evaluateSchema = z.discriminatedUnion("task", [
  z.strictObject({
    task: z.literal("binary").describe(TASK),
    ...evaluateShape,
    positive: scalar.describe("The target's value that counts as positive."),
    score: z.string().min(1).optional().describe("With `predictions`: the column of the positive class's probability."),
    threshold: z.number().min(0).max(1).default(0.5).describe("A score at least this is predicted positive."),
    calibration_bins: z.int().min(2).max(100).default(10).describe("Equal-width bins of `ece`."),
  }),
  z.strictObject({
    task: z.literal("multiclass").describe(TASK),
    ...evaluateShape,
    labels: z
      .array(scalar)
      .min(2)
      .max(10_000)
      .optional()
      .describe("All classes, in the order of the model's probabilities. Without it: the target's values, sorted."),
    scores: z
      .array(z.string().min(1))
      .min(2)
      .max(10_000)
      .optional()
      .describe("With `predictions`: the columns of probabilities, in the order of `labels`."),
    calibration_bins: z.int().min(2).max(100).default(10).describe("Equal-width bins of `ece`."),
    top_k: z.int().min(1).default(2).describe("k of `top_k_accuracy`."),
  }),
  z.strictObject({
    task: z.literal("regression").describe(TASK),
    ...evaluateShape,
    quantile: z.number().gt(0).lt(1).default(0.5).describe("The quantile that `pinball` scores."),
  }),
]);

/** `0.02` is absolute, in the metric's unit; `"10%"` is relative to the baseline's value. */
const toleranceSchema = z
  .union([z.number().min(0), z.string().regex(/^\d+(\.\d+)?%$/, { error: "a number, or a percentage such as 10%" })])
  .describe(
    "How much worse than the baseline is acceptable: a number in the metric's unit, or a percentage of the baseline's value.",
  );

export const objectiveSchema = z
  .strictObject({
    metric: z
      .string()
      .min(1)
      .describe(
        "A metric of the task, a custom metric, or a measure such as latency_p95_ms, model_size_mb, train_minutes.",
      ),
    min: z.number().optional().describe("The least acceptable value."),
    max: z.number().optional().describe("The greatest acceptable value."),
    baseline: z
      .strictObject({ tolerance: toleranceSchema.default(0) })
      .optional()
      .describe("Compared with the baseline on the same rows."),
    slices: z
      .union([z.literal("all"), z.array(z.string().min(1)).min(1).max(500)])
      .optional()
      .describe("Judge every slice (`all`), or the named ones, instead of all rows together."),
    proof: z
      .enum(["required", "none"])
      .default("none")
      .describe("`required`: what the evidence leaves undecided blocks."),
    severity: z.enum(["block", "warn"]).default("block").describe("`warn` is shown and never blocks."),
  })
  .refine(
    (objective) => objective.min !== undefined || objective.max !== undefined || objective.baseline !== undefined,
    {
      error: "an objective needs at least one of min, max and baseline",
      params: { mend: "add a bound, such as `min: 0.9`" },
    },
  );

const modelShape = z
  .strictObject({
    pipeline: relativePath.optional().describe("An existing dvc.yaml. Either this or `stages`."),
    stages: z
      .record(
        z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, {
          error: "a stage's name: letters, digits, _ and -, starting with a letter or digit",
        }),
        stageSchema,
      )
      .optional()
      .describe("The training pipeline, with DVC's keys."),
    evaluate: evaluateSchema.describe("What the model is measured on, and how."),
    baseline: z
      .string()
      .min(1)
      .default("base")
      .describe("`base` (the branch that the pull request merges into), or a git ref."),
    objectives: z
      .array(objectiveSchema)
      .max(500)
      .default([])
      .describe("Service-level objectives: what the model must fulfil for the change to pass."),
  })
  .refine((model) => (model.pipeline === undefined) !== (model.stages === undefined), {
    error: "a model needs either `stages` or `pipeline`, and not both",
    params: { mend: "give the stages inline, or name the dvc.yaml" },
  })
  .refine((model) => (model.evaluate.model === undefined) !== (model.evaluate.predictions === undefined), {
    path: ["evaluate"],
    error: "`evaluate` needs either `model` or `predictions`, and not both",
    params: { mend: "name the ONNX file, or the table of predictions, that the pipeline writes" },
  });

export const configSchema = z.strictObject({
  version: z.literal(1).describe("The version of this grammar."),
  models: z
    .record(
      z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9_/-]*[A-Za-z0-9])?$/, {
        error: "a model's name: letters, digits, _, - and /, starting and ending with a letter or digit",
      }),
      modelShape,
    )
    .describe("The models that are gated, by name."),
});

export type Config = z.output<typeof configSchema>;
export type ModelConfig = Config["models"][string];
export type StageConfig = z.output<typeof stageSchema>;
export type EvaluateConfig = z.output<typeof evaluateSchema>;
export type CustomMetricConfig = z.output<typeof customMetricSchema>;
export type Objective = z.output<typeof objectiveSchema>;
