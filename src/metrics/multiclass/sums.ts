/** Sum of `values`. */
export function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Sum of products of two arrays of one length. */
export function dot(left: Float64Array, right: Float64Array): number {
  let total = 0;
  for (let at = 0; at < left.length; at++) total += (left[at] as number) * (right[at] as number);
  return total;
}
