/** Why a metric that needs rows of more than one class has no value. */
export const ONE_CLASS = "all rows are of one class";

const NAMED = 5;

/**
 * `the class "a"`, `the classes "a" and "b"`, and no more than five names. Quoted as JSON, for labels may hold
 * anything.
 */
export function nameClasses(labels: readonly string[]): string {
  const named = labels.slice(0, NAMED).map((label) => JSON.stringify(label));
  if (named.length === 1) return `the class ${named[0]}`;
  const more = labels.length - named.length;
  const last = more > 0 ? `${more} more` : named.pop();
  return `the classes ${named.join(", ")} and ${last}`;
}
