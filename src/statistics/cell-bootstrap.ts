import type { Random } from "./random.ts";
import { accelerationOf, resampledUncertainties } from "./resampled-uncertainty.ts";
import { comparedEstimates, FEWEST_UNITS, type SideUncertainties, tooFewUnits } from "./side-uncertainties.ts";
import type { ComparedEstimates } from "./uncertainty.ts";

/** Class of each row, [n], in 0 … k − 1. */
type Classes = Uint8Array | Int32Array;

export type CellBootstrapRequest = {
  readonly truth: Classes;
  readonly candidate: Classes;
  /** Null where there is nothing to compare with. */
  readonly baseline: Classes | null;
  /** Number of classes. */
  readonly k: number;
  /** The metric of a confusion matrix [k, k], counts[true · k + predicted]; NaN where undefined. */
  readonly metric: (counts: Float64Array, k: number) => number;
  /** Both models predicted the same on every row: the difference is exactly 0. */
  readonly identical: boolean;
  readonly resamples: number;
  readonly random: Random;
};

/** The metric of cells [cells] by how often each was drawn. */
type Scorer = (counts: Float64Array) => number;

/** Rows that agree in truth and in what both models predicted. */
type Cell = { readonly truth: number; readonly candidate: number; readonly baseline: number; readonly rows: number };

/**
 * The bootstrap of `bootstrap.ts` for metrics of the confusion matrix: rows that agree in truth and both predictions
 * are one cell, and how often each cell is drawn is multinomial, by one binomial draw a cell. The same distribution as
 * drawing rows, at a cost of O(B · k²) that does not grow with them, so that it serves any number of rows. Not for
 * grouped rows.
 * Throws a RangeError where the metric of all rows is undefined.
 */
export function cellBootstrap(request: CellBootstrapRequest): ComparedEstimates {
  const { identical, truth, resamples, random } = request;
  const cells = cellsOf(request);
  const candidate = scorer(request, cells, "candidate");
  const baseline = request.baseline === null || identical ? null : scorer(request, cells, "baseline");
  const counts = rowsOf(cells);
  const values = {
    candidate: candidate(counts),
    baseline: request.baseline === null ? null : (baseline ?? candidate)(counts),
    identical,
  };
  const scorers = baseline === null ? [candidate] : [candidate, baseline];
  return comparedEstimates(values, uncertaintiesOf(cells, scorers, truth.length, resamples, random));
}

function uncertaintiesOf(
  cells: readonly Cell[],
  scorers: readonly Scorer[],
  rows: number,
  resamples: number,
  random: Random,
): SideUncertainties {
  if (rows < FEWEST_UNITS) {
    return tooFewUnits(rows, "row");
  }
  const sides = scorers.map((score) => ({
    score,
    value: score(rowsOf(cells)),
    draws: new Float64Array(resamples),
    acceleration: accelerationOf(withoutOneRow(cells, score), rowsOf(cells)),
  }));
  const counts = new Float64Array(cells.length);
  for (let at = 0; at < resamples; at++) {
    drawCells(cells, rows, counts, random);
    for (const side of sides) side.draws[at] = side.score(counts);
  }
  return resampledUncertainties(sides, { units: rows, method: "bootstrap" });
}

function cellsOf({ truth, candidate, baseline, k }: CellBootstrapRequest): Cell[] {
  const second = baseline ?? candidate;
  const rowsByKey = new Map<number, number>();
  for (let row = 0; row < truth.length; row++) {
    const key = ((truth[row] as number) * k + (candidate[row] as number)) * k + (second[row] as number);
    rowsByKey.set(key, (rowsByKey.get(key) ?? 0) + 1);
  }
  // In the order of keys: what is drawn must not hang on the order of rows.
  return [...rowsByKey]
    .sort(([a], [b]) => a - b)
    .map(([key, rows]) => ({
      truth: Math.floor(key / (k * k)),
      candidate: Math.floor(key / k) % k,
      baseline: key % k,
      rows,
    }));
}

/** Multinomial counts of the cells: each binomial among the rows that the cells before it have left. */
function drawCells(cells: readonly Cell[], rows: number, counts: Float64Array, random: Random): void {
  let undrawn = rows;
  let rest = rows;
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at] as Cell;
    const drawn = cell.rows >= rest ? undrawn : random.binomial(undrawn, cell.rows / rest);
    counts[at] = drawn;
    undrawn -= drawn;
    rest -= cell.rows;
  }
}

/**
 * The metric without one row of each cell, [cells]: the jackknife over rows, each value standing for the cell's rows.
 */
function withoutOneRow(cells: readonly Cell[], score: Scorer): Float64Array {
  const counts = rowsOf(cells);
  return Float64Array.from(cells, (cell, at) => {
    counts[at] = cell.rows - 1;
    const value = score(counts);
    counts[at] = cell.rows;
    return value;
  });
}

function rowsOf(cells: readonly Cell[]): Float64Array {
  return Float64Array.from(cells, (cell) => cell.rows);
}

/** The metric of one model as a function of how often each cell was drawn. */
function scorer({ k, metric }: CellBootstrapRequest, cells: readonly Cell[], model: "candidate" | "baseline"): Scorer {
  const places = Uint32Array.from(cells, (cell) => cell.truth * k + cell[model]);
  const confusion = new Float64Array(k * k);
  return (counts) => {
    confusion.fill(0);
    for (let at = 0; at < places.length; at++) {
      const place = places[at] as number;
      confusion[place] = (confusion[place] as number) + (counts[at] as number);
    }
    return metric(confusion, k);
  };
}
