import type { Git } from "./git.ts";
import type { Upstream } from "./upstream.ts";

type GitObject = { readonly sha: string; readonly type: string; readonly content: Buffer };

/**
 * Keeps the emulator's git data as the real repository has it. The emulator hashes objects as git does, so the same content gets
 * the same SHA; that is verified for every object.
 *
 * @returns Brings over what is new: objects of all refs, branches and tags (a tag's ref points to its commit).
 */
export function createMirror(git: Git, upstream: Upstream, repository: string): () => Promise<void> {
  const known = new Set<string>();
  const refs = new Map<string, string>();

  return async () => {
    for (const object of await readObjects(git, known)) {
      if (object.type === "tag") continue;
      const sha = await write(object);
      if (sha !== object.sha)
        throw new Error(`${object.type} ${object.sha} became ${sha} in the emulator: is it signed?`);
      known.add(object.sha);
    }
    await mirrorRefs();
  };

  async function write(object: GitObject): Promise<unknown> {
    const made = await upstream.call("POST", `/repos/${repository}/git/${object.type}s`, requestFor(object));
    return (made as { sha?: unknown } | null)?.sha;
  }

  async function mirrorRefs(): Promise<void> {
    const current = new Map<string, string>();
    const format = "--format=%(refname) %(objectname) %(*objectname)";
    for (const line of (await git.text("for-each-ref", format, "refs/heads", "refs/tags")).split("\n")) {
      const [ref, object, peeled] = line.split(" ");
      if (ref !== undefined && object !== undefined) current.set(ref, peeled || object);
    }
    for (const [ref, sha] of current) {
      if (refs.get(ref) === sha) continue;
      const short = ref.slice("refs/".length);
      if (refs.has(ref)) await upstream.call("PATCH", `/repos/${repository}/git/refs/${short}`, { sha, force: true });
      else await upstream.call("POST", `/repos/${repository}/git/refs`, { ref, sha });
      refs.set(ref, sha);
    }
    for (const ref of [...refs.keys()].filter((ref) => !current.has(ref))) {
      await upstream.call("DELETE", `/repos/${repository}/git/refs/${ref.slice("refs/".length)}`);
      refs.delete(ref);
    }
  }
}

/** What is not known yet, each object after those it names. */
async function readObjects(git: Git, known: ReadonlySet<string>): Promise<readonly GitObject[]> {
  const listed = await git.text("rev-list", "--objects", "--all", "--no-object-names");
  const shas = listed.split("\n").filter((sha) => sha !== "" && !known.has(sha));
  if (shas.length === 0) return [];
  const objects = parseBatch(await git.run(["cat-file", "--batch"], { input: `${shas.join("\n")}\n` }));

  const bySha = new Map(objects.map((object) => [object.sha, object]));
  const ordered: GitObject[] = [];
  const visit = (sha: string): void => {
    const object = bySha.get(sha);
    if (object === undefined) return;
    bySha.delete(sha);
    if (object.type === "tree") for (const entry of parseTree(object.content)) visit(entry.sha);
    ordered.push(object);
  };
  for (const { sha, type } of objects) if (type === "blob" || type === "tree") visit(sha);

  const commits = objects.filter(({ type }) => type === "commit").reverse();
  return [...ordered, ...parentsFirst(commits)];
}

function parentsFirst(commits: readonly GitObject[]): readonly GitObject[] {
  const waiting = new Map(commits.map((commit) => [commit.sha, commit]));
  const ordered: GitObject[] = [];
  const visit = (commit: GitObject): void => {
    if (!waiting.delete(commit.sha)) return;
    for (const parent of parseCommit(commit).parents) {
      const object = waiting.get(parent);
      if (object !== undefined) visit(object);
    }
    ordered.push(commit);
  };
  for (const commit of commits) visit(commit);
  return ordered;
}

function parseBatch(output: Buffer): readonly GitObject[] {
  const objects: GitObject[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf("\n", at);
    const [sha = "", type = "", size = "0"] = output.subarray(at, end).toString("utf8").split(" ");
    const content = output.subarray(end + 1, end + 1 + Number(size));
    objects.push({ sha, type, content });
    at = end + 1 + Number(size) + 1;
  }
  return objects;
}

function parseTree(content: Buffer): readonly { mode: string; path: string; sha: string; type: string }[] {
  const entries = [];
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf(0, at);
    const line = content.subarray(at, end).toString("utf8");
    const space = line.indexOf(" ");
    const mode = line.slice(0, space).padStart(6, "0");
    const type = mode === "040000" ? "tree" : mode === "160000" ? "commit" : "blob";
    entries.push({ mode, path: line.slice(space + 1), type, sha: content.subarray(end + 1, end + 21).toString("hex") });
    at = end + 21;
  }
  return entries;
}

function parseCommit(object: GitObject): {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: unknown;
  readonly committer: unknown;
  readonly message: string;
} {
  const text = object.content.toString("utf8");
  const split = text.indexOf("\n\n");
  const headers = text.slice(0, split).split("\n");
  const values = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    tree: values("tree")[0] ?? "",
    parents: values("parent"),
    author: parseIdentity(values("author")[0] ?? ""),
    committer: parseIdentity(values("committer")[0] ?? ""),
    message: text.slice(split + 2),
  };
}

function parseIdentity(text: string): unknown {
  const [, name, email, seconds, sign, hours, minutes] = /^(.*) <(.*)> (\d+) ([+-])(\d\d)(\d\d)$/.exec(text) ?? [];
  const offsetMinutes = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const local = new Date((Number(seconds) + offsetMinutes * 60) * 1000).toISOString().slice(0, 19);
  return { name, email, date: `${local}${sign}${hours}:${minutes}` };
}

function requestFor(object: GitObject): unknown {
  if (object.type === "blob") return { content: object.content.toString("base64"), encoding: "base64" };
  if (object.type === "tree") return { tree: parseTree(object.content) };
  return parseCommit(object);
}
