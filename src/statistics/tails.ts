/** Evidence against one bound: the probability, were it the truth, of an estimate at least as high, and as low. */
export type Tails = { readonly upper: number; readonly lower: number };
