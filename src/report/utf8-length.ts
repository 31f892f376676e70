const encoder = new TextEncoder();

/** Bytes of a text in UTF-8: at least its length in UTF-16, so a limit in bytes is safe for either way of counting. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}
