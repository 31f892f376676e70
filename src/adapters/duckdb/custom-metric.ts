import type { DuckDBDataChunk } from "@duckdb/node-api";
import type { Predictions, Target } from "../../metrics/observations.ts";
import type { Table } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { loadDuckDb } from "../load-native.ts";
import type { TypedColumn } from "./columns.ts";
import type { Rows } from "./read-columns.ts";
import { asProblem, type Session } from "./session.ts";
import { quoteName, quoteTexts } from "./sql-text.ts";
import { functionName, parseExpression, type SqlNode, walk, writeSelect } from "./statement.ts";

type CustomRequest = Parameters<Table["custom"]>[0];
type CustomValue = Awaited<ReturnType<Table["custom"]>>;

/** What of a metric hangs on its SQL alone: it is asked for again for each model and slice. */
type Prepared = {
  readonly isSmooth: boolean;
  /** The columns that it names. */
  readonly columns: readonly TypedColumn[];
  /** SQL that counts the rows of each of its filters, separated by commas; null where it has none. */
  readonly counts: string | null;
};

/** What a session holds already. */
type Known = { readonly prepared: Map<string, Prepared>; view: string | null };

const known = new WeakMap<Session, Known>();

const BUCKETS = 20;
const OWN_COLUMNS = ["target", "predicted", "score"];

/** Aggregates of single rows' values, for which leaving a twentieth out says nothing of the spread (`statistics.md`). */
const NOT_SMOOTH =
  /^(min|max|arg_?m(in|ax)\w*|m(in|ax)_by|median|quantile\w*|mode|mad|percentile\w*|approx_\w+|first\w*|last\w*|any_value|arbitrary|nth_value|list|array_agg|string_agg|listagg|group_concat|histogram\w*|entropy|reservoir_quantile|bit_\w+|bool_\w+)$/;

/**
 * A SQL aggregate over the data's columns and `target`, `predicted` and `score` (which hide columns of these names): over
 * all rows, and with each of 20 buckets of rows left out. Where several rows are counted by a filter, `events` is the
 * rarest one's count.
 *
 * @throws ProblemError with DuckDB's reason where it is no aggregate of numbers.
 */
export async function customMetric(
  rows: Rows,
  columns: readonly TypedColumn[],
  request: CustomRequest,
  root: string,
): Promise<CustomValue> {
  const where = `custom metric ${JSON.stringify(request.sql)}`;
  const mend = "write one DuckDB aggregate over the data's columns, `target`, `predicted` and `score`";
  const { session } = rows;
  try {
    const state = known.get(session) ?? { prepared: new Map(), view: null };
    known.set(session, state);
    const metric = state.prepared.get(request.sql) ?? (await prepare(request.sql, columns, session, where));
    state.prepared.set(request.sql, metric);

    await session.rows(
      "CREATE OR REPLACE TEMP TABLE said (t DOUBLE, p DOUBLE, s DOUBLE, bucket UTINYINT, member UTINYINT)",
    );
    await session.appendChunks("said", saidChunks(rows.count, request));
    const view = `CREATE OR REPLACE TEMP VIEW scored AS ${scoredSelect(metric.columns, request)}`;
    if (view !== state.view) await session.rows(view);
    state.view = view;

    const byBucket = await leaveOut(session, request.sql, metric);
    const whole = byBucket.get(BUCKETS);
    if (whole === undefined) return { value: null, leftOut: [], events: null };
    return {
      value: whole.value,
      leftOut: metric.isSmooth
        ? Array.from({ length: BUCKETS }, (_, bucket) => byBucket.get(bucket)?.value ?? null)
        : [],
      events: whole.events,
    };
  } catch (error) {
    const problem = asProblem(error, where, root, mend);
    throw problem.problem.kind === "config"
      ? problem
      : new ProblemError({ ...problem.problem, kind: "config", where }, { cause: error });
  }
}

async function prepare(
  sql: string,
  columns: readonly TypedColumn[],
  session: Session,
  where: string,
): Promise<Prepared> {
  const names = [...columns.map((column) => column.name), ...OWN_COLUMNS];
  const { select, expression } = await parseExpression(sql, session, where, names);
  const isSmooth = !walkSome(
    expression,
    (node) => NOT_SMOOTH.test(functionName(node) ?? "") || node["distinct"] === true,
  );
  return { isSmooth, columns: namedBy(expression, columns), counts: await countsOf(select, expression, session) };
}

type LeftOut = { readonly value: number | null; readonly events: number | null };

