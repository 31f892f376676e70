import type { StageConfig } from "./config/schema.ts";
import type { FloatArray, Predictions, Target } from "./metrics/observations.ts";
import type { Link } from "./pipeline/links.ts";

/** What the flows need from the world. Adapters implement it; tests hand in small fakes. */

// ---------------------------------------------------------------- telling people

export type Log = {
  readonly info: (line: string) => void;
  readonly warn: (line: string) => void;
  /** Lines until `end` belong together (a folded group in the runner's log). */
  readonly group: (title: string) => { readonly line: (text: string) => void; readonly end: () => void };
};

// ---------------------------------------------------------------- files and git

export type FileDigest = { readonly path: string; readonly digest: string; readonly bytes: number };

/** One checked-out tree: the working directory, or the baseline's worktree. Paths are relative to `root`. */
export type Workspace = {
  readonly root: string;
  /** Null where there is no such file. Throws a ProblemError for a path that leaves the root, also through links. */
  readonly readText: (path: string) => Promise<string | null>;
  /** Digest of each file, or of the sorted listing of each folder; null where there is nothing. Cached by path, size, mtime and inode. */
  readonly digests: (paths: readonly string[]) => Promise<(FileDigest | null)[]>;
  /** Those of the paths that are regular files, links inside the root followed. */
  readonly regularFiles: (paths: readonly string[]) => Promise<readonly string[]>;
  /** The symbolic links that the paths are or lead through; what lies beneath a folder is not looked at. */
  readonly linksTo: (paths: readonly string[]) => Promise<readonly Link[]>;
};

export type Repository = {
  readonly workspace: Workspace;
  /** The commit checked out, and its parents, also in a shallow clone. */
  readonly head: () => Promise<{ readonly sha: string; readonly parents: readonly string[] }>;
  /** Makes a commit's tree available (fetching it into a shallow clone where needed) and resolves a ref to its SHA. */
  readonly resolve: (ref: string) => Promise<string>;
  /** Whether a ref names a commit that is here already; nothing is fetched. */
  readonly has: (ref: string) => Promise<boolean>;
  /** The best common ancestor, for a laptop's branch. */
  readonly mergeBase: (a: string, b: string) => Promise<string>;
  readonly readAt: (sha: string, path: string) => Promise<string | null>;
  /** Paths that differ between a commit and the workspace, uncommitted and untracked (not ignored) files included. */
  readonly changedSince: (sha: string) => Promise<readonly string[]>;
  /** All symbolic links of a commit. */
  readonly links: (sha: string) => Promise<readonly Link[]>;
  /** Files that git tracks in the workspace, of those that the paths are, hold or lead to. */
  readonly tracked: (paths: readonly string[]) => Promise<readonly string[]>;
  /** A separate worktree of a commit, kept for the next run; `release` leaves nothing behind that git would complain of. */
  readonly worktree: (sha: string) => Promise<{ readonly workspace: Workspace; readonly release: () => Promise<void> }>;
};

// ---------------------------------------------------------------- stages

export type StageRun = {
  readonly wallSeconds: number;
  readonly cpuSeconds: number | null;
  readonly peakMemoryBytes: number | null;
};

export type StageOutcome =
  | ({ readonly ok: true } & StageRun)
  | ({
      readonly ok: false;
      /** Exit code or signal, time-out, or cancellation. */
      readonly reason: string;
      /** The last lines of its output, secrets masked. */
      readonly logTail: readonly string[];
    } & StageRun);

export type StageRunner = {
  /** Runs the stage's commands in the workspace with a minimal environment; never throws for what the command does. */
  readonly run: (request: {
    readonly name: string;
    readonly stage: StageConfig;
    readonly workspace: Workspace;
    readonly onLine: (line: string) => void;
    readonly signal: AbortSignal;
  }) => Promise<StageOutcome>;
};

/** Outputs of stages by fingerprint. An entry is whole or absent. */
export type StageCache = {
  /** Puts the outputs into the workspace and gives what their run took; null (and nothing touched) where the fingerprint is not known. */
  readonly restore: (fingerprint: string, workspace: Workspace, outs: readonly string[]) => Promise<StageRun | null>;
  readonly save: (fingerprint: string, workspace: Workspace, outs: readonly string[], run: StageRun) => Promise<void>;
};

// ---------------------------------------------------------------- data

export type ColumnType = "number" | "string" | "boolean" | "timestamp" | "other";
export type Column = { readonly name: string; readonly type: ColumnType };

/** The rows of a slice: `member` is [n] of 0 and 1. */
export type SliceRows = {
  readonly name: string;
  readonly declared: string;
  readonly member: Uint8Array;
  readonly rows: number;
};

/** Columns that a model takes side by side, all as one type; a column that cannot be had so (text as numbers) is a ProblemError. */
export type FeatureBlock = {
  /** At least one. */
  readonly columns: readonly string[];
  readonly as: "float32" | "float64" | "int64" | "bool" | "string";
};

/**
 * Up to `rows` rows, in the table's order, as models take them. The arrays are used again for the next batch: what is
 * to outlive it has to be copied.
 */
export type FeatureBatch = {
  readonly offset: number;
  readonly rows: number;
  /**
   * In the order asked for, each [rows, columns] row by row: a missing float is NaN, a missing string is "", a missing
   * integer or boolean is a ProblemError. Booleans are 0 and 1.
   */
  readonly blocks: readonly (Float32Array | Float64Array | BigInt64Array | Uint8Array | readonly string[])[];
};

