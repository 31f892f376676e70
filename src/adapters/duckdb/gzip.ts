import { createReadStream } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ProblemError } from "../../problem.ts";
import type { DataFile } from "./data-files.ts";

/** True for a file that is compressed with gzip, by its name. */
export function isGzip(file: DataFile): boolean {
  return /\.gz$/i.test(file.path);
}

/**
 * Unpacks the file once to see that it is whole: DuckDB takes a file that was cut off for a shorter one.
 *
 * @throws ProblemError where it is cut or corrupt.
 */
export async function refuseBrokenGzip(file: DataFile): Promise<void> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(file.absolute), createGunzip(), nowhere);
  } catch (cause) {
    throw new ProblemError(
      {
        kind: "evidence",
        where: `data file ${JSON.stringify(file.path)}`,
        what: `it cannot be unpacked (${(cause as Error).message})`,
        mend: "write it anew: it may have been cut off",
      },
      { cause },
    );
  }
}
