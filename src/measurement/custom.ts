import type { Table } from "../ports.ts";
import type { Measured, Measurement } from "../report/schema.ts";
import { jackknifeDifference, jackknifeEstimate, type LeftOutMetric } from "../statistics/jackknife.ts";
import { type Estimate, IDENTICAL_DIFFERENCE, unknownUncertainty } from "../statistics/uncertainty.ts";
import { reported } from "./report-estimate.ts";

/** What the table says of a SQL metric: its value, and its values with one of the buckets of rows left out. */
export type CustomValues = Awaited<ReturnType<Table["custom"]>>;

export type CustomRequest = {
  readonly sql: string;
  readonly candidate: CustomValues;
  /** Null where there is nothing to compare with. */
  readonly baseline: CustomValues | null;
  /** Both models predict the same on every row, see `predictTheSame`. */
  readonly identical: boolean;
};

/**
 * A metric of the team's own from its values with each bucket left out: t intervals by the delete-a-group jackknife. None
 * for extremes, quantiles and distinct counts, which leaving rows out says nothing true about, and none for fewer than 10
 * events. There is no naive model of it: only the team's SQL knows what it reads.
 */
export function measureCustom(
  request: CustomRequest,
): Pick<Measurement, "candidate" | "baseline" | "difference" | "naive"> {
  const { candidate, baseline } = request;
  const exception = aggregateWithoutInterval(request.sql);
  return {
    candidate: measureSide(candidate, exception),
    baseline: baseline && measureSide(baseline, exception),
    difference: baseline && measureDifference(request, baseline, exception),
    naive: null,
  };
}

function measureSide(values: CustomValues, exception: string | null): Measured {
  const metric = definedMetric(values);
  if (metric === null) return { measured: false, reason: undefinedReason(values) };
  return reported(exception === null ? jackknifeEstimate(metric) : withoutInterval(metric.value, exception));
}

function measureDifference(request: CustomRequest, other: CustomValues, exception: string | null): Measured {
  const candidate = definedMetric(request.candidate);
  const baseline = definedMetric(other);
  if (candidate === null)
    return { measured: false, reason: `the candidate has no value: ${undefinedReason(request.candidate)}` };
  if (baseline === null) return { measured: false, reason: `the baseline has no value: ${undefinedReason(other)}` };
  const value = candidate.value - baseline.value;
  if (request.identical && value === 0) return reported(IDENTICAL_DIFFERENCE);
  return reported(exception === null ? jackknifeDifference(candidate, baseline) : withoutInterval(value, exception));
}

function definedMetric({ value, leftOut, events }: CustomValues): LeftOutMetric | null {
  return value === null || !Number.isFinite(value) ? null : { value, leftOut, events };
}

function undefinedReason({ value }: CustomValues): string {
  return value === null ? "the SQL gives NULL on these rows" : `the SQL gives ${value} on these rows`;
}

function withoutInterval(value: number, aggregate: string): Estimate {
  return { value, uncertainty: unknownUncertainty(`no interval is known for ${aggregate}`) };
}

const NO_JACKKNIFE: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\b(?:min|max|arg_?min|arg_?max|min_by|max_by|first|last|any_value|arbitrary)\s*\(/i, "an extreme"],
  [/\b(?:\w*quantile\w*|percentile\w*|median|mad|mode)\s*\(/i, "a quantile"],
  [/\bdistinct\b|\bapprox_count_distinct\s*\(/i, "a distinct count"],
];

/** Quoted text, quoted names and comments. */
const NO_CODE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

/**
 * Which aggregate in a SQL metric has no honest jackknife interval, in words, or null. Comments and quoted text are not
 * looked at: a class may well be called "max (acute)".
 */
export function aggregateWithoutInterval(sql: string): string | null {
  const code = sql.replace(NO_CODE, " ");
  return NO_JACKKNIFE.find(([pattern]) => pattern.test(code))?.[1] ?? null;
}