export type Table = {
  readonly rows: number;
  readonly columns: readonly Column[];
  /**
   * sha256 that pins the rows: for files, of columns, types and the files' own digests in reading order; for a SELECT,
   * of columns, types and values in row order.
   */
  readonly digest: string;
  /** The files behind the source, relative to the workspace. */
  readonly files: readonly FileDigest[];
  /** Throws a ProblemError that names the column and the first bad row: missing column, NULL, NaN, infinite, wrong type. */
  readonly target: (spec: TargetSpec) => Promise<Target>;
  /** [n]; throws as `target` does. */
  readonly numbers: (column: string) => Promise<FloatArray>;
  /** Codes [n] into the distinct values' text, first seen first; NULL is a value of its own named "∅". */
  readonly codes: (column: string) => Promise<{ readonly codes: Int32Array; readonly values: readonly string[] }>;
  readonly batches: (blocks: readonly FeatureBlock[], rows: number) => AsyncIterable<FeatureBatch>;
  /** One entry per value of a column, or one for a predicate; a predicate that fails is a ProblemError with DuckDB's reason. */
  readonly slice: (declared: string) => Promise<readonly SliceRows[]>;
  /** Values of a SQL aggregate over the table with `target`, `predicted` and `score`, in all and with each of 20 hashed buckets left out. */
  readonly custom: (request: {
    readonly sql: string;
    readonly target: Target;
    readonly predictions: Predictions;
    readonly targetNames: readonly [negative: string, positive: string] | null;
    /** Bucket [n] of each row, 0 to 19; rows of one group share theirs. */
    readonly buckets: Uint8Array;
    readonly member: Uint8Array | null;
  }) => Promise<{
    readonly value: number | null;
    /** [20]; empty where the jackknife does not hold: minimum, maximum, quantiles, distinct counts and the like. */
    readonly leftOut: readonly (number | null)[];
    /** Rows that the aggregate's rarest filter selects; null where it has none. */
    readonly events: number | null;
  }>;
  readonly close: () => Promise<void>;
};

export type TargetSpec =
  | { readonly task: "binary"; readonly column: string; readonly positive: string | number | boolean }
  | {
      readonly task: "multiclass";
      readonly column: string;
      readonly labels: readonly (string | number | boolean)[] | null;
    }
  | { readonly task: "regression"; readonly column: string };

export type Tables = {
  /**
   * `source` is a path, a glob or a SELECT; only files inside the workspace can be read, and nothing once it is open.
   * `meanwhile` is called once, while the database starts by itself: for what else there is to load.
   */
  readonly open: (source: string, workspace: Workspace, meanwhile?: () => void) => Promise<Table>;
};

// ---------------------------------------------------------------- models

export type LatencySamples = {
  readonly batchRows: number;
  /** Milliseconds of each call, interleaved with the other model's; [runs]. */
  readonly samplesMs: Float64Array;
  /** Calls with as many rows as evaluation feeds at once, in turn as well: what throughput is taken from. */
  readonly batch: { readonly rows: number; readonly samplesMs: Float64Array };
};

export type ScoredModel = {
  readonly predictions: Predictions;
  /** Null where latency was not asked for. */
  readonly latency: LatencySamples | null;
};

export type ModelScoring = {
  /** Loads what the first `score` would have to load, and does not come back before. */
  readonly prepare: () => void;
  /**
   * Every model on every row, the table read once. The first model that cannot be scored (corrupt file, missing column,
   * wrong type, ZipMap output, NaN score …) is a ProblemError in its own entry and does not hinder the others.
   */
  readonly score: (request: {
    readonly table: Table;
    readonly target: Target;
    /** Text of the classes in the target's order, to match a model's label outputs. */
    readonly labels: readonly string[] | null;
    /** The target's column: a model that takes it as an input knows the answer, and is refused. */
    readonly truth: string;
    /** Columns that are no features unless they are named as such. */
    readonly exclude: readonly string[];
    readonly threshold: number | null;
    readonly models: readonly {
      readonly path: string;
      readonly name: string;
      /** The columns that feed one matrix input, in order; null: every numeric column that is not excluded. */
      readonly features: readonly string[] | null;
    }[];
    readonly latency: boolean;
  }) => Promise<readonly (ScoredModel | Error)[]>;
};

// ---------------------------------------------------------------- publishing

export type Annotation = {
  readonly path: string;
  readonly line: number;
  readonly level: "failure" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
};

/** Where results of a pull request are shown. */
export type CodeHost = {
  /** Creates or replaces the one comment that bears the marker; leaves a newer run's alone. */
  readonly upsertComment: (request: {
    readonly pullRequest: number;
    readonly marker: string;
    readonly body: string;
    /** Which run this is: a comment from a later one, or for a head that is no longer this one, is not overwritten. */
    readonly headSha: string;
    readonly runId: number;
    readonly runAttempt: number;
  }) => Promise<Published>;
  readonly createCheck: (request: {
    readonly name: string;
    readonly headSha: string;
    readonly conclusion: "success" | "failure" | "action_required";
    readonly title: string;
    readonly summary: string;
    readonly text: string | null;
    readonly detailsUrl: string | null;
    /** `<run id>.<attempt>`: an earlier run's check never comes to stand over a later one's on the same commit. */
    readonly externalId: string;
    readonly annotations: readonly Annotation[];
  }) => Promise<Published>;
};

export type Published =
  | { readonly state: "created" | "updated" | "unchanged"; readonly url: string }
  /** A newer run has spoken, or the token may not write; said in the summary. */
  | { readonly state: "skipped"; readonly reason: string };

/** Files that outlive the run, for people and for the app. */
export type ArtifactStore = {
  /** Uploads all files as one artifact; `name` must be new in this run. Skipped where there is no such store, as on a laptop. */
  readonly upload: (
    name: string,
    files: readonly { readonly name: string; readonly content: string | Uint8Array }[],
  ) => Promise<Published>;
};
