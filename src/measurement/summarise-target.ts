import type { Target } from "../metrics/observations.ts";

/**
 * What the truth looks like, in a few words for people: rows of each class, or mean and spread.
 *
 * @param names Text of the classes in the target's order, [negative, positive] for a binary one.
 * @example summariseTarget(target, ["benign", "malignant"]) // "malignant 72, benign 118"
 */
export function summariseTarget(target: Target, names: readonly string[] | null): string {
  switch (target.task) {
    case "binary": {
      const positives = target.positive.reduce((sum, one) => sum + one, 0);
      const [negative = "negative", positive = "positive"] = names ?? [];
      return `${positive} ${positives}, ${negative} ${target.positive.length - positives}`;
    }
    case "multiclass": {
      const counts = new Uint32Array(target.labels.length);
      for (const code of target.codes) counts[code] = (counts[code] as number) + 1;
      return target.labels.map((label, code) => `${label} ${counts[code]}`).join(", ");
    }
    case "regression": {
      const { values } = target;
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
      return `mean ${plainNumber(mean)}, standard deviation ${plainNumber(Math.sqrt(variance))}`;
    }
  }
}

/** Four digits, with thousands separators and no exponent where it can be read so: 349,200, 151.3, 0.02345. */
function plainNumber(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e15 || magnitude < 1e-6)) return value.toExponential(3).replaceAll("-", "−");
  const rounded = Number(value.toPrecision(4));
  return rounded.toLocaleString("en-US", { maximumSignificantDigits: 4 }).replace("-", "−");
}
