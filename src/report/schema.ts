import { z } from "zod";

/**
 * The report: measurements of every model of one change, and where they come from. Whoever judges trusts none of its
 * text and judges anew from its numbers. `evidence` is deterministic (same inputs, same digest); `run` is not.
 */

const sha256 = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const commitSha = z.string().regex(/^[0-9a-f]{40}$/);
const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]),
);
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const uncertaintySchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("normal"),
    method: z.string(),
    standardError: z.number().nonnegative(),
    scale: z.enum(["identity", "logit"]),
  }),
  z.strictObject({
    kind: z.literal("t"),
    method: z.string(),
    standardError: z.number().nonnegative(),
    degreesOfFreedom: z.number().positive(),
  }),
  z.strictObject({
    kind: z.literal("wilson"),
    method: z.literal("Wilson"),
    successes: z.int().nonnegative(),
    trials: z.int().positive(),
  }),
  z.strictObject({
    kind: z.literal("tango"),
    method: z.literal("Tango"),
    candidateOnly: z.int().nonnegative(),
    baselineOnly: z.int().nonnegative(),
    rows: z.int().positive(),
  }),
  z.strictObject({
    kind: z.literal("resampled"),
    method: z.string(),
    resamples: z.int().positive(),
    quantiles: z.array(z.number()).min(3),
  }),
  z.strictObject({ kind: z.literal("identical"), method: z.literal("identical predictions") }),
  z.strictObject({ kind: z.literal("unknown"), method: z.literal("none"), reason: z.string() }),
]);

/** A number, or why there is none. Never null for "fine". */
const measuredSchema = z.discriminatedUnion("measured", [
  z.strictObject({
    measured: z.literal(true),
    value: z.number(),
    note: z.string().optional(),
    uncertainty: uncertaintySchema,
  }),
  z.strictObject({ measured: z.literal(false), reason: z.string() }),
]);

const metricDescriptorSchema = z.strictObject({
  name: z.string(),
  label: z.string(),
  better: z.enum(["higher", "lower"]),
  range: z
    .tuple([z.number().nullable(), z.number().nullable()])
    .describe("Bounds of the value; null where there is none."),
  unit: z.string().nullable(),
  definition: z.string(),
});

const sliceSchema = z.strictObject({
  name: z.string().describe("`site = A`, or the predicate itself."),
  declared: z.string().describe("The config's entry that it comes from."),
  rows: z.int().nonnegative(),
});

const measurementSchema = z.strictObject({
  metric: z.string(),
  slice: z.string().nullable().describe("Null for all rows."),
  rows: z.int().nonnegative(),
  candidate: measuredSchema,
  baseline: measuredSchema.nullable().describe("Null where there is no baseline to compare with."),
  difference: measuredSchema.nullable().describe("Candidate minus baseline, on identical rows."),
  naive: measuredSchema.nullable(),
});

const stageLineageSchema = z.strictObject({
  name: z.string(),
  cmd: z.array(z.string()),
  fingerprint: sha256,
  deps: z.array(z.strictObject({ path: z.string(), digest: sha256 })),
  params: z.record(z.string(), json),
  outs: z.array(z.strictObject({ path: z.string(), digest: sha256, bytes: z.int().nonnegative() })),
});

const pointSchema = z.tuple([z.number(), z.number()]);

/** What the plots are drawn from, for one model. */
const curvesSchema = z.strictObject({
  roc: z.array(pointSchema).optional().describe("(false positive rate, true positive rate), at most 200 points."),
  precisionRecall: z.array(pointSchema).optional().describe("(recall, precision), at most 200 points."),
  calibration: z.array(z.strictObject({ meanScore: z.number(), observedRate: z.number(), rows: z.int() })).optional(),
  confusion: z
    .strictObject({
      labels: z.array(z.string()),
      counts: z.array(z.array(z.int())).describe("counts[true][predicted]"),
    })
    .optional(),
  residuals: z
    .strictObject({
      histogram: z.array(z.strictObject({ low: z.number(), high: z.number(), rows: z.int() })),
      points: z
        .array(pointSchema)
        .describe("(predicted, residual = target − predicted), at most 500 rows evenly spaced."),
    })
    .optional(),
});

const evaluatedSchema = z.strictObject({
  commit: commitSha.nullable(),
  artifact: z.strictObject({ path: z.string(), digest: sha256, bytes: z.int().nonnegative() }),
  stages: z.array(stageLineageSchema),
  curves: curvesSchema,
});

const problemSchema = z.strictObject({
  kind: z.enum(["usage", "config", "stage", "evidence", "platform"]),
  where: z.string(),
  what: z.string(),
  mend: z.string(),
});

