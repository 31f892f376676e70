import { calibrationErrorOf } from "../calibration.ts";
import type { Metric } from "../metric.ts";
import { givenProbabilities } from "./given.ts";

/** Expected calibration error of the positive class's probability, over equal-width bins. */
export const ece: Metric<"binary"> = {
  name: "ece",
  label: "Expected calibration error",
  task: "binary",
  better: "lower",
  range: [0, 1],
  needs: "score",
  definition:
    "Σ over equal-width bins (lower, upper] of the positive class's probability: share of rows × |observed rate − mean probability|; `calibration_bins`, 10 without it.",
  uncertainty: { kind: "resampling" },
  prepare: (observations, options) =>
    givenProbabilities(observations, (score) => ({
      resample: calibrationErrorOf(score, observations.positive, options.calibrationBins),
      whyUndefined: () => "there are no rows",
    })),
};
