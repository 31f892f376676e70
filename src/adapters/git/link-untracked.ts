import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Workspace } from "../../ports.ts";
import { normalizeInside, realPathInside, writablePathInside } from "../files/inside-root.ts";
import { makeStateFolder } from "../files/state-folder.ts";
import { createGit } from "./git-command.ts";

export type LinkedFiles = {
  /** Files that the other tree has now as this one has them, whether or not they had to be copied. */
  readonly linked: readonly string[];
  /** Files that it must do without, with the reason. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
};

/**
 * Gives another checkout of the same repository the data that git does not know: fetched by DVC, or downloaded by an earlier
 * step, it exists in the main workspace only.
 *
 * Files are cloned where the file system can (sharing blocks until one side writes) and copied elsewhere. Never linked: through
 * a link the baseline's training could write to the candidate's data. What is there already with the same content stays, and
 * what the source no longer has goes. A file that either commit tracks is left alone: the other commit's own version counts,
 * or its own absence. So is one whose `.dvc` file differs: the data here is then the candidate's, and not the baseline's.
 *
 * Throws a ProblemError for a path, or a link in it, that leaves either root.
 *
 * @param paths files and folders, relative to the roots
 */
export async function linkUntracked(
  from: Workspace,
  to: Workspace,
  paths: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<LinkedFiles> {
  if (paths.length === 0) return { linked: [], skipped: [] };
  const wanted = paths.map(normalizeInside);
  const [here, there] = await Promise.all([
    listFiles(from, environment, wanted, ["--others"]),
    listFiles(to, environment, wanted, ["--others", "--cached"]),
  ]);

  const candidates = here.untracked.filter((path) => !there.tracked.has(path));
  const skipped = await findOtherVersions(from, to, candidates);
  const refused = new Set(skipped.map(({ path }) => path));
  const linked = candidates.filter((path) => !refused.has(path));

  const present = new Set(linked);
  for (const path of there.untracked)
    if (!present.has(path)) await rm(writablePathInside(to.root, path), { force: true });
  await copyWhatDiffers(from, to, linked);
  return { linked, skipped };
}

async function listFiles(
  workspace: Workspace,
  environment: Readonly<Record<string, string | undefined>>,
  paths: readonly string[],
  which: readonly string[],
): Promise<{ readonly untracked: readonly string[]; readonly tracked: ReadonlySet<string> }> {
  const git = createGit(workspace.root, environment);
  const names = paths.map((path) => (path === "" ? "." : path));
  // With `-t` a letter and a space stand before each path: a question mark where git does not track it.
  const { stdout } = await git.run(["ls-files", "-z", "-t", ...which, "--", ...names]);
  const files = stdout
    .split("\0")
    .map((line) => ({ isTracked: !line.startsWith("?"), path: line.slice(2) }))
    // A folder (with a slash) is a repository of its own; `.modelgate` is ours.
    .filter(({ path }) => path !== "" && !path.endsWith("/") && !path.startsWith(".modelgate/"));
  return {
    untracked: files.filter(({ isTracked }) => !isTracked).map(({ path }) => path),
    tracked: new Set(files.filter(({ isTracked }) => isTracked).map(({ path }) => path)),
  };
}

async function findOtherVersions(from: Workspace, to: Workspace, paths: readonly string[]) {
  const differs = new Map<string, Promise<boolean>>();
  const pointerDiffers = (pointer: string) => {
    const known =
      differs.get(pointer) ?? Promise.all([from.readText(pointer), to.readText(pointer)]).then(([a, b]) => a !== b);
    differs.set(pointer, known);
    return known;
  };
  const skipped: { path: string; reason: string }[] = [];
  for (const path of paths) {
    for (const pointer of pointersAbove(path)) {
      if (!(await pointerDiffers(pointer))) continue;
      skipped.push({ path, reason: `${pointer} differs: the baseline was trained on another version of it` });
      break;
    }
  }
  return skipped;
}

/** `a/b.csv` may be described by `a/b.csv.dvc`, or with all of its folder by `a.dvc`. */
function pointersAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, index) => `${parts.slice(0, index + 1).join("/")}.dvc`);
}

async function copyWhatDiffers(from: Workspace, to: Workspace, paths: readonly string[]): Promise<void> {
  const [source, target] = await Promise.all([from.digests(paths), to.digests(paths)]);
  const stale = paths.filter((_, index) => source[index]?.digest !== target[index]?.digest);
  if (stale.length === 0) return;
  const staging = makeStateFolder(to.root, "incoming");
  for (const path of stale) {
    const real = realPathInside(from.root, path);
    if (real === null) continue;
    const temporary = join(staging, randomBytes(8).toString("hex"));
    const destination = writablePathInside(to.root, path);
    try {
      await copyFile(real, temporary, constants.COPYFILE_FICLONE);
      await mkdir(dirname(destination), { recursive: true });
      await rename(temporary, destination);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}
