import { randomBytes } from "node:crypto";
import { constants, mkdirSync } from "node:fs";
import { chmod, copyFile, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ifPresent } from "../files/error-code.ts";
import { hashFile } from "../files/hash-file.ts";

/** Files by the sha256 of their content, as `objects/ab/cdef…`. */
export type ObjectStore = {
  /** Copies a file in, whole or not at all, and gives its digest and size. */
  readonly add: (file: string, shown: string) => Promise<{ readonly digest: string; readonly bytes: number }>;
  /** Copies a file out to a path where nothing is; false, with nothing left there, where it is absent or damaged. */
  readonly copyTo: (digest: string, destination: string, executable: boolean) => Promise<boolean>;
  readonly pathOf: (digest: string) => string;
};

/** A store in `folder`; `temporary` must be a folder on the same file system. */
export function createObjectStore(folder: string, temporary: string): ObjectStore {
  const pathOf = (digest: string) => join(folder, digest.slice(0, 2), digest.slice(2));
  return {
    pathOf,
    add: async (file, shown) => {
      mkdirSync(temporary, { recursive: true });
      const copy = join(temporary, randomBytes(8).toString("hex"));
      try {
        await copyFile(file, copy, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
        await chmod(copy, 0o644);
        // The copy is what is hashed: what happens to the original meanwhile cannot part content and digest.
        const { digest, bytes } = await hashFile(copy, shown);
        await flush(copy);
        const object = pathOf(digest);
        mkdirSync(dirname(object), { recursive: true });
        // Also over one that is there: it might be damaged, and its age protects it from a clean-up at this moment.
        await rename(copy, object);
        return { digest, bytes };
      } finally {
        await rm(copy, { force: true });
      }
    },
    copyTo: async (digest, destination, executable) => {
      const object = pathOf(digest);
      if ((await ifPresent(stat(object))) === undefined) return false;
      mkdirSync(dirname(destination), { recursive: true });
      const isCopied = await ifPresent(
        copyFile(object, destination, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL).then(() => true),
      );
      if (isCopied !== true) return false;
      await chmod(destination, executable ? 0o755 : 0o644);
      if ((await hashFile(destination, destination)).digest === digest) return true;
      await rm(destination, { force: true });
      await rm(object, { force: true });
      return false;
    },
  };
}

/** Waits until a file's content is on disk: a rename may otherwise outlive it when the power fails. */
async function flush(file: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
