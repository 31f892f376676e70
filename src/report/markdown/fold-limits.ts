/** How many lines a folded section may have. */
export type FoldLimits = { readonly slices: number; readonly lines: number };
