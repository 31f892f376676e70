import { type Estimate, type Uncertainty, unknownUncertainty } from "./uncertainty.ts";

/** Counts and rates of fewer events than this have too few rows behind them: 87% coverage seen where 95% was said. */
const FEWEST_EVENTS = 10;

/** What varies by less than this, relative to its size, varies by the order of summation. */
const ROUNDING = 1e-12;

/** A statistic that hangs on so few of the blocks is an extreme or a rare event; its jackknife interval is wrong. */
const LEAST_MOVING_SHARE = 0.5;

/**
 * Uncertainty by the delete-a-group jackknife: t with blocks − 1 degrees of freedom around the value, from `leftOut`
 * [k], the metric with each of k random blocks of equal size left out; null or NaN where it was undefined. Right for
 * smooth statistics (means, ratios, ranking metrics). Not for minimum, maximum, quantiles and distinct counts:
 * extremes are recognised here (few blocks move them), quantiles and distinct counts the caller must keep away. Kott
 * 2001.
 */
export function jackknifeUncertainty(
  value: number,
  leftOut: readonly (number | null)[],
  size: number = Math.abs(value),
): Uncertainty {
  const values = leftOut.filter((left): left is number => left !== null && Number.isFinite(left));
  const blocks = leftOut.length;
  if (values.length < blocks) return unknownUncertainty("without some of the rows it is undefined");
  const moving = values.filter((left) => Math.abs(left - value) > ROUNDING * size).length;
  if (moving === 0) return unknownUncertainty("it is the same whichever rows are left out, which is not certainty");
  if (moving < LEAST_MOVING_SHARE * blocks) return unknownUncertainty("it hangs on few of the rows");
  const mean = values.reduce((sum, left) => sum + left, 0) / blocks;
  const squares = values.reduce((sum, left) => sum + (left - mean) ** 2, 0);
  return {
    kind: "t",
    method: `jackknife over ${blocks} blocks`,
    standardError: Math.sqrt(((blocks - 1) / blocks) * squares),
    degreesOfFreedom: blocks - 1,
  };
}

/** A metric of your own: its value in all, and with each block left out. */
export type LeftOutMetric = {
  readonly value: number;
  readonly leftOut: readonly (number | null)[];
  /** Rows that the statistic counts, where that is known. */
  readonly events: number | null;
};

/** Estimate of a custom metric by the jackknife; unknown from fewer than 10 events. */
export function jackknifeEstimate(metric: LeftOutMetric): Estimate {
  const { value, leftOut } = metric;
  return { value, uncertainty: fewEvents(metric) ?? jackknifeUncertainty(value, leftOut) };
}

/**
 * Candidate minus baseline of a custom metric, from the same blocks left out on both sides; unknown where either side
 * counts fewer than 10 events. Throws a RangeError if the two have unequal numbers of blocks.
 */
export function jackknifeDifference(candidate: LeftOutMetric, baseline: LeftOutMetric): Estimate {
  if (candidate.leftOut.length !== baseline.leftOut.length) throw new RangeError("the two sides have different blocks");
  const leftOut = candidate.leftOut.map((left, block) => {
    const other = baseline.leftOut[block] ?? null;
    return left === null || other === null ? null : left - other;
  });
  const value = candidate.value - baseline.value;
  const size = Math.max(Math.abs(candidate.value), Math.abs(baseline.value));
  const few = fewEvents(candidate) ?? fewEvents(baseline);
  return { value, uncertainty: few ?? jackknifeUncertainty(value, leftOut, size) };
}

function fewEvents({ events }: LeftOutMetric): Uncertainty | null {
  if (events === null || events >= FEWEST_EVENTS) return null;
  return unknownUncertainty(`it counts only ${events} rows, and ${FEWEST_EVENTS} are needed`);
}
