/** Below this mean, counting along the distribution is faster than rejection, which is not valid under 10. */
const SMALL_MEAN = 12;

/**
 * Successes in `n` trials of probability `p`, from a source of numbers in [0, 1); n a whole number ≥ 0.
 * By inversion for a small mean, else by Hörmann's transformed rejection BTRS (1993): time independent of n.
 */
export function drawBinomial(float: () => number, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(float, n, 1 - p);
  return n * p < SMALL_MEAN ? invert(float, n, p) : reject(float, n, p);
}

/** Walks the point masses until they add up to a uniform number. */
function invert(float: () => number, n: number, p: number): number {
  const odds = p / (1 - p);
  const none = Math.exp(n * Math.log1p(-p));
  let mass = none;
  let left = float();
  let k = 0;
  while (left > mass) {
    left -= mass;
    k++;
    if (k > n) return n; // only rounding leads here
    mass *= (odds * (n - k + 1)) / k;
    if (mass < 1e-300) return k;
  }
  return k;
}

function reject(float: () => number, n: number, p: number): number {
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const certain = 0.92 - 4.2 / b;
  const logOdds = Math.log(p / (1 - p));
  const mode = Math.floor((n + 1) * p);
  const peak = logFactorial(mode) + logFactorial(n - mode);
  for (;;) {
    const u = float() - 0.5;
    const v = float();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= certain) return k;
    if (k < 0 || k > n) continue;
    const scaled = (v * (2.83 + 5.1 / b) * deviation) / (a / (us * us) + b);
    if (Math.log(scaled) <= peak - logFactorial(k) - logFactorial(n - k) + (k - mode) * logOdds) return k;
  }
}

/** log k!, by a table up to 9 and Stirling's series from there on. */
function logFactorial(k: number): number {
  const known = LOG_FACTORIALS[k];
  if (known !== undefined) return known;
  const x = k + 1;
  const s = 1 / (x * x);
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s / 1680))) / x;
}

const LOG_FACTORIALS = [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880].map((factorial) => Math.log(factorial));
