import { FOLDS, type Fold } from "./comment-folds.ts";

/** How much of a change is told. */
export type CommentPlan = {
  readonly folds: readonly Fold[];
  /** Lines of a model's table, of its table of slices, and of any other list. */
  readonly resultRows: number;
  readonly sliceRows: number;
  readonly lines: number;
  /** Models that pass have a section of their own, or are named in one line. */
  readonly passing: "sections" | "line";
  /** Models that have a section; the others are counted. */
  readonly models: number;
};

const WHOLE: CommentPlan = {
  folds: FOLDS,
  resultRows: 40,
  sliceRows: 40,
  lines: 30,
  passing: "sections",
  models: 50,
};

/** Everything, as a job's summary has room for it. */
export const SUMMARY_PLANS: readonly CommentPlan[] = [
  { ...WHOLE, resultRows: 200, sliceRows: 300, lines: 200 },
  ...plans(),
];

/**
 * What a comment tells, from all of it to the least that still says what blocks: first the folded sections go, the least
 * important first; then tables lose lines; then models that pass lose their section.
 */
export const COMMENT_PLANS: readonly CommentPlan[] = plans();

function plans(): CommentPlan[] {
  const shorter = { ...WHOLE, sliceRows: 12, lines: 10 };
  const withoutFolds = FOLDS.map((_, dropped) => ({ ...shorter, folds: FOLDS.slice(0, FOLDS.length - 1 - dropped) }));
  return [
    WHOLE,
    shorter,
    ...withoutFolds,
    { ...shorter, folds: [], resultRows: 15 },
    { ...shorter, folds: [], resultRows: 15, passing: "line" },
    { ...shorter, folds: [], resultRows: 8, lines: 5, passing: "line", models: 30 },
    { ...shorter, folds: [], resultRows: 4, lines: 3, passing: "line", models: 20 },
    { ...shorter, folds: [], resultRows: 2, lines: 0, passing: "line", models: 10 },
  ];
}
