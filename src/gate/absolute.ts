import { intervalOf, pValue } from "../statistics/interval.ts";
import type { Interval } from "../statistics/uncertainty.ts";
import { type Decision, type Family, INTERVAL_LEVEL } from "./decision.ts";
import { doubtText, familyText, intervalText, rowsText } from "./decision-text.ts";
import type { EvidenceNumber, JudgedMetric } from "./evidence.ts";
import { moreRowsToDecide } from "./more-rows.ts";
import { formatBeside, formatExact, formatRange } from "./number-text.ts";

/** One absolute bound held against one number. */
export type AbsoluteQuestion = {
  /** "Recall of “site = A”". */
  readonly subject: string;
  readonly metric: JudgedMetric;
  readonly side: "min" | "max";
  readonly bound: number;
  readonly evidence: EvidenceNumber;
  readonly isProofRequired: boolean;
  /** Rows behind the number; null where it does not come from rows. */
  readonly rows: number | null;
};

/**
 * Judges an absolute bound. On all rows (`family` null) the estimate decides. A slice is *missed* only if its p-value
 * passes Benjamini–Hochberg among the slices: of many small slices some fall below a bound by chance alone. With proof
 * required the 95% interval must clear the bound, each slice's by itself.
 */
export function judgeAbsolute(question: AbsoluteQuestion, family: Family | null): Decision {
  const { evidence, side, bound, isProofRequired } = question;
  const interval = absoluteInterval(question);
  const isWithin = side === "min" ? evidence.value >= bound : evidence.value <= bound;
  if (isWithin) {
    const isProven = interval.known && (side === "min" ? interval.low >= bound : interval.high <= bound);
    if (!isProofRequired || isProven) return decision("met", question, interval, "");
    return decision(
      "undecided",
      question,
      interval,
      ": the objective asks for proof, and the interval does not give it",
    );
  }
  if (family === null || evidence.nature !== "sampled" || family.isMissed) {
    return decision("missed", question, interval, familyText(family));
  }
  return decision("undecided", question, interval, `: ${doubtText(interval)}${familyText(family)}`);
}

/** One-sided p-value of "the truth lies within the bound": small where it lies beyond. Null where nothing is known. */
export function pWithinBound({ evidence, bound, side }: AbsoluteQuestion): number | null {
  if (evidence.nature !== "sampled") return null;
  return pValue(evidence, bound, side === "min" ? "less" : "greater");
}

function absoluteInterval({ evidence, metric }: AbsoluteQuestion): Interval {
  switch (evidence.nature) {
    case "sampled":
      return intervalOf(evidence, INTERVAL_LEVEL, metric.range);
    case "exact":
      return { known: true, low: evidence.value, high: evidence.value, level: INTERVAL_LEVEL };
    case "single run":
      return { known: false, reason: "a single run" };
  }
}

function decision(
  status: Decision["status"],
  question: AbsoluteQuestion,
  interval: Interval,
  consequence: string,
): Decision {
  const { subject, metric, side, bound, evidence, rows } = question;
  const relation = relationText(evidence.value, bound, side);
  const shown =
    evidence.nature === "sampled" ? intervalText(interval, (low, high) => formatRange(low, high, metric.unit)) : "";
  const needed =
    status === "undecided" && evidence.nature === "sampled" && rows !== null
      ? moreRowsToDecide(evidence, bound, rows)
      : null;
  const value = formatBeside(evidence.value, bound, metric.unit);
  return {
    status,
    reason: `${subject} ${value}${shown} is ${relation} ${formatExact(bound, metric.unit)}${consequence}${rowsText(needed)}`,
    rowsToDecide: needed,
  };
}

function relationText(value: number, bound: number, side: "min" | "max"): string {
  if (value === bound) return "exactly at the bound of";
  const isBelow = value < bound;
  if (side === "min") return isBelow ? "below the least acceptable" : "above the least acceptable";
  return isBelow ? "below the greatest acceptable" : "above the greatest acceptable";
}
