import type { Objective } from "../../../src/config/schema.ts";
import type { ModelPolicy } from "../../../src/gate/policy.ts";
import type {
  Measured,
  MeasuredModel,
  Measurement,
  ModelPerformance,
  ModelReport,
  Report,
} from "../../../src/report/schema.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

/** A report of one model called "m" with as much in it as a test gives. */
export type Given = {
  readonly measurements?: readonly Measurement[];
  readonly slices?: readonly MeasuredModel["slices"][number][];
  readonly rows?: number;
  readonly baseline?: "absent" | "failed";
  readonly performance?: ModelPerformance;
  readonly sizes?: { readonly candidate: number; readonly baseline: number };
  readonly stages?: readonly string[];
};

export function measuredModel(given: Given = {}): MeasuredModel {
  const evaluated = (bytes: number) => ({
    commit: null,
    artifact: { path: "model.onnx", digest: DIGEST, bytes },
    stages: (given.stages ?? ["train"]).map((name) => ({
      name,
      cmd: ["train"],
      fingerprint: DIGEST,
      deps: [],
      params: {},
      outs: [],
    })),
    curves: {},
  });
  return {
    outcome: "measured",
    name: "m",
    task: "binary",
    dataset: {
      source: "test.csv",
      digest: DIGEST,
      rows: given.rows ?? 1000,
      groups: null,
      targetSummary: "",
      files: [],
      changedByPullRequest: false,
    },
    metrics: [],
    slices: [...(given.slices ?? [])],
    measurements: [...(given.measurements ?? [])],
    candidate: evaluated(given.sizes?.candidate ?? 1_000_000),
    baseline:
      given.baseline === undefined
        ? evaluated(given.sizes?.baseline ?? 1_000_000)
        : { absent: given.baseline === "absent" ? "no-policy-on-base" : "failed", problem: null },
  };
}

export function reportOf(models: readonly ModelReport[], performance: Report["run"]["performance"] = {}): Report {
  return {
    version: 1,
    digest: DIGEST,
    evidence: {
      tool: { name: "modelgate", version: "0.0.0" },
      repository: null,
      pullRequest: null,
      baseBranch: null,
      headSha: null,
      candidateSha: null,
      baselineSha: null,
      policy: { source: "base", path: "modelgate.yml", digest: DIGEST, models: {}, proposedChanges: [] },
      models: [...models],
    },
    run: { id: null, attempt: null, url: null, platform: "test", seconds: 0, performance },
  };
}

export function reportGiven(given: Given = {}): Report {
  return reportOf([measuredModel(given)], given.performance === undefined ? {} : { m: given.performance });
}

export function policyOf(objectives: readonly Partial<Objective>[], more: Partial<ModelPolicy> = {}): ModelPolicy {
  return {
    model: "m",
    task: "binary",
    objectives: objectives.map((objective) => ({ metric: "roc_auc", proof: "none", severity: "block", ...objective })),
    slices: [],
    minRows: 30,
    custom: {},
    hasBaseline: true,
    ...more,
  };
}

/** A value with a normal interval on the plain scale. */
export function normal(value: number, standardError: number): Measured {
  return { measured: true, value, uncertainty: { kind: "normal", method: "test", standardError, scale: "identity" } };
}

export function wilson(successes: number, trials: number): Measured {
  return {
    measured: true,
    value: successes / trials,
    uncertainty: { kind: "wilson", method: "Wilson", successes, trials },
  };
}

export function unknown(value: number, reason = "too few groups"): Measured {
  return { measured: true, value, uncertainty: { kind: "unknown", method: "none", reason } };
}

export const IDENTICAL: Measured = {
  measured: true,
  value: 0,
  uncertainty: { kind: "identical", method: "identical predictions" },
};

export const UNMEASURED: Measured = { measured: false, reason: "no row is positive" };

/** Candidate against baseline with a difference of the given standard error. */
export function measurement(given: {
  readonly metric?: string;
  readonly slice?: string | null;
  readonly rows?: number;
  readonly candidate: number | Measured;
  readonly baseline?: number | Measured | null;
  readonly standardError?: number;
  readonly difference?: Measured | null;
}): Measurement {
  const standardError = given.standardError ?? 0.01;
  const measured = (value: number | Measured): Measured =>
    typeof value === "number" ? normal(value, standardError) : value;
  const candidate = measured(given.candidate);
  const baseline = given.baseline === undefined || given.baseline === null ? null : measured(given.baseline);
  const difference =
    candidate.measured && baseline?.measured === true ? normal(candidate.value - baseline.value, standardError) : null;
  return {
    metric: given.metric ?? "roc_auc",
    slice: given.slice ?? null,
    rows: given.rows ?? 1000,
    candidate,
    baseline,
    difference: given.difference === undefined ? difference : given.difference,
    naive: null,
  };
}