/** The aggregate without each bucket; bucket 20 has no rows, so that leaving it out is leaving none out. */
async function leaveOut(
  session: Session,
  sql: string,
  { isSmooth, counts }: Prepared,
): Promise<ReadonlyMap<number, LeftOut>> {
  const left = isSmooth ? `range(${BUCKETS + 1})` : `range(${BUCKETS}, ${BUCKETS + 1})`;
  const found = await session.rows(
    `SELECT CAST("modelgate left out" AS DOUBLE), CAST((${sql}\n) AS DOUBLE)${counts === null ? "" : `, ${counts}`} ` +
      `FROM scored, ${left} AS buckets("modelgate left out") ` +
      `WHERE "modelgate bucket" <> "modelgate left out" AND "modelgate member" = 1 GROUP BY "modelgate left out"`,
  );
  return new Map(
    found.map(([bucket, value, ...events]) => [
      Number(bucket),
      {
        value: typeof value === "number" && Number.isFinite(value) ? value : null,
        events: counts === null ? null : Math.min(...events.map(Number)),
      },
    ]),
  );
}

/** Counts the rows that each filter of the aggregate selects: `count(*) FILTER (…)`, `count_if(…)`. */
async function countsOf(select: SqlNode, expression: SqlNode, session: Session): Promise<string | null> {
  const counts: SqlNode[] = [];
  for (const node of walk(expression)) {
    const name = functionName(node);
    if (name === "count_if" || name === "countif") counts.push({ ...node, alias: "" });
    else if (name !== null && node["filter"] !== null && node["filter"] !== undefined) {
      counts.push({ ...node, alias: "", function_name: "count_star", children: [], distinct: false });
    }
  }
  if (counts.length === 0) return null;
  const bare = await writeSelect({ ...select, select_list: counts }, session);
  return bare.replace(/^SELECT /, "");
}

/** The columns that an expression may name: what it does not name is not read. */
function namedBy(expression: SqlNode, columns: readonly TypedColumn[]): readonly TypedColumn[] {
  const named = new Set<string>();
  for (const node of walk(expression)) {
    if (node["type"] === "STAR") return columns;
    const names = node["column_names"];
    if (Array.isArray(names)) for (const name of names) named.add(String(name).toLowerCase());
  }
  return columns.filter((column) => named.has(column.name.toLowerCase()));
}

function scoredSelect(columns: readonly TypedColumn[], { target, targetNames }: CustomRequest): string {
  const own = columns.filter((column) => !OWN_COLUMNS.includes(column.name.toLowerCase()));
  const kept = own.map((column) => `data.${quoteName(column.name)}, `).join("");
  const labels = target.task === "multiclass" ? target.labels : (targetNames ?? ["0", "1"]);
  const named = (code: string) =>
    target.task === "regression" ? `said.${code}` : `(${quoteTexts(labels)})[CAST(said.${code} AS INTEGER) + 1]`;
  return (
    `SELECT ${kept}${named("t")} AS target, ${named("p")} AS predicted, said.s AS score, ` +
    'said.bucket AS "modelgate bucket", said.member AS "modelgate member" FROM data POSITIONAL JOIN said'
  );
}

function* saidChunks(
  count: number,
  { target, predictions, buckets, member }: CustomRequest,
): Generator<DuckDBDataChunk> {
  const { DOUBLE, UTINYINT, DuckDBDataChunk: Chunk } = loadDuckDb();
  const truth = truthOf(target);
  const { predicted, score } = saidOf(predictions);
  const size = 2048;
  for (let from = 0; from < count; from += size) {
    const rows = Math.min(size, count - from);
    const chunk = Chunk.create([DOUBLE, DOUBLE, DOUBLE, UTINYINT, UTINYINT], rows);
    [truth, predicted, score, buckets, member].forEach((values, index) => {
      fillColumn(chunk, index, values?.subarray(from, from + rows) ?? null, index === 4 ? 1 : null, rows);
    });
    yield chunk;
  }
}

function fillColumn(
  chunk: DuckDBDataChunk,
  index: number,
  values: ArrayLike<number> | null,
  otherwise: number | null,
  rows: number,
): void {
  const vector = chunk.getColumnVector(index) as unknown as {
    setItem: (row: number, value: number | null) => void;
    flush: () => void;
  };
  for (let row = 0; row < rows; row++) vector.setItem(row, values === null ? otherwise : (values[row] as number));
  vector.flush();
}

function truthOf(target: Target): Uint8Array | Int32Array | Float64Array {
  switch (target.task) {
    case "binary":
      return target.positive;
    case "multiclass":
      return target.codes;
    case "regression":
      return target.values;
  }
}

/** What the model said as columns: for several classes `score` is the predicted class's probability. */
function saidOf(predictions: Predictions): {
  readonly predicted: Uint8Array | Int32Array | Float32Array | Float64Array | null;
  readonly score: Float32Array | Float64Array | null;
} {
  switch (predictions.task) {
    case "binary":
      return predictions;
    case "regression":
      return { predicted: predictions.values, score: null };
    case "multiclass": {
      const { probabilities, predicted } = predictions;
      if (probabilities === null || predicted === null) return { predicted, score: null };
      const classes = probabilities.length / predicted.length;
      return {
        predicted,
        score: Float64Array.from(predicted, (code, row) => probabilities[row * classes + code] as number),
      };
    }
  }
}

function walkSome(tree: SqlNode, test: (node: SqlNode) => boolean): boolean {
  for (const node of walk(tree)) if (test(node)) return true;
  return false;
}
