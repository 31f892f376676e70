/**
 * The same entries in an object that inherits nothing, so that looking up a name that a user chose (`constructor`) finds
 * what the user wrote or `undefined`.
 */
export function ownKeys<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const record = Object.create(null) as Record<string, T>;
  for (const [key, value] of entries) record[key] = value;
  return record;
}
