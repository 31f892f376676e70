import { type ComparedEstimates, IDENTICAL_DIFFERENCE, type Uncertainty, unknownUncertainty } from "./uncertainty.ts";

/** Fewer rows, or groups, than this say too little about how others would have come out. */
export const FEWEST_UNITS = 20;

/** Of the candidate, and of the baseline where it was computed too; the difference is null where it was not. */
export type SideUncertainties = { readonly sides: readonly Uncertainty[]; readonly difference: Uncertainty | null };

/** Values of the two models; `identical` where they predicted the same on every row. */
export type SideValues = {
  readonly candidate: number;
  readonly baseline: number | null;
  readonly identical: boolean;
};

/** The same reason for everything. */
function unknownSides(reason: string): SideUncertainties {
  const unknown = unknownUncertainty(reason);
  return { sides: [unknown, unknown], difference: unknown };
}

/** What fewer than `FEWEST_UNITS` of something give; `one` is what a single one is called, as in "19 rows are too few". */
export function tooFewUnits(count: number, one: string): SideUncertainties {
  const counted = count === 1 ? `1 ${one} is` : `${count} ${one}s are`;
  return unknownSides(`${counted} too few for an interval (${FEWEST_UNITS} are needed)`);
}

/**
 * Values and uncertainties put together. Of identical predictions only the first side's uncertainty is read.
 * Throws a RangeError for a value that is not finite, or an uncertainty that is missing.
 */
export function comparedEstimates(values: SideValues, { sides, difference }: SideUncertainties): ComparedEstimates {
  const candidate = { value: finite(values.candidate), uncertainty: present(sides[0]) };
  if (values.baseline === null) return { candidate, baseline: null, difference: null };
  if (values.identical) return { candidate, baseline: candidate, difference: IDENTICAL_DIFFERENCE };
  return {
    candidate,
    baseline: { value: finite(values.baseline), uncertainty: present(sides[1]) },
    difference: { value: values.candidate - values.baseline, uncertainty: present(difference) },
  };
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no value to estimate the uncertainty of`);
  return value;
}

function present(uncertainty: Uncertainty | null | undefined): Uncertainty {
  if (uncertainty === null || uncertainty === undefined) throw new RangeError("an uncertainty was not computed");
  return uncertainty;
}
