/**
 * P-values adjusted for their number so that rejecting those ≤ q keeps the expected share of false rejections ≤ q, in
 * the order given, [m] to [m]. Benjamini & Hochberg 1995 (step-up). Throws a RangeError for a p-value outside [0, 1].
 * @example benjaminiHochberg([0.01, 0.04, 0.03, 0.5]) // [0.04, 0.0533…, 0.0533…, 0.5]
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const wrong = pValues.find((p) => !(p >= 0 && p <= 1));
  if (wrong !== undefined) throw new RangeError(`a p-value lies in [0, 1], and ${wrong} does not`);
  const descending = pValues.map((p, at) => ({ p, at })).sort((a, b) => b.p - a.p);
  const adjusted = new Array<number>(pValues.length);
  let least = 1;
  for (const [above, { p, at }] of descending.entries()) {
    least = Math.min(least, (p * pValues.length) / (pValues.length - above));
    adjusted[at] = least;
  }
  return adjusted;
}
