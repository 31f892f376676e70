import { intervalOf, pValue } from "../statistics/interval.ts";
import type { Estimate, Interval } from "../statistics/uncertainty.ts";
import { type Decision, type Family, INTERVAL_LEVEL } from "./decision.ts";
import { doubtText, familyText, intervalText, rowsText } from "./decision-text.ts";
import type { ComparisonNumbers, JudgedMetric } from "./evidence.ts";
import { moreRowsToDecide } from "./more-rows.ts";
import { formatBeside, formatDifferenceRange, formatDistance, formatValue } from "./number-text.ts";
import type { Tolerance } from "./tolerance.ts";

/** Candidate and baseline, and how much worse the candidate may be. */
export type RelativeQuestion = {
  readonly subject: string;
  readonly metric: JudgedMetric;
  readonly comparison: ComparisonNumbers;
  readonly tolerance: Tolerance;
  readonly isProofRequired: boolean;
  /** Rows behind the numbers; null where they do not come from rows. */
  readonly rows: number | null;
};

/** Which way the difference is worse, and where it becomes too much. */
type Margin = { readonly bound: number; readonly isHigherBetter: boolean };

/**
 * Judges a relative bound: *missed* if the whole 95% interval of the difference lies beyond the margin, *met* if it lies
 * wholly within, else *undecided*. On slices Benjamini–Hochberg decides *missed* instead, and *met* stays each slice's own.
 *
 * Sizes are exact and have no interval to wait for. What a single training run took has no known interval either: it is
 * compared as it was seen, and can never be proven.
 */
export function judgeRelative(question: RelativeQuestion, family: Family | null): Decision {
  const { comparison, isProofRequired } = question;
  const { difference } = comparison;
  if (difference.nature === "sampled") return judgeSampled(question, difference, family);
  if (difference.nature === "single run" && isProofRequired) {
    return decision("undecided", question, null, ": a single run of each proves nothing");
  }
  return decision(isWithin(difference.value, marginOf(question)) ? "met" : "missed", question, null, "");
}

/** One-sided p-value of "not worse than the margin": small where the candidate is worse. Null where nothing is known. */
export function pWithinMargin(question: RelativeQuestion): number | null {
  const { difference } = question.comparison;
  if (difference.nature !== "sampled") return null;
  const { bound, isHigherBetter } = marginOf(question);
  return pValue(difference, bound, isHigherBetter ? "less" : "greater");
}

function judgeSampled(question: RelativeQuestion, difference: Estimate, family: Family | null): Decision {
  const margin = marginOf(question);
  const interval = intervalOf(difference, INTERVAL_LEVEL, differenceRange(question.metric));
  // Equal predictions are equal: no interval has to clear a margin of 0.
  if (difference.uncertainty.kind === "identical") return decision("met", question, interval, "");
  const isMissed = family === null ? isBeyond(interval, margin) : family.isMissed;
  if (isMissed) return decision("missed", question, interval, familyText(family));
  if (isInside(interval, margin)) return decision("met", question, interval, "");
  return decision("undecided", question, interval, `: ${doubtText(interval)}${familyText(family)}`);
}

function marginOf({ metric, tolerance }: RelativeQuestion): Margin {
  const isHigherBetter = metric.better === "higher";
  return { bound: isHigherBetter ? -tolerance.margin : tolerance.margin, isHigherBetter };
}

function isWithin(difference: number, { bound, isHigherBetter }: Margin): boolean {
  return isHigherBetter ? difference >= bound : difference <= bound;
}

function isBeyond(interval: Interval, { bound, isHigherBetter }: Margin): boolean {
  return interval.known && (isHigherBetter ? interval.high < bound : interval.low > bound);
}

function isInside(interval: Interval, { bound, isHigherBetter }: Margin): boolean {
  return interval.known && (isHigherBetter ? interval.low > bound : interval.high < bound);
}

function differenceRange({ range: [low, high] }: JudgedMetric): readonly [number, number] {
  return [low - high, high - low];
}

function decision(
  status: Decision["status"],
  question: RelativeQuestion,
  interval: Interval | null,
  consequence: string,
): Decision {
  const { subject, metric, comparison, tolerance, rows } = question;
  const { candidate, baseline, difference } = comparison;
  const { unit } = metric;
  const value = formatBeside(candidate, baseline, unit);
  const base = formatValue(baseline, unit);
  if (difference.nature === "sampled" && difference.uncertainty.kind === "identical") {
    return {
      status,
      reason: `${subject} ${value} is the baseline's: on these rows both say the same`,
      rowsToDecide: null,
    };
  }
  const relation =
    difference.value === 0
      ? `equals the baseline's ${base}`
      : `is ${formatDistance(difference.value, unit)} ${difference.value < 0 ? "below" : "above"} the baseline's ${base}`;
  const shown = interval === null ? "" : intervalText(interval, (low, high) => formatDifferenceRange(low, high, unit));
  const needed =
    status === "undecided" && difference.nature === "sampled" && rows !== null
      ? moreRowsToDecide(difference, marginOf(question).bound, rows)
      : null;
  const than = worseText(status, tolerance);
  return {
    status,
    reason: `${subject} ${value} ${relation}${shown}${than}${consequence}${rowsText(needed)}`,
    rowsToDecide: needed,
  };
}

function worseText(status: Decision["status"], { margin, text }: Tolerance): string {
  switch (status) {
    case "met":
      return margin === 0 ? "; no loss is accepted" : `; the tolerance is ${text}`;
    case "missed":
      return margin === 0 ? ", and no loss is accepted" : `, worse by more than the tolerance of ${text}`;
    case "undecided":
      return margin === 0 ? "; no loss is accepted" : `; the tolerance is ${text}`;
  }
}
