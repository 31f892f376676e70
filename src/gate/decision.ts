/** What the evidence says of one bound. */
export type Decision = {
  readonly status: "met" | "missed" | "undecided";
  readonly reason: string;
  readonly rowsToDecide: number | null;
};

/** How one slice fared among all slices that are judged together (Benjamini & Hochberg 1995). */
export type Family = {
  /** True where the adjusted p-value is at most the family's rate of false discoveries. */
  readonly isMissed: boolean;
  /** Null where no interval is known: such a slice is not tested. */
  readonly adjustedP: number | null;
  /** How many were tested together. */
  readonly size: number;
};

/** Level of the two-sided interval that proves or disproves. */
export const INTERVAL_LEVEL = 0.95;
/** Expected share of false alarms among the slices called missed. */
export const FALSE_DISCOVERY_RATE = 0.05;
