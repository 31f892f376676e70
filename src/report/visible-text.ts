/**
 * Text from a repository as a reader sees it: what would be invisible, reorder the line or drive a terminal is written
 * out as programmers write it (`\n`, `\x1b`, `\u202e`). Joiners (U+200C, U+200D) stay, since scripts and emoji need them
 * and they reorder nothing.
 */

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const LINE_BREAKS = /\r\n|[\n\r\u2028\u2029]/g;
const JOINERS = "\u200c\u200d";
const NAMED_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Text on one line: line breaks and tabs become spaces, other invisible characters become visible names.
 * @param limit greatest length in code points; a longer text loses its end
 */
export function visibleSentence(text: string, limit: number): string {
  const oneLine = text
    .slice(0, limit * 4)
    .replace(LINE_BREAKS, " ")
    .replaceAll("\t", " ");
  const shown = Array.from(showInvisible(oneLine).replace(/ {2,}/g, " ").trim());
  const complete = shown.length <= limit && text.length <= limit * 4;
  return complete ? shown.join("") : `${shown.slice(0, limit - 1).join("")}…`;
}

/**
 * A name on one line, every character of it visible: a line break is `\n`, no text is `(empty)`.
 * @param limit greatest length in code points (at least 8); a longer name loses its middle, for ends tell names apart
 */
export function visibleName(text: string, limit: number): string {
  if (text === "") return "(empty)";
  const shown = Array.from(showInvisible(text.length > limit * 8 ? cutMiddle(text, limit * 4) : text));
  if (shown.length <= limit) return shown.join("");
  return cutMiddle(shown, limit);
}

/** A line of a log: tabs become spaces, control sequences become visible, nothing else changes. */
export function visibleLine(text: string, limit: number): string {
  const shown = Array.from(showInvisible(text.slice(0, limit * 4).replaceAll("\t", "  ")));
  return shown.length <= limit ? shown.join("") : `${shown.slice(0, limit - 1).join("")}…`;
}

function showInvisible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    if (JOINERS.includes(character)) return character;
    const named = NAMED_ESCAPES[character];
    if (named !== undefined) return named;
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
    return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
  });
}

function cutMiddle(characters: string | readonly string[], limit: number): string {
  const tail = Math.floor((limit - 1) / 3);
  const head = limit - 1 - tail;
  const join = (part: string | readonly string[]) => (typeof part === "string" ? part : part.join(""));
  return `${join(characters.slice(0, head))}…${join(characters.slice(characters.length - tail))}`;
}
