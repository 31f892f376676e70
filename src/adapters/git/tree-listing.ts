import { dirname, join, relative } from "node:path";
import type { Link } from "../../pipeline/links.ts";
import { normalizeInside, realPathInside } from "../files/inside-root.ts";
import type { TrackedFiles } from "../files/list-content.ts";
import type { Git } from "./git-command.ts";
import type { ObjectReader } from "./object-reader.ts";

/** Of a tree's entries in git's own numbers. */
const LINK = "120000";

/** All symbolic links of a commit: one git process, and a question to the reader for each. */
export async function listLinks(git: Git, objects: ObjectReader, sha: string): Promise<readonly Link[]> {
  const { stdout } = await git.run(["ls-tree", "-r", "-z", "--full-tree", sha]);
  const entries = stdout.split("\0").flatMap((line) => {
    const [, id = "", path = ""] = line.startsWith(LINK) ? (/^120000 blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? []) : [];
    return path === "" ? [] : [{ id, path }];
  });
  return Promise.all(
    entries.map(async ({ id, path }) => {
      const object = await objects.read(id);
      // Of a link that cannot be read (a partial clone) anything may be the target.
      return { path, target: object.kind === "object" ? object.content.toString("utf8") : "/" };
    }),
  );
}

/**
 * Files in git's index of those that the paths are, or that lie beneath them; a submodule counts as one. Folders that are links are
 * followed first, since git knows a file only by where it really is; the last part of a path is not.
 *
 * @param top the tree's root, absolute and without links
 */
export async function listTracked(git: Git, top: string, paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const real = paths.map((path) => withoutLinks(top, path));
  const { stdout } = await git.run(["ls-files", "-z", "--", ...real], { folder: top });
  return stdout.split("\0").filter((path) => path !== "");
}

function withoutLinks(top: string, path: string): string {
  const normal = normalizeInside(path);
  const folder = normal === "" ? null : realPathInside(top, dirname(normal));
  return folder === null ? normal || "." : relative(top, join(folder, normal.slice(normal.lastIndexOf("/") + 1)));
}

/** For what is asked again and again, such as before and after a stage, and does not change meanwhile. */
export function rememberAnswers(ask: TrackedFiles): TrackedFiles {
  const answers = new Map<string, Promise<readonly string[]>>();
  return (paths) => {
    const key = paths.join("\0");
    const answer = answers.get(key) ?? ask(paths);
    answers.set(key, answer);
    return answer;
  };
}
