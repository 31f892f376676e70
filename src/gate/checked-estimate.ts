import type { Measured } from "../report/schema.ts";
import { QUANTILE_GRID } from "../statistics/quantile-grid.ts";
import type { Estimate, Uncertainty } from "../statistics/uncertainty.ts";
import { type Found, found, missing } from "./evidence.ts";

/** A value of one model, or the difference of two. */
export type EstimateRole = "value" | "difference";

/** How far what belongs together may differ by rounding, relative to its size (at least 1). */
const ROUNDING = 1e-6;

/**
 * A measured number that can be judged by: finite, and with an uncertainty that can belong to it. The report comes from
 * outside: what contradicts itself is no evidence.
 */
export function checkedEstimate(measured: Measured, role: EstimateRole): Found<Estimate> {
  if (!measured.measured) return missing(`is not measured: ${measured.reason}`);
  if (!Number.isFinite(measured.value)) return missing("is not a finite number");
  const { value, uncertainty } = measured;
  const contradiction = contradictionIn(value, uncertainty, role);
  if (contradiction !== null) return missing(`contradicts itself in the report: ${contradiction}`);
  return found({ value, uncertainty });
}

/** True where the three numbers add up, give or take rounding. */
export function isDifferenceOf(difference: number, candidate: number, baseline: number): boolean {
  return isNear(difference, candidate - baseline, Math.max(Math.abs(candidate), Math.abs(baseline)));
}

function isNear(a: number, b: number, size: number): boolean {
  return Math.abs(a - b) <= ROUNDING * Math.max(1, size);
}

function contradictionIn(value: number, uncertainty: Uncertainty, role: EstimateRole): string | null {
  switch (uncertainty.kind) {
    case "normal":
      return isStandardError(uncertainty.standardError) ? null : "its standard error is none";
    case "t":
      return isStandardError(uncertainty.standardError) && uncertainty.degreesOfFreedom > 0
        ? null
        : "its standard error or degrees of freedom are none";
    case "wilson": {
      const { successes, trials } = uncertainty;
      if (role === "difference") return "a difference is given as a single proportion";
      return isCountOf(successes, trials) && isNear(value, successes / trials, 1)
        ? null
        : `it is not ${successes} of ${trials}`;
    }
    case "tango": {
      const { candidateOnly, baselineOnly, rows } = uncertainty;
      if (role === "value") return "a value is given as a paired difference";
      return isCountOf(candidateOnly, rows) &&
        isCountOf(candidateOnly + baselineOnly, rows) &&
        isNear(value, (candidateOnly - baselineOnly) / rows, 1)
        ? null
        : `it is not (${candidateOnly} − ${baselineOnly}) of ${rows}`;
    }
    case "resampled":
      return areQuantiles(uncertainty.quantiles) ? null : "its quantiles are none";
    case "identical":
      return role === "difference" && value === 0 ? null : "only a difference of 0 comes from identical predictions";
    case "unknown":
      return null;
  }
}

function isStandardError(standardError: number): boolean {
  return Number.isFinite(standardError) && standardError >= 0;
}

function isCountOf(count: number, all: number): boolean {
  return Number.isInteger(count) && Number.isInteger(all) && count >= 0 && all > 0 && count <= all;
}

function areQuantiles(quantiles: readonly number[]): boolean {
  return (
    quantiles.length === QUANTILE_GRID.length &&
    quantiles.every((quantile, at) => Number.isFinite(quantile) && (at === 0 || quantile >= (quantiles[at - 1] ?? 0)))
  );
}
