import { binomialCdf, binomialMass } from "./incomplete-beta.ts";

/**
 * McNemar's test that two models are right equally often, from the rows that only one of them got right: whole numbers
 * ≥ 0. Two-sided p-values: `exact` keeps its level at any size, `midP` has the 5% that it promises (Fagerland et al.
 * 2013). Both are 1 where no row is discordant. For a margin other than 0 use Tango's test.
 * @example mcnemar(5, 15) // { exact: 0.04138946533203125, midP: 0.0266036987… }
 */
export function mcnemar(candidateOnly: number, baselineOnly: number): { exact: number; midP: number } {
  const discordant = candidateOnly + baselineOnly;
  const fewer = Math.min(candidateOnly, baselineOnly);
  const both = 2 * binomialCdf(fewer, discordant, 0.5, 0.5);
  return { exact: Math.min(1, both), midP: Math.min(1, both - binomialMass(fewer, discordant, 0.5, 0.5)) };
}
