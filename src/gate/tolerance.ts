import { type Found, found, missing } from "./evidence.ts";
import { formatExact } from "./number-text.ts";

/** How much worse than the baseline is accepted: in the metric's unit, at least 0, and as the policy wrote it. */
export type Tolerance = { readonly margin: number; readonly text: string };

/** A percentage of less than this is a percentage of nothing. */
const NEAR_ZERO = 1e-9;

/** Reads `0.02` or `10%`; the percentage is of |baseline|. */
export function toleranceOf(tolerance: number | string, baseline: number, unit: string | null): Found<Tolerance> {
  if (typeof tolerance === "number") {
    if (!Number.isFinite(tolerance) || tolerance < 0) return missing(`cannot be judged by a tolerance of ${tolerance}`);
    return found({ margin: tolerance, text: formatExact(tolerance, unit) });
  }
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(tolerance)?.[1];
  if (percent === undefined)
    return missing("cannot be judged by a tolerance that is neither a number nor a percentage");
  if (Math.abs(baseline) < NEAR_ZERO) {
    return missing(`cannot be judged: the tolerance is ${tolerance} of the baseline, and the baseline is ${baseline}`);
  }
  return found({ margin: (Number(percent) / 100) * Math.abs(baseline), text: `${tolerance} of the baseline` });
}
