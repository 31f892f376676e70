/** Which run wrote something, and for which commit. */
export type RunIdentity = { readonly headSha: string; readonly runId: number; readonly runAttempt: number };

/** Characters that the marker's line takes at most; a body may be GitHub's limit less this. */
export const MARKER_CHARACTERS = 256;

/** A comment's body at most, in UTF-16 units (GitHub counts characters: 65,536). */
export const COMMENT_BODY_CHARACTERS = 65_536 - MARKER_CHARACTERS;

/**
 * Puts the hidden marker on a line of its own before the body. It has to be the very first line: whoever quotes the
 * comment puts something in front of it.
 *
 * @throws RangeError where the marker is not a short word or the body is longer than `COMMENT_BODY_CHARACTERS`.
 */
export function markBody(marker: string, run: RunIdentity, body: string): string {
  if (!/^[a-z0-9][a-z0-9:/._-]{0,63}$/i.test(marker)) throw new RangeError(`not a marker: ${JSON.stringify(marker)}`);
  if (body.length > COMMENT_BODY_CHARACTERS) {
    throw new RangeError(`a comment of ${body.length} characters; at most ${COMMENT_BODY_CHARACTERS} fit`);
  }
  return `<!-- ${marker} head=${run.headSha} run=${run.runId} attempt=${run.runAttempt} -->\n${body}`;
}

/** Takes marker and body apart again; null where the text does not begin with this marker. GitHub may have turned line ends into CRLF. */
export function readMarkedBody(
  marker: string,
  text: string,
): { readonly run: RunIdentity; readonly body: string } | null {
  const line = /^<!-- (\S+) head=([0-9a-f]{40}) run=(\d{1,15}) attempt=(\d{1,9}) -->(?:\r?\n|$)/.exec(text);
  const [whole, name, headSha, runId, runAttempt] = line ?? [];
  if (whole === undefined || name !== marker || headSha === undefined) return null;
  return {
    run: { headSha, runId: Number(runId), runAttempt: Number(runAttempt) },
    body: text.slice(whole.length).replaceAll("\r\n", "\n"),
  };
}

/** Run ids only grow, attempts count within a run: is `other` later than `run`? */
export function isLaterRun(other: Omit<RunIdentity, "headSha">, run: Omit<RunIdentity, "headSha">): boolean {
  return other.runId > run.runId || (other.runId === run.runId && other.runAttempt > run.runAttempt);
}
