import { formatCount } from "../../gate/number-text.ts";

/** A count and what is counted: "1 row", "1,234 rows". The plural takes an s unless it is given. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
