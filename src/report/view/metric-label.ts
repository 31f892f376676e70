/** A space that no line ends at. */
export const NO_BREAK = "\u00a0";

/** What a metric is called, and which direction is better. */
export type MetricName = { readonly label: string; readonly better: "higher" | "lower" | null };

/** A metric's name and behind it which direction is better: "ROC AUC ↑"; no arrow where that is not known. */
export function withDirection(label: string, better: MetricName["better"], space: string = NO_BREAK): string {
  if (better === null) return label;
  return `${label}${space}${better === "higher" ? "↑" : "↓"}`;
}
