import { betaTails, betaWeight } from "./incomplete-beta.ts";
import { normalUpperQuantile, normalUpperTail } from "./normal.ts";

/** From here on t is normal to seven digits, and its continued fraction would take thousands of steps. */
const NORMAL_FROM = 1e8;

/** P(T > t) of Student's t with `degreesOfFreedom` > 0 (a fraction is allowed), to about 12 significant digits. */
export function studentUpperTail(t: number, degreesOfFreedom: number): number {
  if (degreesOfFreedom > NORMAL_FROM) return normalUpperTail(t);
  if (t < 0) return 1 - studentUpperTail(-t, degreesOfFreedom);
  if (t === Number.POSITIVE_INFINITY) return 0;
  const total = degreesOfFreedom + t * t;
  return betaTails(degreesOfFreedom / 2, 0.5, degreesOfFreedom / total, (t * t) / total).lower / 2;
}

/**
 * The t with P(T > t) = p; ±Infinity at 0 and 1. Newton's iteration for log P as a function of log t, which is concave
 * and so converges from any start.
 * @example studentUpperQuantile(0.025, 19) // 2.093024054408263
 */
export function studentUpperQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p >= 0 && p <= 1) || !(degreesOfFreedom > 0)) return Number.NaN;
  if (degreesOfFreedom > NORMAL_FROM) return normalUpperQuantile(p);
  if (p > 0.5) return -studentUpperQuantile(1 - p, degreesOfFreedom);
  if (p === 0) return Number.POSITIVE_INFINITY;
  if (p === 0.5) return 0;
  let logT = Math.log(normalUpperQuantile(p));
  for (let i = 0; i < 200; i++) {
    const step = newtonStep(Math.exp(logT), p, degreesOfFreedom);
    logT += step;
    if (Math.abs(step) < 1e-9) break; // quadratic: the next step would not reach the last bit
  }
  return Math.exp(logT);
}

/**
 * The slope of log P(T > t) in log t is −t · density / P, and t · density is the weight in front of the beta function.
 */
function newtonStep(t: number, p: number, degreesOfFreedom: number): number {
  const total = degreesOfFreedom + t * t;
  const weight = betaWeight(degreesOfFreedom / 2, 0.5, degreesOfFreedom / total, (t * t) / total);
  const tail = studentUpperTail(t, degreesOfFreedom);
  return Math.log(tail / p) * (tail / weight);
}
