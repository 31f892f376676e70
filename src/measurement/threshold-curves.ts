import type { FloatArray } from "../metrics/observations.ts";
import { argsort } from "../metrics/order.ts";
import type { Curves } from "../report/schema.ts";

type Point = [number, number];

/** As many points as a plot of the width of a screen can tell apart. */
const MOST_POINTS = 200;

/**
 * The ROC curve from (0, 0) to (1, 1) and the precision–recall curve from the strictest threshold to the laxest: one point for
 * each group of equal scores where there are few, else points about half a percent of the curve apart. Nothing with one class.
 * `positive` is [n] of 0 and 1, `score` [n] and finite.
 */
export function thresholdCurves(positive: Uint8Array, score: FloatArray): Pick<Curves, "roc" | "precisionRecall"> {
  const order = argsort(score);
  const distinct = countDistinct(order, score);
  const positives = positive.reduce((sum, isPositive) => sum + isPositive, 0);
  const negatives = positive.length - positives;
  if (positives === 0 || negatives === 0) return {};
  const gap = distinct < MOST_POINTS ? 0 : 1 / (MOST_POINTS - 2);
  const roc: Point[] = [[0, 0]];
  const precisionRecall: Point[] = [];
  let [tp, fp] = [0, 0];
  // From the highest score down.
  for (let at = order.length - 1; at >= 0; at--) {
    if (positive[order[at] as number] === 1) tp++;
    else fp++;
    if (at > 0 && score[order[at] as number] === score[order[at - 1] as number]) continue;
    const [recall, falseRate] = [tp / positives, fp / negatives];
    const [lastFalseRate, lastRecall] = roc.at(-1) as Point;
    // The curve is 2 long, up and to the right together.
    if (at === 0 || (recall - lastRecall + falseRate - lastFalseRate) / 2 >= gap) roc.push([falseRate, recall]);
    const before = precisionRecall.at(-1);
    if (at === 0 || (tp > 0 && (before === undefined || recall - before[0] >= gap))) {
      precisionRecall.push([recall, tp / (tp + fp)]);
    }
  }
  return { roc, precisionRecall };
}

/** How many different scores there are. */
function countDistinct(order: Uint32Array, score: FloatArray): number {
  let distinct = 0;
  for (let at = 0; at < order.length; at++) {
    if (at === 0 || score[order[at] as number] !== score[order[at - 1] as number]) distinct++;
  }
  return distinct;
}
