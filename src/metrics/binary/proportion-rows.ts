import type { ObservationsOf } from "../observations.ts";
import { decisionsOf } from "./given.ts";

type ProportionRows = { readonly trial: Uint8Array; readonly success: Uint8Array };

/** Trials and successes, both [n] of 0 and 1: every row is a trial, and succeeds where the decision is right. */
export function agreement(observations: ObservationsOf<"binary">): ProportionRows {
  const { positive } = observations;
  const predicted = decisionsOf(observations);
  return {
    trial: new Uint8Array(positive.length).fill(1),
    success: positive.map((isPositive, row) => (predicted[row] === isPositive ? 1 : 0)),
  };
}

/** As `agreement`, with the rows of one class alone as trials. */
export function agreementWhereTrue(kind: 0 | 1): (observations: ObservationsOf<"binary">) => ProportionRows {
  return (observations) => {
    const predicted = decisionsOf(observations);
    const trial = observations.positive.map((isPositive) => (isPositive === kind ? 1 : 0));
    return { trial, success: trial.map((isTrial, row) => (predicted[row] === kind ? isTrial : 0)) };
  };
}

/** As `agreement`, with the rows predicted positive alone as trials. */
export function agreementWherePredicted(observations: ObservationsOf<"binary">): ProportionRows {
  const trial = decisionsOf(observations);
  return { trial, success: trial.map((isTrial, row) => isTrial & (observations.positive[row] as number)) };
}
