import { basename, dirname, resolve } from "node:path";
import { createTables } from "../src/adapters/duckdb/tables.ts";
import { openWorkspace } from "../src/adapters/files/workspace.ts";
import { nearest } from "../src/config/nearest.ts";
import {
  type ComparedPredictions,
  type ComparePredictionsRequest,
  comparePredictions,
  type PredictionsFile,
} from "../src/flows/compare-predictions.ts";
import type { Task } from "../src/metrics/observations.ts";
import { DEFAULT_METRIC_OPTIONS, findMetric, metricsOf } from "../src/metrics/registry.ts";
import type { TargetSpec } from "../src/ports.ts";
import { ProblemError } from "../src/problem.ts";
import { renderMeasurements } from "../src/report/terminal.ts";
import type { Command, Terminal } from "./command.ts";
import { EXIT_CODES } from "./exit-code.ts";
import { list, type OptionSpecs, parseOptions, required } from "./options.ts";
import { predictionsJson } from "./predictions-json.ts";

const TASKS: readonly Task[] = ["binary", "multiclass", "regression"];

/** Columns where the output is not a terminal. */
const LOG_COLUMNS = 120;

const SHARED = {
  task: { type: "string", value: "TASK", help: "binary, multiclass or regression" },
  target: { type: "string", value: "COL", help: "the column of the truth" },
  score: { type: "string", value: "COL", help: "binary: the column of the positive class's probability" },
  scores: {
    type: "string",
    value: "A,B,…",
    help: "multiclass: the columns of probabilities, in the order of the labels",
  },
  predicted: { type: "string", value: "COL", help: "the column of predicted labels or values" },
  positive: { type: "string", value: "VALUE", help: "binary: the target's value that counts as positive (default 1)" },
  labels: {
    type: "string",
    value: "A,B,…",
    help: "multiclass: all classes in order (default: the target's values, sorted)",
  },
  threshold: { type: "string", value: "T", help: "binary: a score at least this is predicted positive (default 0.5)" },
  metrics: { type: "string", value: "A,B,…", help: "which metrics (default: the task's usual ones)" },
  group: { type: "string", value: "COL", help: "rows with equal values are resampled together" },
  slice: {
    type: "string",
    value: "SLICE",
    help: "a column or a SQL predicate; may be given several times",
    multiple: true,
  },
  json: { type: "boolean", help: "print JSON instead of a table" },
} as const satisfies OptionSpecs;

const COMPARE = {
  baseline: { type: "string", value: "FILE", help: "predictions of the model that is compared with" },
  candidate: { type: "string", value: "FILE", help: "predictions of the model that is judged" },
  key: { type: "string", value: "COL", help: "the column that names a row; without it rows are paired by position" },
  ...SHARED,
} as const satisfies OptionSpecs;

const EVALUATE = {
  predictions: { type: "string", value: "FILE", help: "a CSV, Parquet or JSON-lines file with truth and predictions" },
  ...SHARED,
} as const satisfies OptionSpecs;

export const evaluateCommand: Command = {
  name: "evaluate",
  summary: "Measures a file of predictions, without any config",
  details: `Every metric comes with a 95% interval, and with what a naive model would reach.

Example
  modelgate evaluate --predictions preds.csv --task binary --target diagnosis --positive malignant --score p_malignant`,
  options: EVALUATE,
  run: async (args, terminal) => {
    const options = parseOptions("evaluate", args, EVALUATE);
    const file = openFile(required("evaluate", "predictions", options.predictions));
    return run("evaluate", { candidate: file, baseline: null, key: null }, options, terminal);
  },
};

export const compareCommand: Command = {
  name: "compare",
  summary: "Compares two files of predictions on the same rows, without any config",
  details: `Each difference comes with a 95% interval and a p-value (DeLong for ROC AUC, Tango for accuracy, paired bootstrap otherwise).

Example
  modelgate compare --baseline main.csv --candidate branch.csv --key id --task regression --target price --predicted estimate`,
  options: COMPARE,
  run: async (args, terminal) => {
    const options = parseOptions("compare", args, COMPARE);
    const baseline = openFile(required("compare", "baseline", options.baseline));
    const candidate = openFile(required("compare", "candidate", options.candidate));
    return run("compare", { candidate, baseline, key: options.key ?? null }, options, terminal);
  },
};

type SharedOptions = ReturnType<typeof parseOptions<typeof SHARED>>;

async function run(
  command: string,
  files: {
    readonly candidate: PredictionsFile;
    readonly baseline: PredictionsFile | null;
    readonly key: string | null;
  },
  options: SharedOptions,
  terminal: Terminal,
): Promise<number> {
  const request = { ...files, ...readRequest(command, files.key, options) };
  const result = await comparePredictions(request, createTables({}));
  terminal.out(options.json ? `${JSON.stringify(predictionsJson(result), null, 2)}\n` : renderTable(result, terminal));
  return EXIT_CODES.pass;
}

function renderTable(result: ComparedPredictions, terminal: Terminal): string {
  return renderMeasurements(result, { width: terminal.width ?? LOG_COLUMNS, colour: terminal.colour });
}

/** The file's folder is all that the data engine may read; nothing is written into it. */
function openFile(path: string): PredictionsFile {
  const absolute = resolve(path);
  return { workspace: openWorkspace(dirname(absolute), { digestsFolder: null }), path: basename(absolute) };
}

function readRequest(
  command: string,
  key: string | null,
  options: SharedOptions,
): Omit<ComparePredictionsRequest, "candidate" | "baseline"> {
  const task = readTask(command, required(command, "task", options.task));
  return {
    target: readTarget(task, required(command, "target", options.target), options),
    columns: {
      key,
      scores: list(options.scores) ?? (options.score === undefined ? [] : [options.score]),
      predicted: options.predicted ?? null,
      threshold: readThreshold(command, options.threshold),
    },
    metrics: readMetrics(command, task, list(options.metrics)),
    group: options.group ?? null,
    slices: options.slice ?? [],
    options: DEFAULT_METRIC_OPTIONS,
    minRows: 1,
  };
}

function readTask(command: string, text: string): Task {
  const task = TASKS.find((known) => known === text);
  if (task === undefined) throw wrongValue(command, "task", text, `one of ${TASKS.join(", ")}`);
  return task;
}

function readTarget(task: Task, column: string, options: SharedOptions): TargetSpec {
  switch (task) {
    case "binary":
      return { task, column, positive: options.positive ?? 1 };
    case "multiclass":
      return { task, column, labels: list(options.labels) };
    case "regression":
      return { task, column };
  }
}

function readThreshold(command: string, text: string | undefined): number {
  const threshold = Number(text ?? 0.5);
  if (!(threshold >= 0 && threshold <= 1)) throw wrongValue(command, "threshold", text ?? "", "a number from 0 to 1");
  return threshold;
}

function readMetrics(command: string, task: Task, names: readonly string[] | null): readonly string[] | null {
  const known = metricsOf(task).map((metric) => metric.name);
  const wrong = names?.find((name) => findMetric(task, name) === null);
  if (wrong === undefined) return names;
  const guess = nearest(wrong, known);
  throw wrongValue(
    command,
    "metrics",
    wrong,
    guess === null ? `some of ${known.join(", ")}` : `a metric of the task (did you mean ${guess}?)`,
  );
}

function wrongValue(command: string, option: string, value: string, expected: string): ProblemError {
  return new ProblemError({
    kind: "usage",
    where: `modelgate ${command} --${option}`,
    what: `${JSON.stringify(value)} is not ${expected}`,
    mend: `correct it, or see \`modelgate ${command} --help\``,
  });
}
