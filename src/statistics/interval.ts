import { isReadable, quantileAt, smallestTail, tailsAt } from "./confidence-distribution.ts";
import { normalUpperQuantile, normalUpperTail } from "./normal.ts";
import { studentUpperQuantile, studentUpperTail } from "./student-t.ts";
import type { Tails } from "./tails.ts";
import { tangoInterval, tangoTails } from "./tango.ts";
import type { Estimate, Interval, Uncertainty } from "./uncertainty.ts";
import { wilsonInterval, wilsonTails } from "./wilson.ts";

/** Bounds of a metric's value; null (or an infinity) where there is none. */
export type ValueRange = readonly [low: number | null, high: number | null];

/** `greater` asks to prove "the truth is above the bound", against H₀ "at most the bound"; `less` the reverse. */
export type Alternative = "greater" | "less" | "two-sided";

type Ends = { readonly low: number; readonly high: number };

/**
 * The two-sided interval of an estimate at `level`, in (0, 1), clipped to `range`; unknown, with the reason, where
 * there is no honest one. It holds just those bounds that `pValue` does not reject two-sided at 1 − level.
 * Throws a RangeError for a level outside (0, 1).
 */
export function intervalOf(estimate: Estimate, level: number, range: ValueRange = [null, null]): Interval {
  if (!(level > 0 && level < 1)) throw new RangeError(`an interval's level lies in (0, 1), and ${level} does not`);
  // Without the rounding of 1 − level: 0.025 is a point of the grid.
  const tail = Number(((1 - level) / 2).toPrecision(12));
  const reason = whyNone(estimate) ?? whyNoneAt(estimate.uncertainty, tail);
  if (reason !== null) return { known: false, reason };
  const { low, high } = endsOf(estimate, tail);
  return { known: true, low: clip(low, range), high: clip(high, range), level };
}

/**
 * P-value of an estimate against `bound`: how probable evidence this strong were if H₀ ("truth ≤ bound" for `greater`,
 * "≥ bound" for `less`, "= bound" for `two-sided`) held. Null where nothing is known about the uncertainty.
 * The score test at 0 of a paired accuracy difference is McNemar's without correction; `mcnemar` has the exact ones.
 */
export function pValue(estimate: Estimate, bound: number, alternative: Alternative): number | null {
  if (whyNone(estimate) !== null || Number.isNaN(bound)) return null;
  const { upper, lower } = tailsOf(estimate, bound);
  switch (alternative) {
    case "greater":
      return upper;
    case "less":
      return lower;
    case "two-sided":
      return Math.min(1, 2 * Math.min(upper, lower));
  }
}

/**
 * Why an estimate has no interval at any level. Estimates travel in reports: numbers that contradict each other have
 * none.
 */
function whyNone({ value, uncertainty }: Estimate): string | null {
  if (!Number.isFinite(value)) return "the estimate is not a finite number";
  switch (uncertainty.kind) {
    case "unknown":
      return uncertainty.reason;
    case "identical":
      return value === 0 ? null : "identical predictions cannot differ";
    case "normal":
      if (uncertainty.scale === "logit" && !(value > 0 && value < 1))
        return "the estimate lies on the edge of its range";
      return whyNoSpread(uncertainty.standardError);
    case "t":
      if (!(uncertainty.degreesOfFreedom >= 1)) return "there is less than one degree of freedom";
      return whyNoSpread(uncertainty.standardError);
    case "resampled":
      return isReadable(uncertainty) ? null : "the resamples show no spread that could be read";
    case "wilson": {
      const { successes, trials } = uncertainty;
      return trials > 0 && successes >= 0 && successes <= trials ? null : "there are more successes than trials";
    }
    case "tango": {
      const { candidateOnly, baselineOnly, rows } = uncertainty;
      const fits = rows > 0 && candidateOnly >= 0 && baselineOnly >= 0 && candidateOnly + baselineOnly <= rows;
      return fits ? null : "there are more discordant rows than rows";
    }
  }
}

/** Zero variance is not certainty. */
function whyNoSpread(standardError: number): string | null {
  return standardError > 0 && Number.isFinite(standardError)
    ? null
    : "the rows show no variation, which is not certainty";
}

function whyNoneAt(uncertainty: Uncertainty, tail: number): string | null {
  if (uncertainty.kind !== "resampled" || tail >= smallestTail(uncertainty.resamples)) return null;
  return `${uncertainty.resamples} resamples are too few for a level of ${1 - 2 * tail}`;
}

function endsOf({ value, uncertainty }: Estimate, tail: number): Ends {
  switch (uncertainty.kind) {
    case "normal": {
      const half = normalUpperQuantile(tail) * uncertainty.standardError;
      if (uncertainty.scale === "identity") return { low: value - half, high: value + half };
      const halfLogit = half / (value * (1 - value));
      return { low: fromLogit(logit(value) - halfLogit), high: fromLogit(logit(value) + halfLogit) };
    }
    case "t": {
      const half = studentUpperQuantile(tail, uncertainty.degreesOfFreedom) * uncertainty.standardError;
      return { low: value - half, high: value + half };
    }
    case "wilson":
      return wilsonInterval(uncertainty.successes, uncertainty.trials, normalUpperQuantile(tail));
    case "tango":
      return tangoInterval(uncertainty, normalUpperQuantile(tail));
    case "resampled":
      return { low: quantileAt(uncertainty, tail), high: quantileAt(uncertainty, 1 - tail) };
    case "identical":
      return { low: 0, high: 0 };
    case "unknown":
      throw new RangeError("an unknown uncertainty has no interval");
  }
}

function tailsOf({ value, uncertainty }: Estimate, bound: number): Tails {
  switch (uncertainty.kind) {
    case "normal": {
      const { standardError, scale } = uncertainty;
      const gap = scale === "identity" ? value - bound : (logit(value) - logit(bound)) * value * (1 - value);
      return { upper: normalUpperTail(gap / standardError), lower: normalUpperTail(-gap / standardError) };
    }
    case "t": {
      const t = (value - bound) / uncertainty.standardError;
      const { degreesOfFreedom } = uncertainty;
      return { upper: studentUpperTail(t, degreesOfFreedom), lower: studentUpperTail(-t, degreesOfFreedom) };
    }
    case "wilson":
      return wilsonTails(uncertainty.successes, uncertainty.trials, bound);
    case "tango":
      return tangoTails(uncertainty, bound);
    case "resampled":
      return tailsAt(uncertainty, bound);
    case "identical":
      return { upper: bound < 0 ? 0 : 1, lower: bound > 0 ? 0 : 1 };
    case "unknown":
      throw new RangeError("an unknown uncertainty has no p-value");
  }
}

/** −Infinity and Infinity at and beyond 0 and 1. */
function logit(share: number): number {
  if (share <= 0) return Number.NEGATIVE_INFINITY;
  if (share >= 1) return Number.POSITIVE_INFINITY;
  return Math.log(share) - Math.log1p(-share);
}

function fromLogit(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function clip(value: number, [low, high]: ValueRange): number {
  return Math.min(high ?? Number.POSITIVE_INFINITY, Math.max(low ?? Number.NEGATIVE_INFINITY, value));
}
