import { join } from "node:path";
import type { Link } from "../../pipeline/links.ts";
import type { Repository } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { decodeText } from "../files/decode-text.ts";
import { normalizeInside } from "../files/inside-root.ts";
import { openWorkspace } from "../files/workspace.ts";
import { isFullSha, requireFullSha, requireRef } from "./commit-names.ts";
import { deepen, fetchCommit, isShallow } from "./fetch-commit.ts";
import { createGit, type Git } from "./git-command.ts";
import { findGitFolders, type GitFolders } from "./git-folder.ts";
import { createObjectReader, type GitObject, type ObjectReader } from "./object-reader.ts";
import { listLinks, listTracked, rememberAnswers } from "./tree-listing.ts";
import { createWorktrees } from "./worktrees.ts";

export type RepositoryOptions = {
  /** Usually `process.env`: git needs HOME, PATH and what its credentials come from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute; where checkouts of other commits are kept. Without it inside the `.git` folder, where no commit can put a file. */
  readonly worktreesFolder?: string;
  /** How many checkouts are kept for later runs. */
  readonly keepWorktrees?: number;
};

/** By so many commits a shallow clone is deepened, one step after another, before its whole history is fetched. */
const DEEPEN_BY = [50, 500];

/**
 * The git repository that a folder lies in. Throws a ProblemError where there is none.
 *
 * Digests of files are remembered inside the `.git` folder: nothing that a commit brings along is taken for one.
 */
export function openRepository(folder: string, options: RepositoryOptions): Repository {
  const folders = findGitFolders(folder);
  const git = createGit(folders.top, options.environment);
  const objects = createObjectReader(git, folders.top);
  const worktreesFolder = options.worktreesFolder ?? join(folders.shared, "modelgate", "worktrees");
  const worktrees = createWorktrees(git, folders.top, worktreesFolder, options.keepWorktrees ?? 3);

  const open = (top: string, digestsFolder: string) =>
    openWorkspace(top, { digestsFolder, tracked: rememberAnswers((paths) => listTracked(git, top, paths)) });
  const linksAt = new Map<string, Promise<readonly Link[]>>();

  return {
    workspace: open(folders.top, join(folders.own, "modelgate")),
    head: () => readHead(objects),
    has: async (ref) => (await findCommit(objects, requireRef(ref))) !== null,
    resolve: async (ref) => resolveRef(git, folders, objects, ref),
    mergeBase: async (a, b) => findMergeBase(git, folders, requireFullSha(a), requireFullSha(b)),
    readAt: async (sha, path) => readTextAt(git, objects, requireFullSha(sha), path),
    changedSince: async (sha) => listChanges(git, requireFullSha(sha)),
    links: (sha) => {
      const known = linksAt.get(sha) ?? listLinks(git, objects, requireFullSha(sha));
      linksAt.set(sha, known);
      return known;
    },
    tracked: (paths) => listTracked(git, folders.top, paths),
    worktree: async (sha) => {
      const { folder: top, stateFolder, release } = await worktrees.take(sha);
      return { workspace: open(top, stateFolder), release };
    },
  };
}

async function readHead(objects: ObjectReader): Promise<{ sha: string; parents: readonly string[] }> {
  const object = await objects.read("HEAD^{commit}");
  if (object.kind !== "object") {
    throw new ProblemError({
      kind: "usage",
      where: "HEAD",
      what: "the repository has no commit",
      mend: "make a first commit",
    });
  }
  // The raw commit: git's own listing of parents hides those that a shallow clone has cut off.
  const header = object.content.toString("latin1").split("\n\n", 1)[0] ?? "";
  return { sha: object.id, parents: [...header.matchAll(/^parent ([0-9a-f]{40,64})$/gm)].map(([, sha]) => sha ?? "") };
}

async function resolveRef(git: Git, folders: GitFolders, objects: ObjectReader, ref: string): Promise<string> {
  const known = await findCommit(objects, requireRef(ref));
  if (known !== null) return known;
  const fetched = await findCommit(objects, await fetchCommit(git, folders.shared, ref));
  if (fetched !== null) return fetched;
  throw new ProblemError({
    kind: "config",
    where: `git ref ${ref}`,
    what: "it names something that is not a commit",
    mend: "name a branch, a tag or a commit SHA",
  });
}

async function findCommit(objects: ObjectReader, ref: string): Promise<string | null> {
  const object = await objects.read(`${ref}^{commit}`);
  return object.kind === "object" ? object.id : null;
}

/** In a shallow clone the answer is the best of the history fetched so far, as git itself would give it there. */
async function findMergeBase(git: Git, folders: GitFolders, a: string, b: string): Promise<string> {
  const find = async () => {
    const { code, stdout } = await git.run(["merge-base", a, b], { accept: [1] });
    return code === 0 && isFullSha(stdout.trim()) ? stdout.trim() : null;
  };
  for (const commits of [0, ...DEEPEN_BY, null]) {
    if (commits !== 0) await deepen(git, commits, [a, b]);
    const found = await find();
    if (found !== null) return found;
    if (!isShallow(folders.shared)) break;
  }
  throw new ProblemError({
    kind: "config",
    where: `commits ${a} and ${b}`,
    what: "they have no common ancestor",
    mend: "name a baseline of the same history",
  });
}

async function readTextAt(git: Git, objects: ObjectReader, sha: string, path: string): Promise<string | null> {
  const relative = normalizeInside(path);
  const object = await readObjectAt(git, objects, sha, relative);
  if (object.kind === "object") return object.type === "blob" ? decodeText(object.content, `${path} at ${sha}`) : null;
  if (object.kind === "outside") {
    throw new ProblemError({
      kind: "evidence",
      where: `${path} at ${sha}`,
      what: `a link leads out of the repository, to ${object.target}`,
      mend: "keep the file itself inside the repository",
    });
  }
  // A commit that is not here has no files either: that must not read as "the commit lacks the file".
  if ((await findCommit(objects, sha)) !== null) return null;
  throw new ProblemError({
    kind: "platform",
    where: `${path} at ${sha}`,
    what: "this clone lacks the commit",
    mend: "fetch it first",
  });
}

async function readObjectAt(git: Git, objects: ObjectReader, sha: string, path: string): Promise<GitObject> {
  if (!path.includes("\n")) return objects.read(`${sha}:${path}`);
  // The reader's questions end at a newline: such a name is first turned into an id.
  const { code, stdout } = await git.run(["rev-parse", "--verify", "--quiet", `${sha}:${path}`], { accept: [1, 128] });
  return code === 0 && isFullSha(stdout.trim()) ? objects.read(stdout.trim()) : { kind: "missing" };
}

async function listChanges(git: Git, sha: string): Promise<readonly string[]> {
  const [tracked, untracked] = await Promise.all([
    // Without renames: a moved file is one that went and one that came. No driver of the repository's own is run.
    git.run([
      ...["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-relative"],
      ...["--ignore-submodules=none", sha, "--"],
    ]),
    git.run(["ls-files", "-z", "--others", "--exclude-standard"]),
  ]);
  const paths = [...tracked.stdout.split("\0"), ...untracked.stdout.split("\0")].filter((path) => path !== "");
  return [...new Set(paths)].sort();
}
