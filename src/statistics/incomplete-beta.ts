const LOG_SQRT_TWO_PI = 0.9189385332046727;

/** Both tails of the beta distribution: the smaller one is exact where 1 − the other would have lost its digits. */
export type BetaTails = { readonly lower: number; readonly upper: number };

/**
 * Regularised incomplete beta function I_x(a, b) and its complement.
 * `x` in [0, 1] and `y` = 1 − x are both given, since the caller knows the small one exactly; a, b > 0.
 * A continued fraction, with Loader's saddle-point form of the factor in front of it (Loader 2000),
 * which keeps 12 significant digits up to a, b of millions.
 */
export function betaTails(a: number, b: number, x: number, y: number): BetaTails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (y <= 0) return { lower: 1, upper: 0 };
  if (x < (a + 1) / (a + b + 2)) {
    const lower = betaWeight(a, b, x, y) * fraction(a, b, x, y);
    return { lower, upper: 1 - lower };
  }
  const upper = betaWeight(a, b, x, y) * fraction(b, a, y, x);
  return { lower: 1 - upper, upper };
}

/** x^a y^b / B(a, b), with y = 1 − x. */
export function betaWeight(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  return Math.sqrt((a * b) / n) * Math.exp(logPointMass(a, b, x, y) - LOG_SQRT_TWO_PI);
}

/** Log of Γ(n+1)/(Γ(a+1)Γ(b+1)) x^a y^b · √(2π a b / n) with n = a + b: what is left are small, exact terms. */
function logPointMass(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  return stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
}

/** Binomial point mass P(X = k) of n trials; `p` and `q` = 1 − p are both given. Loader 2000. */
export function binomialMass(k: number, n: number, p: number, q: number): number {
  if (k < 0 || k > n) return 0;
  if (p <= 0) return k === 0 ? 1 : 0;
  if (q <= 0) return k === n ? 1 : 0;
  if (k === 0) return Math.exp(n * (p < 0.5 ? Math.log1p(-p) : Math.log(q)));
  if (k === n) return Math.exp(n * (q < 0.5 ? Math.log1p(-q) : Math.log(p)));
  return Math.sqrt(n / (k * (n - k))) * Math.exp(logPointMass(k, n - k, p, q) - LOG_SQRT_TWO_PI);
}

/** P(X ≤ k) of a binomial distribution with n trials; `p` and `q` = 1 − p are both given. */
export function binomialCdf(k: number, n: number, p: number, q: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return betaTails(n - k, k + 1, q, p).lower;
}

/** log Γ(x + 1) − (x + ½) log x + x − log √(2π): what Stirling's formula leaves over. x > 0. */
function stirlingError(x: number): number {
  let shifted = x;
  let error = 0;
  for (; shifted < 16; shifted++) error += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
  const s = 1 / (shifted * shifted);
  return error + (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / shifted;
}

/** x log(x / mean) + mean − x, by a series where the two are close and the terms would cancel. */
function deviance(x: number, mean: number): number {
  const gap = x - mean;
  if (Math.abs(gap) > 0.1 * (x + mean)) return x * Math.log(x / mean) - gap;
  const v = gap / (x + mean);
  let sum = gap * v;
  let power = 2 * x * v;
  // |v| ≤ 0.1: each term is less than a hundredth of the one before.
  for (let odd = 3; odd < 25; odd += 2) {
    power *= v * v;
    sum += power / odd;
  }
  return sum;
}

/**
 * 1 / (β₀ + α₁/(β₁ + α₂/(β₂ + …))) by Lentz's method: the even part of DLMF 8.17.22, which converges in about √max(a,
 * b) steps and takes y beside x, so that nothing cancels where x is close to 1 (Didonato & Morris 1992).
 */
function fraction(a: number, b: number, x: number, y: number): number {
  const tail = a * y - b * x + 1;
  let denominator = (a * tail) / (a + 1);
  let c = denominator;
  let d = 0;
  for (let m = 1; m < 100_000; m++) {
    const even = a + 2 * m - 1;
    const numerator = ((a + m - 1) * (a + b + m - 1) * m * (b - m) * x * x) / (even * even);
    const next = m + (m * (b - m) * x) / even + ((a + m) * (tail + m * (1 + y))) / (even + 2);
    d = 1 / nonZero(next + numerator * d);
    c = nonZero(next + numerator / c);
    denominator *= c * d;
    if (Math.abs(c * d - 1) < 5e-16) return 1 / denominator;
  }
  throw new RangeError(`incomplete beta function did not converge at a = ${a}, b = ${b}, x = ${x}`);
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}
