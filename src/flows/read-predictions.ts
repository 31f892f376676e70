import type { EvaluateConfig } from "../config/schema.ts";
import { areProbabilities, decideAtThreshold, decideByLargest } from "../metrics/decide.ts";
import type { FloatArray, Predictions, Target } from "../metrics/observations.ts";
import type { Table } from "../ports.ts";
import { ProblemError } from "../problem.ts";

/** Which columns of a table of predictions hold what a model said. */
export type PredictionColumns = {
  readonly key: string | null;
  /** One column for a binary task, one per label for a multiclass task. */
  readonly scores: readonly string[];
  readonly predicted: string | null;
  readonly threshold: number;
};

/** Row i of the one table is row `order[i]` of the other; null: row i. */
export type RowOrder = Uint32Array | null;

/** The prediction columns that a model's config names. */
export function predictionColumns(config: EvaluateConfig): PredictionColumns {
  const shared = { key: config.key ?? null, predicted: config.predicted ?? null };
  switch (config.task) {
    case "binary":
      return { ...shared, scores: config.score === undefined ? [] : [config.score], threshold: config.threshold };
    case "multiclass":
      return { ...shared, scores: config.scores ?? [], threshold: 0.5 };
    case "regression":
      return { ...shared, scores: [], threshold: 0.5 };
  }
}

/**
 * Where each row of `reference` stands in `table`: [n] of row indices, or null where the two are in the same order already,
 * which is taken for granted where no key is given.
 *
 * @throws ProblemError where a key repeats, or the two do not hold the same rows.
 */
export async function alignRows(
  reference: { readonly table: Table; readonly name: string },
  table: Table,
  key: string | null,
  where: string,
): Promise<RowOrder> {
  const { rows } = reference.table;
  if (rows !== table.rows) {
    throw differentRows(where, `it has ${table.rows} rows where ${reference.name} has ${rows}`);
  }
  if (key === null) return null;

  const [wanted, found] = [await reference.table.codes(key), await table.codes(key)];
  const rowOfKey = new Map<string, number>();
  found.codes.forEach((code, row) => {
    const text = found.values[code] as string;
    const earlier = rowOfKey.get(text);
    if (earlier !== undefined)
      throw differentRows(where, `it has the key ${JSON.stringify(text)} in rows ${earlier + 1} and ${row + 1}`);
    rowOfKey.set(text, row);
  });
  const order = new Uint32Array(rows);
  const taken = new Uint8Array(table.rows);
  for (let row = 0; row < order.length; row++) {
    const text = wanted.values[wanted.codes[row] as number] as string;
    const at = rowOfKey.get(text);
    if (at === undefined)
      throw differentRows(where, `it lacks the key ${JSON.stringify(text)} of row ${row + 1} of ${reference.name}`);
    if (taken[at] === 1)
      throw differentRows(where, `it is joined by a key that ${reference.name} repeats: ${JSON.stringify(text)}`);
    taken[at] = 1;
    order[row] = at;
  }
  return order;
}

function differentRows(where: string, what: string): ProblemError {
  return new ProblemError({
    kind: "evidence",
    where,
    what,
    mend: "write one prediction for each row, in the same order or with a key column that names the rows",
  });
}

/**
 * What a table of predictions says of the target's rows, brought into their order.
 *
 * @throws ProblemError for a missing column, a label that the target does not have, or a number that is none.
 */
export async function readPredictions(
  table: Table,
  columns: PredictionColumns,
  target: Target,
  labels: readonly string[] | null,
  order: RowOrder,
  where: string,
): Promise<Predictions> {
  if (target.task === "regression") {
    if (columns.predicted === null) throw missing(where, "the predicted values", "`predicted`");
    return { task: "regression", values: take(await table.numbers(columns.predicted), order) };
  }
  if (columns.predicted === null && columns.scores.length === 0)
    throw missing(
      where,
      "scores or predicted labels",
      target.task === "binary" ? "`score` or `predicted`" : "`scores` or `predicted`",
    );
  const decided =
    columns.predicted === null ? null : await readLabels(table, columns.predicted, labels ?? [], order, where);

  if (target.task === "binary") {
    const [column] = columns.scores;
    const score = column === undefined ? null : take(await table.numbers(column), order);
    return { task: "binary", score, predicted: decided === null ? decide(score, columns) : Uint8Array.from(decided) };
  }
  const k = target.labels.length;
  if (columns.scores.length > 0 && columns.scores.length !== k) {
    throw new ProblemError({
      kind: "config",
      where,
      what: `scores are named for ${columns.scores.length} of ${k} classes (${target.labels.join(", ")})`,
      mend: "name one column for each class, in the order of `labels`",
    });
  }
  const parts = await Promise.all(columns.scores.map((column) => table.numbers(column)));
  const probabilities = parts.length === 0 ? null : interleave(parts, order);
  return {
    task: "multiclass",
    probabilities,
    predicted: decided ?? (probabilities === null ? null : decideByLargest(probabilities, k)),
  };
}

/** Null where there is nothing to decide by: a threshold is one of probabilities, and other scores only rank. */
function decide(score: FloatArray | null, { threshold }: PredictionColumns): Uint8Array | null {
  return score === null || !areProbabilities(score) ? null : decideAtThreshold(score, threshold);
}

function missing(where: string, what: string, option: string): ProblemError {
  return new ProblemError({
    kind: "config",
    where,
    what: `no column of ${what} is named`,
    mend: `name it with ${option}`,
  });
}

async function readLabels(
  table: Table,
  column: string,
  labels: readonly string[],
  order: RowOrder,
  where: string,
): Promise<Int32Array> {
  const { codes, values } = await table.codes(column);
  const known = values.map((value) => labels.indexOf(value));
  return Int32Array.from(codes, (_, row) => {
    const code = codes[order === null ? row : (order[row] as number)] as number;
    const label = known[code] as number;
    if (label < 0) {
      throw new ProblemError({
        kind: "evidence",
        where: `${where}, column ${JSON.stringify(column)}`,
        what: `row ${row + 1} holds ${JSON.stringify(values[code])}, which is none of the target's classes (${labels.join(", ")})`,
        mend: "write the target's own labels",
      });
    }
    return label;
  });
}

function take(values: FloatArray, order: RowOrder): FloatArray {
  if (order === null) return values;
  const taken = values instanceof Float32Array ? new Float32Array(order.length) : new Float64Array(order.length);
  for (let row = 0; row < order.length; row++) taken[row] = values[order[row] as number] as number;
  return taken;
}

function interleave(parts: readonly FloatArray[], order: RowOrder): Float64Array {
  const k = parts.length;
  const n = parts[0]?.length ?? 0;
  const rows = new Float64Array(n * k);
  parts.forEach((part, label) => {
    const column = take(part, order);
    for (let row = 0; row < n; row++) rows[row * k + label] = column[row] as number;
  });
  return rows;
}
