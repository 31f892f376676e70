import type { CustomMetricConfig } from "../config/schema.ts";
import { measureCustom } from "../measurement/custom.ts";
import { predictTheSame } from "../measurement/identical.ts";
import type { Predictions, Target } from "../metrics/observations.ts";
import type { SliceRows, Table } from "../ports.ts";
import { ProblemError } from "../problem.ts";
import type { Measurement, MetricDescriptor } from "../report/schema.ts";
import { createRandom } from "../statistics/random.ts";

/** Buckets that the jackknife leaves out, one at a time. */
const BUCKETS = 20;

export type CustomMetricsRequest = {
  readonly custom: Readonly<Record<string, CustomMetricConfig>>;
  readonly table: Table;
  readonly target: Target;
  /** Text of the classes in the target's order; null for numbers. */
  readonly labels: readonly string[] | null;
  readonly groups: { readonly codes: Int32Array; readonly count: number } | null;
  readonly slices: readonly SliceRows[];
  readonly candidate: Predictions;
  readonly baseline: Predictions | null;
};

/**
 * Measures a team's own metrics, on all rows and on each slice.
 *
 * @throws ProblemError for SQL that DuckDB refuses, with its reason.
 */
export async function measureCustomMetrics(
  request: CustomMetricsRequest,
): Promise<{ readonly metrics: MetricDescriptor[]; readonly measurements: Measurement[] }> {
  const custom = Object.entries(request.custom);
  if (custom.length === 0) return { metrics: [], measurements: [] };
  const { target, candidate, baseline } = request;
  const buckets = bucketsOf(request.table, request.groups);
  const identical = baseline !== null && predictTheSame(candidate, baseline);
  const scopes = [null, ...request.slices];
  const measurements: Measurement[] = [];
  for (const slice of scopes) {
    for (const [metric, { sql }] of custom) {
      const values = (predictions: Predictions) =>
        request.table.custom({
          sql,
          target,
          predictions,
          targetNames: target.task === "binary" ? namesOf(request.labels) : null,
          buckets,
          member: slice?.member ?? null,
        });
      const measured = await called(metric, async () =>
        measureCustom({
          sql,
          candidate: await values(candidate),
          baseline: baseline === null ? null : await values(baseline),
          identical,
        }),
      );
      measurements.push({ metric, slice: slice?.name ?? null, rows: slice?.rows ?? request.table.rows, ...measured });
    }
  }
  return { metrics: custom.map(([name, config]) => describe(name, config)), measurements };
}

/** The table knows the SQL only; people look for the name that they gave it. */
async function called<T>(metric: string, measured: () => Promise<T>): Promise<T> {
  try {
    return await measured();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw new ProblemError({ ...error.problem, where: `custom metric ${metric}` }, { cause: error });
  }
}

/** Which bucket each row is left out with, [n] of 0 to 19: drawn from the data's digest, one draw for a group. */
function bucketsOf(table: Table, groups: CustomMetricsRequest["groups"]): Uint8Array {
  const random = createRandom(`${table.digest} jackknife`);
  const draws = Uint8Array.from({ length: groups?.count ?? table.rows }, () => random.below(BUCKETS));
  return groups === null ? draws : Uint8Array.from(groups.codes, (code) => draws[code] as number);
}

function namesOf(labels: readonly string[] | null): readonly [string, string] {
  const [negative, positive] = labels ?? [];
  if (negative === undefined || positive === undefined) throw new Error("a binary target has two class names");
  return [negative, positive];
}

function describe(name: string, { sql, better }: CustomMetricConfig): MetricDescriptor {
  return { name, label: name, better, range: [null, null], unit: null, definition: sql };
}
