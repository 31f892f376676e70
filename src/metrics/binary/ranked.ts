import type { ObservationsOf } from "../observations.ts";
import { type Ranking, rank } from "../ranking.ts";
import { remember } from "../remember.ts";
import { scoresOf } from "./given.ts";

/** The ranking of the rows by score, made once for all metrics that need it. */
export const rankingOf: (observations: ObservationsOf<"binary">) => Ranking = remember((observations) =>
  rank(observations.positive, scoresOf(observations)),
);
