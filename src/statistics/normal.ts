const LOG_SQRT_TWO_PI = 0.9189385332046727;

/** From here on the continued fraction takes over: nearer to 0 it is slow, farther out the series loses digits. */
const FAR_TAIL = 3;

/** Density of the standard normal distribution at `z`. */
function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z - LOG_SQRT_TWO_PI);
}

/**
 * P(Z ≤ z) of the standard normal distribution, to about 14 significant digits in both tails.
 * Near the middle by its power series in z (Marsaglia 2004), in the tails by Laplace's continued fraction.
 * @example normalCdf(1.96) // 0.9750021048517795
 */
export function normalCdf(z: number): number {
  return normalUpperTail(-z);
}

/** P(Z > z) of the standard normal distribution, without the cancellation of 1 − P(Z ≤ z). */
export function normalUpperTail(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z >= FAR_TAIL) return normalDensity(z) * millsRatio(z);
  if (z <= -FAR_TAIL) return 1 - normalDensity(z) * millsRatio(-z);
  return 0.5 - normalDensity(z) * oddSeries(z);
}

/** z + z³/3 + z⁵/15 + …: (P(Z ≤ z) − ½) / density. */
function oddSeries(z: number): number {
  const square = z * z;
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= square / odd;
    sum += term;
  }
  return sum;
}

/** P(Z > z) / density = 1/(z + 1/(z + 2/(z + 3/(z + …)))), from the inside out. */
function millsRatio(z: number): number {
  if (z === Number.POSITIVE_INFINITY) return 0;
  let value = z;
  for (let k = Math.ceil(20 + 900 / (z * z)); k >= 1; k--) value = z + k / value;
  return 1 / value;
}

/**
 * The z with P(Z ≤ z) = p, to about 14 significant digits; ∓Infinity at 0 and 1, NaN outside [0, 1].
 * A rational start (Hastings 1955), then Halley's iteration on the tail.
 * @example normalQuantile(0.975) // 1.959963984540054
 */
export function normalQuantile(p: number): number {
  return p > 0.5 ? normalUpperQuantile(1 - p) : -normalUpperQuantile(p);
}

/** The z with P(Z > z) = p: for small p, where 1 − p would lose digits. */
export function normalUpperQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalUpperQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let i = 0; i < 3; i++) {
    const step = (normalUpperTail(z) - p) / normalDensity(z);
    z += step / (1 - 0.5 * step * z);
  }
  return z;
}
