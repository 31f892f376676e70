/**
 * What feeds a model with one matrix input where nothing is said: every numeric column that is not excluded, in the table's order.
 *
 * @param exclude Names of the target, the key and the group.
 */
export function numericFeatures(
  columns: readonly { readonly name: string; readonly type: string }[],
  exclude: readonly (string | undefined)[],
): readonly string[] {
  return columns.filter(({ name, type }) => type === "number" && !exclude.includes(name)).map(({ name }) => name);
}
