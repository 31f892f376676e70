import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProblemError } from "../../problem.ts";
import { errorCode } from "./error-code.ts";

/** The folder at a workspace's root in which Modelgate keeps what is its own. It is no part of any digest. */
export const STATE_FOLDER = ".modelgate";

/**
 * Makes a folder beneath `.modelgate` and gives its absolute path; git is told to ignore all of it.
 *
 * A repository can hold a link of that name: throws a ProblemError for anything that is not a real folder.
 */
export function makeStateFolder(root: string, ...names: readonly string[]): string {
  let folder = join(root, STATE_FOLDER);
  makeRealFolder(folder);
  writeIfAbsent(join(folder, ".gitignore"), "*\n");
  for (const name of names) {
    folder = join(folder, name);
    makeRealFolder(folder);
  }
  return folder;
}

function makeRealFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    if (lstatSync(folder).isDirectory()) return;
    throw new ProblemError({
      kind: "platform",
      where: folder,
      what: "a link or a file stands where Modelgate keeps its state",
      mend: "remove it from the repository",
    });
  }
}

function writeIfAbsent(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
}
