/** What a parsed document must keep to before anything walks it recursively. */
export type JsonLimits = { readonly depth: number; readonly values: number };

/**
 * Says what makes a parsed JSON document unsafe to work with, or null: nesting beyond the limit, too many values, a
 * number that is not finite (`1e999`), text with half a surrogate pair (it has no UTF-8, so no digest), or the key
 * `__proto__`, which an assignment would take for the prototype. Other inherited names, such as `constructor`, are
 * ordinary keys; who looks names up asks for own properties.
 */
export function unsafeJson(document: unknown, limits: JsonLimits): string | null {
  // A stack of our own: a recursive walk is what deep nesting would break.
  const stack: { readonly value: unknown; readonly depth: number }[] = [{ value: document, depth: 1 }];
  let seen = 0;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, depth } = next;
    seen += 1;
    if (seen > limits.values) return `it has more than ${limits.values} values`;
    if (typeof value === "number" && !Number.isFinite(value)) return "it has a number that is not finite";
    if (typeof value === "string" && !value.isWellFormed()) return "it has text that is not Unicode";
    if (typeof value !== "object" || value === null) continue;
    if (depth > limits.depth) return `it is nested deeper than ${limits.depth} levels`;
    if (Object.hasOwn(value, "__proto__")) return "it has the key __proto__";
    for (const [key, child] of Object.entries(value)) {
      if (!key.isWellFormed()) return "it has a key that is not Unicode";
      stack.push({ value: child, depth: depth + 1 });
    }
  }
  return null;
}
