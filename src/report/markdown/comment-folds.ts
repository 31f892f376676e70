import type { MeasuredView } from "../view/change-view.ts";
import { naiveFold, slicesFold, undecidedFold } from "./fold-evidence.ts";
import type { FoldLimits } from "./fold-limits.ts";
import { lineageFold, parametersFold } from "./fold-lineage.ts";
import { latencyFold, trainingFold } from "./fold-running.ts";

/** The folded sections of a model, the most important first: what does not fit is dropped from the end. */
export const FOLDS = ["undecided", "slices", "parameters", "latency", "naive", "training", "lineage"] as const;
export type Fold = (typeof FOLDS)[number];

/** What each is called where it had to be left out. */
export const FOLD_NAMES: Readonly<Record<Fold, string>> = {
  undecided: "what is undecided",
  slices: "slices",
  parameters: "changed parameters",
  latency: "latency and size",
  naive: "the naive model",
  training: "training time",
  lineage: "data and lineage",
};

/** One folded section of a measured model as Markdown, or null where there is nothing to say. */
export function foldedSection(fold: Fold, view: MeasuredView, limits: FoldLimits): string | null {
  switch (fold) {
    case "undecided":
      return undecidedFold(view, limits);
    case "slices":
      return slicesFold(view, limits);
    case "parameters":
      return parametersFold(view, limits);
    case "latency":
      return latencyFold(view);
    case "naive":
      return naiveFold(view, limits);
    case "training":
      return trainingFold(view, limits);
    case "lineage":
      return lineageFold(view, limits);
  }
}
