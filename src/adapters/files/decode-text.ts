import { ProblemError } from "../../problem.ts";

/** No file that Modelgate reads as text (config, parameters, lock files, metrics) comes near this. */
const MOST_TEXT_BYTES = 64 * 2 ** 20;

/** Bytes as UTF-8 text without byte-order mark. Throws a ProblemError where they are not UTF-8. */
export function decodeText(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ProblemError(
      { kind: "config", where: shown, what: "this file is not UTF-8 text", mend: "save it as UTF-8" },
      { cause },
    );
  }
}

/** Throws a ProblemError for a text file of more than 64 MiB. */
export function refuseHugeText(bytes: number, shown: string): void {
  if (bytes <= MOST_TEXT_BYTES) return;
  throw new ProblemError({
    kind: "config",
    where: shown,
    what: `this file has ${bytes} bytes, and at most ${MOST_TEXT_BYTES} are read as text`,
    mend: "name a smaller file",
  });
}
