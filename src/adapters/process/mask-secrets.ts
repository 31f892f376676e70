const MASK = "***";

/** Shorter values are not looked for in their encoded forms, which would match by chance. */
const LEAST_ENCODED_LENGTH = 8;

export type SecretMask = {
  /**
   * The first `limit` characters of a line, each secret in them replaced by `***`; overlapping ones as one. `text` must
   * reach `longest` characters beyond `limit` if the line does, so that a secret across the limit is recognised.
   */
  readonly apply: (text: string, limit: number) => string;
  /** Length in characters of the longest text that is looked for. */
  readonly longest: number;
};

/**
 * Looks for secrets as they are, line by line for those of several lines, and as they read in a URL, in JSON and in
 * Base64. Other transformations cannot be recognised: who gives a stage a secret trusts it not to print it.
 */
export function createSecretMask(secrets: readonly string[]): SecretMask {
  const needles = [...new Set(secrets.flatMap(formsOf))].filter((form) => form.trim() !== "");
  return {
    longest: Math.max(0, ...needles.map((needle) => needle.length)),
    apply: (text, limit) => {
      let masked = "";
      let from = 0;
      for (const [start, end] of mergedMatches(text, needles)) {
        if (start >= limit) break;
        masked += text.slice(from, start) + MASK;
        from = end;
      }
      return masked + text.slice(from, Math.max(from, limit));
    },
  };
}

function formsOf(secret: string): string[] {
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  if (secret.length < LEAST_ENCODED_LENGTH) return lines;
  return [
    ...lines,
    encodeURIComponent(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  ];
}

function mergedMatches(text: string, needles: readonly string[]): [start: number, end: number][] {
  const matches: [number, number][] = [];
  for (const needle of needles) {
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1))
      matches.push([at, at + needle.length]);
  }
  matches.sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [start, end] of matches) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
