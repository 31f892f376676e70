import { readFileSync } from "node:fs";

type Numbers = number[];

/** What `test/fixtures/golden/statistics.py` wrote. */
type Golden = {
  distributions: Record<
    "normal_cdf" | "normal_quantile" | "t_upper_tail" | "t_upper_quantile" | "binomial" | "beta",
    Numbers[]
  >;
  wilson: Numbers[];
  mcnemar: Numbers[];
  tango: { scores: Numbers[]; intervals: Numbers[] };
  delong: { positive: Numbers; scores: Numbers[]; aucs: Numbers; covariance: Numbers[] }[];
  paired_t: {
    candidate: Numbers;
    baseline: Numbers;
    difference: number;
    p: number;
    standard_error: number;
    interval: [number, number];
    rmse_difference: number;
  };
  quantiles: { sample: Numbers; counts: Numbers; cases: Numbers[] };
  benjamini_hochberg: [Numbers, Numbers][];
};

export const golden: Golden = JSON.parse(
  readFileSync(new URL("../../fixtures/golden/statistics.json", import.meta.url), "utf8"),
);

/** |actual / expected − 1|; absolute where 0 is expected. */
export function relativeError(actual: number, expected: number): number {
  if (actual === expected) return 0;
  return expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1);
}
