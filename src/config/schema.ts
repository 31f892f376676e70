import { z } from "zod";

/** The grammar of `modelgate.yml`. Descriptions end up in the JSON Schema that editors show. */

const relativePath = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith("/") && !/^[a-z]:[\\/]/i.test(path) && !path.split(/[\\/]/).includes(".."), {
    error: "a path inside the repository, relative to its root",
  })
  .describe("A path inside the repository, relative to its root (or to `wdir` in a stage).");

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const parameterList = z
  .array(z.union([z.string().min(1), z.record(relativePath, z.array(z.string().min(1)))]))
  .describe("Keys of params.yaml that the stage reads (`train.l2`), or `other.yaml: [keys]`.");

export const stageSchema = z
  .strictObject({
    cmd: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .describe("A shell command, or several run one after another."),
    deps: z
      .array(relativePath)
      .default([])
      .describe("Files and folders that the command reads, its own source included."),
    params: parameterList.default([]),
    outs: z.array(relativePath).default([]).describe("Files and folders that the command writes."),
    metrics: z
      .array(relativePath)
      .default([])
      .describe("Files with numbers that the command writes; kept like `outs`."),
    wdir: relativePath.default(".").describe("The folder that the command runs in."),
    env: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
      .default([])
      .describe(
        "Environment variables that change the result: passed to the command and part of the stage's fingerprint.",
      ),
    secrets: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
      .default([])
      .describe("Environment variables passed to the command but kept out of fingerprints, logs and reports."),
    timeout_minutes: z
      .number()
      .positive()
      .default(60)
      .describe("The command's whole process tree is ended after this."),
  })
  .describe("One command of the training pipeline.");

const better = z.enum(["higher", "lower"]);

export const customMetricSchema = z.strictObject({
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
    .default([])
    .describe("Columns (a slice for each value) or SQL predicates over the data's columns."),
  min_slice_rows: z.int().min(1).default(30).describe("A smaller slice is shown, but not judged."),
  metrics: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Which metrics to report. Without it: the task's usual ones and those that objectives name."),
  custom: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/), customMetricSchema)
    .default({})
    .describe("Metrics of your own, in SQL."),
  timeout_minutes: z.number().positive().default(30),
};

export const evaluateSchema = z.discriminatedUnion("task", [
  z.strictObject({
    task: z.literal("binary"),
    ...evaluateShape,
    positive: scalar.describe("The target's value that counts as positive."),
    score: z.string().min(1).optional().describe("With `predictions`: the column of the positive class's probability."),
    threshold: z.number().min(0).max(1).default(0.5).describe("A score at least this is predicted positive."),
    calibration_bins: z.int().min(2).max(100).default(10),
  }),
  z.strictObject({
    task: z.literal("multiclass"),
    ...evaluateShape,
    labels: z
      .array(scalar)
      .min(2)
      .optional()
      .describe("All classes, in the order of the model's probabilities. Without it: the target's values, sorted."),
    scores: z
      .array(z.string().min(1))
      .min(2)
      .optional()
      .describe("With `predictions`: the columns of probabilities, in the order of `labels`."),
    calibration_bins: z.int().min(2).max(100).default(10),
    top_k: z.int().min(1).default(2).describe("k of `top_k_accuracy`."),
  }),
  z.strictObject({
    task: z.literal("regression"),
    ...evaluateShape,
    quantile: z.number().gt(0).lt(1).default(0.5).describe("The quantile that `pinball` scores."),
  }),
]);

/** `0.02` is absolute, in the metric's unit; `"10%"` is relative to the baseline's value. */
export const toleranceSchema = z
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
      .union([z.literal("all"), z.array(z.string().min(1)).min(1)])
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
    },
  );

const modelShape = z
  .strictObject({
    pipeline: relativePath.optional().describe("An existing dvc.yaml. Either this or `stages`."),
    stages: z
      .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/), stageSchema)
      .optional()
      .describe("The training pipeline, with DVC's keys."),
    evaluate: evaluateSchema,
    baseline: z
      .string()
      .min(1)
      .default("base")
      .describe("`base` (the branch that the pull request merges into), or a git ref."),
    objectives: z.array(objectiveSchema).default([]),
  })
  .refine((model) => (model.pipeline === undefined) !== (model.stages === undefined), {
    error: "a model needs either `stages` or `pipeline`, and not both",
  })
  .refine((model) => (model.evaluate.model === undefined) !== (model.evaluate.predictions === undefined), {
    path: ["evaluate"],
    error: "`evaluate` needs either `model` or `predictions`, and not both",
  });

export const configSchema = z.strictObject({
  version: z.literal(1),
  models: z.record(z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9_/-]*[A-Za-z0-9])?$/), modelShape),
});

export type Config = z.output<typeof configSchema>;
export type ModelConfig = Config["models"][string];
export type StageConfig = z.output<typeof stageSchema>;
export type EvaluateConfig = z.output<typeof evaluateSchema>;
export type CustomMetricConfig = z.output<typeof customMetricSchema>;
export type Objective = z.output<typeof objectiveSchema>;
