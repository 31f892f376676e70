/** True where two models said the same on every row: the same number of rows, and each pair equal (−0 and 0 are). */
export function arePredictionsIdentical(candidate: ArrayLike<number>, baseline: ArrayLike<number>): boolean {
  if (candidate.length !== baseline.length) return false;
  for (let at = 0; at < candidate.length; at++) if (candidate[at] !== baseline[at]) return false;
  return true;
}
