import canonicalize from "canonicalize";
import type { Json } from "./schema.ts";

/**
 * The one text of a JSON value that digests are taken of: keys sorted by UTF-16 code unit, no white space, numbers as
 * ECMAScript writes them (RFC 8785).
 *
 * @example canonicalJson({ b: [1.0, "é"], a: null }) // '{"a":null,"b":[1,"é"]}'
 * @throws Error for what JSON cannot carry: NaN, an infinity, a lone surrogate, a cycle. Readers refuse these before.
 */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("the value has no JSON text");
  return text;
}
