import { type MeasureResult, measure } from "../measurement/measure.ts";
import { checkPredictions } from "../measurement/predictions-check.ts";
import type { MetricOptions } from "../metrics/metric.ts";
import type { Target, Task } from "../metrics/observations.ts";
import { defaultMetrics } from "../metrics/registry.ts";
import type { Table, Tables, TargetSpec, Workspace } from "../ports.ts";
import { ProblemError } from "../problem.ts";
import { classNames } from "./class-names.ts";
import { alignRows, type PredictionColumns, type RowOrder, readPredictions } from "./read-predictions.ts";

/** A file of predictions that also holds the truth: no config, no repository. */
export type PredictionsFile = { readonly workspace: Workspace; readonly path: string };

export type ComparePredictionsRequest = {
  readonly candidate: PredictionsFile;
  readonly baseline: PredictionsFile | null;
  readonly target: TargetSpec;
  readonly columns: PredictionColumns;
  /** Null: the task's usual ones. */
  readonly metrics: readonly string[] | null;
  readonly group: string | null;
  readonly slices: readonly string[];
  readonly options: MetricOptions;
  readonly minRows: number;
};

export type ComparedPredictions = MeasureResult & {
  readonly task: Task;
  readonly rows: number;
  readonly digest: string;
};

/**
 * Measures one file of predictions, and its difference from another on the same rows.
 *
 * @throws ProblemError where a file cannot be read, or the two are not about the same rows.
 */
export async function comparePredictions(
  request: ComparePredictionsRequest,
  tables: Tables,
): Promise<ComparedPredictions> {
  const { candidate, baseline } = request;
  const table = await tables.open(candidate.path, candidate.workspace);
  const other = baseline === null ? null : await tables.open(baseline.path, baseline.workspace);
  try {
    const target = await table.target(request.target);
    const labels = await classNames(request.target, target, table);
    const read = async (from: Table, order: RowOrder, where: string) => {
      const predictions = await readPredictions(from, request.columns, target, labels, order, where);
      const problem = checkPredictions(target, predictions, where);
      if (problem !== null) throw new ProblemError(problem);
      return predictions;
    };
    const order =
      baseline &&
      other &&
      (await alignRows({ table, name: candidate.path }, other, request.columns.key, baseline.path));
    if (baseline && other)
      await assertSameTargets(request.target, target, other, order ?? null, baseline.path, candidate.path);
    const groups = request.group === null ? null : await table.codes(request.group);
    const slices = (await Promise.all(request.slices.map((declared) => table.slice(declared)))).flat();

    const result = measure({
      target,
      candidate: await read(table, null, candidate.path),
      baseline: baseline && other ? await read(other, order ?? null, baseline.path) : null,
      groups: groups && { codes: groups.codes, count: groups.values.length },
      slices,
      metrics: request.metrics ?? defaultMetrics(target.task),
      options: request.options,
      minRows: request.minRows,
      seed: table.digest,
      tests: 1,
    });
    return { ...result, task: target.task, rows: table.rows, digest: table.digest };
  } finally {
    await Promise.all([table.close(), other?.close()]);
  }
}

/** Two files about the same rows hold the same truth; without a key this is all that says so. */
async function assertSameTargets(
  spec: TargetSpec,
  target: Target,
  other: Table,
  order: RowOrder,
  otherPath: string,
  path: string,
): Promise<void> {
  const found = truth(await other.target(spec));
  const wanted = truth(target);
  for (let row = 0; row < wanted.length; row++) {
    const at = order === null ? row : (order[row] as number);
    if (found[at] !== wanted[row]) {
      throw new ProblemError({
        kind: "evidence",
        where: otherPath,
        what: `row ${at + 1} has another ${JSON.stringify(spec.column)} than row ${row + 1} of ${path}: the two are not about the same rows`,
        mend:
          order === null
            ? "name the column that identifies a row with --key, or write both files in the same order"
            : "compare files made from the same data",
      });
    }
  }
}

function truth(target: Target): ArrayLike<number> {
  switch (target.task) {
    case "binary":
      return target.positive;
    case "multiclass":
      return target.codes;
    case "regression":
      return target.values;
  }
}
