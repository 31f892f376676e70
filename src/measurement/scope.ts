import type { AnyMetric } from "../metrics/metric.ts";
import type { Observations, Predictions, Target } from "../metrics/observations.ts";
import { identityOf } from "./identical.ts";
import { type NaiveModel, predictNaively } from "./naive.ts";
import { rowsOf, toObservations } from "./observe.ts";
import { pick, subsetPredictions, subsetTarget } from "./subset.ts";

/** Two models on the same rows. */
export type Sides = {
  readonly target: Target;
  readonly candidate: Predictions;
  readonly baseline: Predictions | null;
  /** Codes [n] of the rows that belong together; null where each row stands for itself. */
  readonly groups: Int32Array | null;
};

/** The rows that metrics are measured on, made ready once for all metrics. */
export type Scope = {
  /** Null for all rows. */
  readonly slice: string | null;
  readonly rows: number;
  readonly candidate: Observations;
  readonly baseline: Observations | null;
  /** Whether the two models say the same in what a metric needs; false without a baseline. */
  readonly isIdentical: (needs: AnyMetric["needs"]) => boolean;
  /** The naive model's observations, by the metric's name; null for no rows. */
  readonly naive: ((metric: string) => Observations) | null;
  readonly groups: Int32Array | null;
};

/** Makes rows ready to be measured on. `naive` has learned from all rows, also where these are a slice. */
export function scopeOf(slice: string | null, sides: Sides, naive: NaiveModel | null): Scope {
  const { target } = sides;
  const rows = rowsOf(target);
  const candidate = toObservations(target, sides.candidate);
  const baseline = sides.baseline && toObservations(target, sides.baseline);
  return {
    slice,
    rows,
    candidate,
    baseline,
    isIdentical: baseline === null ? () => false : identityOf(candidate, baseline),
    naive: naive && naiveObservations(target, naive, rows),
    groups: sides.groups,
  };
}

/** Cuts some rows out of everything: each array is copied once a slice, not once a metric. `rows` are ascending indices. */
export function cutRows({ target, candidate, baseline, groups }: Sides, rows: Uint32Array): Sides {
  const classes = target.task === "multiclass" ? target.labels.length : 1;
  return {
    target: subsetTarget(target, rows),
    candidate: subsetPredictions(candidate, rows, classes),
    baseline: baseline && subsetPredictions(baseline, rows, classes),
    groups: groups && pick(groups, rows, 1),
  };
}

function naiveObservations(target: Target, model: NaiveModel, rows: number): (metric: string) => Observations {
  const usual = toObservations(target, predictNaively(model, rows, false));
  return (metric) => (metric === "pinball" ? toObservations(target, predictNaively(model, rows, true)) : usual);
}
