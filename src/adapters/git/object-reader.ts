import { type ChildProcessByStdio, spawn } from "node:child_process";
import { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { refuseHugeText } from "../files/decode-text.ts";
import { type Git, gitProblem } from "./git-command.ts";

/** What `git cat-file --batch --follow-symlinks` says of a name. */
export type GitObject =
  | { readonly kind: "object"; readonly id: string; readonly type: string; readonly content: Buffer }
  /** No such object; or a link that leads nowhere, in a circle, or through a file. */
  | { readonly kind: "missing" }
  /** A link out of the repository. */
  | { readonly kind: "outside"; readonly target: string };

export type ObjectReader = {
  /** Reads by any name of git's (`HEAD^{commit}`, `<sha>:<path>`); it must not hold a newline. */
  readonly read: (name: string) => Promise<GitObject>;
};

type Reader = ChildProcessByStdio<Writable, Readable, Readable>;
type Waiting = {
  readonly name: string;
  readonly resolve: (object: GitObject) => void;
  readonly reject: (error: Error) => void;
};

/**
 * Reads objects through one git process that stays: the first answer costs a process (4 ms), each later one 0.1 ms.
 * It is started at the first question, does not keep this process alive, and ends with it.
 */
export function createObjectReader(git: Git, top: string): ObjectReader {
  let current: { readonly child: Reader; readonly waiting: Waiting[] } | null = null;

  const start = () => {
    const child = spawn("git", [...git.prefix, "cat-file", "--batch", "--follow-symlinks"], {
      cwd: top,
      env: git.environment,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const waiting: Waiting[] = [];
    const parse = createParser();
    let stderr = "";
    const fail = (message: string, cause: unknown) => {
      if (current?.child === child) current = null;
      for (const { reject } of waiting.splice(0)) reject(gitProblem(["cat-file"], message, cause));
    };
    child.stdout.on("data", (bytes: Buffer) => {
      try {
        for (const object of parse(bytes)) waiting.shift()?.resolve(object);
      } catch (error) {
        child.kill("SIGKILL");
        waiting.shift()?.reject(error instanceof Error ? error : new Error(String(error)));
        fail("its answer was not read to the end", error);
      }
      if (waiting.length === 0) holdOpen(child, false);
    });
    child.stderr.on("data", (bytes: Buffer) => {
      if (stderr.length < 10_000) stderr += bytes.toString();
    });
    child.stdin.on("error", (error) => fail(stderr || error.message, error));
    child.once("error", (error) => fail(`git could not be started: ${error.message}`, error));
    child.once("close", () => fail(stderr.trim() || "git ended unexpectedly", undefined));
    holdOpen(child, false);
    return { child, waiting };
  };

  return {
    read: (name) =>
      new Promise((resolve, reject) => {
        if (name.includes("\n")) throw new Error("a name with a newline cannot be asked for");
        current ??= start();
        current.waiting.push({ name, resolve, reject });
        holdOpen(current.child, true);
        current.child.stdin.write(`${name}\n`);
      }),
  };
}

/** Only while an answer is awaited does the git process keep ours from ending. */
function holdOpen(child: Reader, isHeld: boolean): void {
  const sockets = [child.stdin, child.stdout, child.stderr].filter((stream) => stream instanceof Socket);
  for (const handle of [child, ...sockets]) {
    if (isHeld) handle.ref();
    else handle.unref();
  }
}

/** Takes bytes as they come and gives the answers that are whole. */
function createParser(): (bytes: Buffer) => GitObject[] {
  let rest: Buffer[] = [];
  let length = 0;
  let needed = 1;

  return (bytes) => {
    rest.push(bytes);
    length += bytes.length;
    const objects: GitObject[] = [];
    while (length >= needed) {
      const buffer = rest.length === 1 && rest[0] !== undefined ? rest[0] : Buffer.concat(rest);
      const answer = readAnswer(buffer);
      rest = [answer.bytes === 0 ? buffer : buffer.subarray(answer.bytes)];
      length -= answer.bytes;
      // A large object comes in many pieces: not looked at again before it is whole.
      needed = answer.object === null ? answer.needed : 1;
      if (answer.object !== null) objects.push(answer.object);
    }
    return objects;
  };
}

type Answer = { readonly object: GitObject | null; readonly bytes: number; readonly needed: number };

function readAnswer(buffer: Buffer): Answer {
  const lineEnd = buffer.indexOf("\n");
  if (lineEnd < 0) return { object: null, bytes: 0, needed: buffer.length + 1 };
  const line = buffer.toString("utf8", 0, lineEnd);
  const start = lineEnd + 1;

  const found = /^([0-9a-f]{40,64}) (commit|tree|blob|tag) (\d+)$/.exec(line);
  if (found !== null) {
    const [, id = "", type = ""] = found;
    const size = Number(found[3]);
    refuseHugeText(size, id);
    const end = start + size + 1;
    if (buffer.length < end) return { object: null, bytes: 0, needed: end };
    return { object: { kind: "object", id, type, content: buffer.subarray(start, end - 1) }, bytes: end, needed: end };
  }

  const link = /^(symlink|dangling|loop|notdir) (\d+)$/.exec(line);
  if (link === null) return { object: { kind: "missing" }, bytes: start, needed: start };
  const end = start + Number(link[2]) + 1;
  if (buffer.length < end) return { object: null, bytes: 0, needed: end };
  const target = buffer.toString("utf8", start, end - 1);
  const object: GitObject = link[1] === "symlink" ? { kind: "outside", target } : { kind: "missing" };
  return { object, bytes: end, needed: end };
}
