import { createHash } from "node:crypto";
import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { ProblemError } from "../../problem.ts";

const CHUNK_BYTES = 1 << 20;

export type HashedFile = {
  /** sha256 in lower-case hexadecimal. */
  readonly digest: string;
  readonly bytes: number;
  readonly stat: BigIntStats;
};

/**
 * sha256 of a regular file, read in pieces of 1 MiB.
 *
 * The file is opened without following a link and without waiting for a writer (a named pipe would never answer). One
 * that is written to meanwhile is read once more; then it is a ProblemError.
 *
 * @param file absolute, links already followed
 * @param shown the path to name in a problem
 */
export async function hashFile(file: string, shown: string): Promise<HashedFile> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    let before = await handle.stat({ bigint: true });
    if (!before.isFile()) throw unsteady(shown, "is not a regular file");
    for (let attempt = 0; attempt < 2; attempt++) {
      const { digest, bytes } = await hashContent(handle, before.size);
      const after = await handle.stat({ bigint: true });
      if (fileStamp(after) === fileStamp(before) && BigInt(bytes) === after.size) return { digest, bytes, stat: after };
      before = after;
    }
    throw unsteady(shown, "is being written to while it is read");
  } finally {
    await handle.close();
  }
}

/** What changes when a file does: size, modification and status-change time in ns, inode; separated by spaces. */
export function fileStamp(stat: BigIntStats): string {
  return `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`;
}

async function hashContent(handle: FileHandle, expected: bigint): Promise<{ digest: string; bytes: number }> {
  const hash = createHash("sha256");
  // One byte more than expected, so that a small file and its end are seen in one read each.
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Number(expected) + 1));
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, bytes);
    if (bytesRead === 0) return { digest: hash.digest("hex"), bytes };
    hash.update(buffer.subarray(0, bytesRead));
    bytes += bytesRead;
  }
}

function unsteady(shown: string, what: string): ProblemError {
  return new ProblemError({ kind: "evidence", where: shown, what, mend: "run again once the file is complete" });
}
