import type { FloatArray, ObservationsOf } from "../observations.ts";
import type { Kernel } from "../prepare.ts";
import { areaUnderRoc, type Ranking, rank } from "../ranking.ts";
import { remember } from "../remember.ts";
import { probabilitiesOf } from "./given.ts";
import { nameClasses, ONE_CLASS } from "./name-classes.ts";

/** One ranking for each class: its rows against all others, by its own probability. */
const rankingsOf: (observations: ObservationsOf<"multiclass">) => readonly Ranking[] = remember((observations) => {
  const { codes, labels } = observations;
  const probabilities = probabilitiesOf(observations);
  return labels.map((_, label) =>
    rank(
      Uint8Array.from(codes, (code) => (code === label ? 1 : 0)),
      column(probabilities, labels.length, label),
    ),
  );
});

function column(probabilities: FloatArray, k: number, label: number): FloatArray {
  const values =
    probabilities instanceof Float32Array
      ? new Float32Array(probabilities.length / k)
      : new Float64Array(probabilities.length / k);
  for (let row = 0; row < values.length; row++) values[row] = probabilities[row * k + label] as number;
  return values;
}

/** Mean of the classes' areas, each counting the same; NaN where a class has none. */
export function macroAreaKernel(observations: ObservationsOf<"multiclass">): Kernel {
  const rankings = rankingsOf(observations);
  return {
    resample: (counts) => {
      let sum = 0;
      for (const ranking of rankings) sum += areaUnderRoc(ranking, counts);
      return sum / rankings.length;
    },
    whyUndefined: () => absentReason(observations) ?? ONE_CLASS,
  };
}

/** Mean of the classes' areas, weighted by their rows: a class without rows has no weight, and needs no area. */
export function weightedAreaKernel(observations: ObservationsOf<"multiclass">): Kernel {
  const rankings = rankingsOf(observations);
  const { codes } = observations;
  const weights = new Float64Array(rankings.length);
  return {
    resample: (counts) => {
      weights.fill(0);
      for (let row = 0; row < codes.length; row++) (weights[codes[row] as number] as number) += counts[row] as number;
      let total = 0;
      let sum = 0;
      for (let label = 0; label < rankings.length; label++) {
        const weight = weights[label] as number;
        total += weight;
        if (weight > 0) sum += weight * areaUnderRoc(rankings[label] as Ranking, counts);
      }
      return sum / total;
    },
    whyUndefined: () => ONE_CLASS,
    note: () => absentReason(observations),
  };
}

function absentReason({ codes, labels }: ObservationsOf<"multiclass">): string | null {
  const absent = labels.filter((_, label) => !codes.includes(label));
  return absent.length === 0 ? null : `no row is of ${nameClasses(absent)}`;
}