export const modelReportSchema = z.discriminatedUnion("outcome", [
  z.strictObject({
    outcome: z.literal("measured"),
    name: z.string(),
    task: z.enum(["binary", "multiclass", "regression"]),
    dataset: z.strictObject({
      source: z.string(),
      digest: sha256.describe("Of the rows as read: columns, types and values."),
      rows: z.int().nonnegative(),
      groups: z.int().nonnegative().nullable(),
      targetSummary: z.string().describe("`malignant 72, benign 118`, or mean and spread."),
      files: z.array(z.strictObject({ path: z.string(), digest: sha256 })),
      changedByPullRequest: z.boolean(),
    }),
    metrics: z.array(metricDescriptorSchema),
    slices: z.array(sliceSchema),
    measurements: z.array(measurementSchema),
    candidate: evaluatedSchema,
    baseline: z.union([
      evaluatedSchema,
      z.strictObject({ absent: z.enum(["no-policy-on-base", "failed"]), problem: problemSchema.nullable() }),
    ]),
  }),
  z.strictObject({ outcome: z.literal("untouched"), name: z.string(), reason: z.string() }),
  z.strictObject({
    outcome: z.literal("failed"),
    name: z.string(),
    problem: problemSchema,
    logTail: z.array(z.string()),
  }),
]);

const objectiveSchema = z.strictObject({
  metric: z.string(),
  min: z.number().optional(),
  max: z.number().optional(),
  baseline: z.strictObject({ tolerance: z.union([z.number(), z.string()]) }).optional(),
  slices: z.union([z.literal("all"), z.array(z.string())]).optional(),
  proof: z.enum(["required", "none"]),
  severity: z.enum(["block", "warn"]),
});

/** What the change was judged by when it was measured; whoever judges later reads the base branch instead. */
const policySchema = z.strictObject({
  source: z.enum(["base", "proposed"]),
  path: z.string(),
  digest: sha256,
  models: z.record(z.string(), z.array(z.strictObject({ objective: objectiveSchema, line: z.int().positive() }))),
  proposedChanges: z
    .array(z.string())
    .describe("One sentence for each difference between the base's policy and the head's."),
});

/** Timings of one side, outside the digest. */
const performanceSchema = z.strictObject({
  latency: z
    .strictObject({
      runs: z.int().nonnegative(),
      batchRows: z.int().positive(),
      throughputBatchRows: z.int().positive(),
      p50Ms: measuredSchema,
      p95Ms: measuredSchema,
      rowsPerSecond: measuredSchema,
    })
    .nullable(),
  stages: z.array(
    z.strictObject({
      name: z.string(),
      restored: z.boolean().describe("True: taken from the cache; the numbers are of the run that made it."),
      wallSeconds: z.number().nonnegative(),
      cpuSeconds: z.number().nonnegative().nullable(),
      peakMemoryBytes: z.int().nonnegative().nullable(),
    }),
  ),
});

export const reportSchema = z.strictObject({
  version: z.literal(1),
  digest: sha256.describe("Of `evidence`, as canonical JSON (RFC 8785)."),
  evidence: z.strictObject({
    tool: z.strictObject({ name: z.literal("modelgate"), version: z.string() }),
    repository: z.string().nullable(),
    pullRequest: z.int().positive().nullable(),
    baseBranch: z.string().nullable(),
    headSha: commitSha.nullable(),
    candidateSha: commitSha.nullable(),
    baselineSha: commitSha.nullable(),
    policy: policySchema,
    models: z.array(modelReportSchema),
  }),
  run: z.strictObject({
    id: z.int().nonnegative().nullable(),
    attempt: z.int().positive().nullable(),
    url: z.string().nullable(),
    platform: z.string(),
    seconds: z.number().nonnegative(),
    performance: z.record(
      z.string(),
      z.strictObject({
        candidate: performanceSchema,
        baseline: performanceSchema.nullable(),
        /** Quantile differences, candidate minus baseline, from interleaved runs. */
        differences: z.strictObject({ p50Ms: measuredSchema, p95Ms: measuredSchema }).nullable(),
      }),
    ),
  }),
});

export type Report = z.output<typeof reportSchema>;
export type ModelReport = z.output<typeof modelReportSchema>;
export type MeasuredModel = Extract<ModelReport, { outcome: "measured" }>;
export type Measurement = z.output<typeof measurementSchema>;
export type Measured = z.output<typeof measuredSchema>;
export type MetricDescriptor = z.output<typeof metricDescriptorSchema>;
export type SliceDescriptor = z.output<typeof sliceSchema>;
export type Evaluated = z.output<typeof evaluatedSchema>;
export type Curves = z.output<typeof curvesSchema>;
export type StageLineage = z.output<typeof stageLineageSchema>;
export type Policy = z.output<typeof policySchema>;
export type Performance = z.output<typeof performanceSchema>;
export type ModelPerformance = Report["run"]["performance"][string];
