/** The text in at most so many UTF-16 units, and without half of a surrogate pair; what is cut ends in `…`. */
export function clipCharacters(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** The text in at most so many bytes of UTF-8, and without half of a character; what is cut ends in `…`. */
export function clipBytes(text: string, limit: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= limit) return text;
  const ellipsisBytes = 3;
  const kept = new TextDecoder().decode(bytes.subarray(0, limit - ellipsisBytes), { stream: true });
  return `${kept}…`;
}
