import { calibrationErrorOf } from "../calibration.ts";
import { decideByLargest } from "../decide.ts";
import type { Metric } from "../metric.ts";
import { givenProbabilities } from "./given.ts";

/**
 * Top-label calibration error (Guo et al. 2017): the largest probability of a row against whether that class is right.
 */
export const ece: Metric<"multiclass"> = {
  name: "ece",
  label: "Expected calibration error",
  task: "multiclass",
  better: "lower",
  range: [0, 1],
  needs: "score",
  definition:
    "Σ over equal-width bins (lower, upper] of each row's largest probability: share of rows × |share in which that class is true − mean probability|; `calibration_bins`, 10 without it.",
  uncertainty: { kind: "resampling" },
  prepare: (observations, options) =>
    givenProbabilities(observations, (probabilities) => {
      const { codes, labels } = observations;
      const top = decideByLargest(probabilities, labels.length);
      const confidence = Float64Array.from(top, (label, row) => probabilities[row * labels.length + label] as number);
      const right = Uint8Array.from(codes, (code, row) => (code === top[row] ? 1 : 0));
      return {
        resample: calibrationErrorOf(confidence, right, options.calibrationBins),
        whyUndefined: () => "there are no rows",
      };
    }),
};
