import type { FloatArray } from "../metrics/observations.ts";
import type { Curves } from "../report/schema.ts";

/**
 * The calibration curve: rows put into `bins` equal-width bins (lower, upper] of their score, 0 going to the first, as
 * the expected calibration error has them; bins without rows are left out. `score` is [n] in [0, 1], `outcome` [n] of 0 and 1.
 */
export function calibrationBins(
  score: FloatArray,
  outcome: Uint8Array,
  bins: number,
): NonNullable<Curves["calibration"]> {
  const rows = new Array<number>(bins).fill(0);
  const scores = new Array<number>(bins).fill(0);
  const outcomes = new Array<number>(bins).fill(0);
  for (let row = 0; row < score.length; row++) {
    const value = score[row] as number;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(value * bins) - 1));
    rows[bin] = (rows[bin] as number) + 1;
    scores[bin] = (scores[bin] as number) + value;
    outcomes[bin] = (outcomes[bin] as number) + (outcome[row] as number);
  }
  return rows.flatMap((count, bin) => {
    if (count === 0) return [];
    return [
      { meanScore: (scores[bin] as number) / count, observedRate: (outcomes[bin] as number) / count, rows: count },
    ];
  });
}
