import type { Metric } from "../metric.ts";
import { givenDecisions } from "./given.ts";

/** The margins and the diagonal of the confusion matrix, each [k]: all that the metrics of decisions depend on. */
export type ClassTotals = {
  /** Rows of each class. */
  readonly support: Float64Array;
  /** Rows predicted to be of each class. */
  readonly predicted: Float64Array;
  /** Rows of each class that are predicted so. */
  readonly hits: Float64Array;
  /** All rows; positive. */
  rows: number;
};

/** A metric as a function of the totals. */
export type TotalsFormula = {
  /** NaN where undefined, as 0 / 0 is. */
  readonly compute: (totals: ClassTotals) => number;
  readonly whyUndefined: (totals: ClassTotals, labels: readonly string[]) => string;
  /** What a reader must know about the value; null: nothing. */
  readonly note?: (totals: ClassTotals, labels: readonly string[]) => string | null;
};

export type TotalsMetric = {
  readonly prepare: Metric<"multiclass">["prepare"];
  readonly fromConfusion: (counts: Float64Array, k: number) => number;
};

/** `prepare` and `fromConfusion` of a formula. A resample costs O(n + k), with no confusion matrix in between. */
export function totalsMetric(formula: TotalsFormula): TotalsMetric {
  const prepare: TotalsMetric["prepare"] = (observations) =>
    givenDecisions(observations, (predicted) => {
      const { codes, labels } = observations;
      const { note } = formula;
      const scratch = emptyTotals(labels.length);
      const all = () => countRows(codes, predicted, labels.length);
      return {
        resample: (counts) => {
          sumRows(scratch, codes, predicted, counts);
          return computeNonEmpty(formula, scratch);
        },
        whyUndefined: () => formula.whyUndefined(all(), labels),
        ...(note === undefined ? {} : { note: () => note(all(), labels) }),
      };
    });
  let scratch = emptyTotals(0);
  const fromConfusion = (counts: Float64Array, k: number) => {
    if (scratch.support.length !== k) scratch = emptyTotals(k);
    sumCells(scratch, counts, k);
    return computeNonEmpty(formula, scratch);
  };
  return { prepare, fromConfusion };
}

function computeNonEmpty(formula: TotalsFormula, totals: ClassTotals): number {
  return totals.rows === 0 ? Number.NaN : formula.compute(totals);
}

function emptyTotals(k: number): ClassTotals {
  return { support: new Float64Array(k), predicted: new Float64Array(k), hits: new Float64Array(k), rows: 0 };
}

function clear(totals: ClassTotals): void {
  totals.support.fill(0);
  totals.predicted.fill(0);
  totals.hits.fill(0);
  totals.rows = 0;
}

function countRows(codes: Int32Array, predicted: Int32Array, k: number): ClassTotals {
  const totals = emptyTotals(k);
  sumRows(totals, codes, predicted, new Uint32Array(codes.length).fill(1));
  return totals;
}

function sumRows(totals: ClassTotals, codes: Int32Array, predicted: Int32Array, counts: Uint32Array): void {
  clear(totals);
  for (let row = 0; row < codes.length; row++) {
    const count = counts[row] as number;
    const code = codes[row] as number;
    const decided = predicted[row] as number;
    totals.rows += count;
    (totals.support[code] as number) += count;
    (totals.predicted[decided] as number) += count;
    if (code === decided) (totals.hits[code] as number) += count;
  }
}

function sumCells(totals: ClassTotals, counts: Float64Array, k: number): void {
  clear(totals);
  for (let code = 0; code < k; code++) {
    for (let decided = 0; decided < k; decided++) {
      const count = counts[code * k + decided] as number;
      totals.rows += count;
      (totals.support[code] as number) += count;
      (totals.predicted[decided] as number) += count;
    }
    totals.hits[code] = counts[code * k + code] as number;
  }
}
