import { mkdir, rm } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import type { StageConfig } from "../../config/schema.ts";
import { ProblemError } from "../../problem.ts";
import { normalizeInside, writablePathInside } from "../files/inside-root.ts";
import { listFolder, statInside } from "../files/list-folder.ts";
import { STATE_FOLDER } from "../files/state-folder.ts";

/** The stage's outputs and metrics, relative to the workspace's root; a ProblemError for one that leads out of it. */
function outputPaths(stage: StageConfig): readonly string[] {
  return [...stage.outs, ...stage.metrics].map((path) => normalizeInside(posix.join(stage.wdir, path)));
}

/**
 * Removes what earlier runs left at the outputs' paths, so that it never passes for new, and makes their folders.
 * A link is removed, and not what it points to.
 *
 * Throws a ProblemError for an output that leads out of the root, or whose removal would take an input, the working folder or
 * the repository with it.
 */
export async function clearOutputs(root: string, stage: StageConfig): Promise<void> {
  const outs = outputPaths(stage);
  // All are looked at before the first is removed.
  const targets = outs.map((path) => {
    refuseToRemove(path, stage);
    return writablePathInside(root, path);
  });
  for (const target of targets) {
    await rm(target, { recursive: true, force: true });
    await mkdir(dirname(target), { recursive: true });
  }
}

/**
 * What is wrong with the outputs after the command's success; null if nothing.
 *
 * Throws a ProblemError for one that is, or holds, a link out of the root.
 */
export function describeBadOutputs(root: string, stage: StageConfig): string | null {
  const missing: string[] = [];
  for (const path of outputPaths(stage)) {
    const found = statInside(root, path);
    if (found === undefined) missing.push(path);
    else if (found.stat.isDirectory()) listFolder(root, path, () => false);
    else if (!found.stat.isFile()) return `the output ${path} is neither a file nor a folder`;
  }
  return missing.length === 0 ? null : `the command succeeded, but did not write ${missing.join(", ")}`;
}

function refuseToRemove(path: string, stage: StageConfig): void {
  const read = [
    ...stage.deps,
    ...stage.params.flatMap((entry) => (typeof entry === "string" ? [] : Object.keys(entry))),
  ];
  const beneath = [stage.wdir, ...read.map((needed) => posix.join(stage.wdir, needed))].find((needed) =>
    contains(path, normalizeInside(needed)),
  );
  const isOurs = path === "" || path.split("/").some((name) => name === ".git" || name === STATE_FOLDER);
  if (beneath === undefined && !isOurs) return;
  throw new ProblemError({
    kind: "config",
    where: path === "" ? "." : path,
    what: isOurs
      ? "this cannot be an output: it is the repository itself"
      : `this output contains ${join(beneath ?? "")}, which the stage needs, and outputs are removed before a run`,
    mend: "let the stage write into a folder of its own",
  });
}

function contains(folder: string, path: string): boolean {
  return folder === path || path.startsWith(`${folder}/`);
}
