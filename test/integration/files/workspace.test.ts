import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDigestCache } from "../../../src/adapters/files/digest-cache.ts";
import { hashFile } from "../../../src/adapters/files/hash-file.ts";
import { makeStateFolder } from "../../../src/adapters/files/state-folder.ts";
import { openWorkspace } from "../../../src/adapters/files/workspace.ts";
import { ProblemError } from "../../../src/problem.ts";
import { temporaryFolder, writeFiles } from "./temporary-folder.ts";

const sha256 = (content: string | Uint8Array) => `sha256:${createHash("sha256").update(content).digest("hex")}`;

function open(files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const root = temporaryFolder(files);
  return { root, workspace: openWorkspace(root) };
}

async function digest(root: string, path: string) {
  const [found] = await openWorkspace(root, { digestsFolder: null }).digests([path]);
  return found?.digest;
}

describe("readText", () => {
  it("gives the text, null for what is not a file, and drops a byte-order mark", async () => {
    const { workspace } = open({ "a/b.yml": "\ufeffkey: 1\n" });
    expect(await workspace.readText("a/./b.yml")).toBe("key: 1\n");
    expect(await workspace.readText("a")).toBeNull();
    expect(await workspace.readText("a/none.yml")).toBeNull();
    expect(await workspace.readText("a/b.yml/c")).toBeNull();
  });

  it.each(["../secret", "/etc/passwd", "a/../../secret", "a\0b"])("refuses %j", async (path) => {
    const { workspace } = open({ "a/b": "" });
    await expect(workspace.readText(path)).rejects.toThrow(ProblemError);
  });

  it("follows links inside the root and refuses those that leave it", async () => {
    const outside = temporaryFolder({ secret: "secret" });
    const { root, workspace } = open({ "real/file": "text" });
    symlinkSync("real", join(root, "inside"));
    symlinkSync(outside, join(root, "leaving"));
    symlinkSync(join(outside, "secret"), join(root, "direct"));
    symlinkSync("circle", join(root, "circle"));
    expect(await workspace.readText("inside/file")).toBe("text");
    await expect(workspace.readText("leaving/secret")).rejects.toThrow(/leads out of the repository/);
    await expect(workspace.readText("direct")).rejects.toThrow(/leads out of the repository/);
    await expect(workspace.readText("circle")).rejects.toThrow(/circle/);
  });

  it("refuses a sibling folder whose name begins like the root's", async () => {
    const parent = temporaryFolder({ "root/a": "", "root-too/secret": "x" });
    symlinkSync("../root-too/secret", join(parent, "root/link"));
    await expect(openWorkspace(join(parent, "root")).readText("link")).rejects.toThrow(ProblemError);
  });

  it("refuses bytes that are not UTF-8, and huge files", async () => {
    const { root, workspace } = open({ bad: Uint8Array.of(0xff, 0xfe, 0x00) });
    execFileSync("truncate", ["-s", "65M", join(root, "huge")]);
    await expect(workspace.readText("bad")).rejects.toThrow(/UTF-8/);
    await expect(workspace.readText("huge")).rejects.toThrow(/at most/);
  });
});

describe("digests", () => {
  it("gives sha256 and size of files, null for nothing, in the order asked", async () => {
    const big = new Uint8Array(2_500_000).fill(7);
    const { workspace } = open({ a: "abc", empty: "", big });
    expect(await workspace.digests(["big", "none", "a", "empty"])).toEqual([
      { path: "big", digest: sha256(big), bytes: 2_500_000 },
      null,
      { path: "a", digest: sha256("abc"), bytes: 3 },
      { path: "empty", digest: sha256(""), bytes: 0 },
    ]);
  });

  it("gives a folder's, which depends on names and content only", async () => {
    const first = temporaryFolder({ "d/b": "2", "d/a/x": "1" });
    const second = temporaryFolder({ "d/a/x": "1", "d/b": "2", "d/.git/HEAD": "x", "d/__pycache__/m.pyc": "x" });
    expect(await digest(first, "d")).toBe(await digest(second, "d"));
    writeFiles(second, { "d/b": "3" });
    expect(await digest(first, "d")).not.toBe(await digest(second, "d"));
    writeFiles(second, { "d/b": "2" });
    renameSync(join(second, "d/b"), join(second, "d/c"));
    expect(await digest(first, "d")).not.toBe(await digest(second, "d"));
  });

  it("tells a folder from a file with its listing, and two listings that read alike", async () => {
    const one = temporaryFolder({ "d/a\nb": "1" });
    const two = temporaryFolder({ "d/a": "1", "d/b": "1" });
    expect(await digest(one, "d")).not.toBe(await digest(two, "d"));
  });

  it("leaves its own state out of the root's digest", async () => {
    const { root, workspace } = open({ a: "1" });
    const [before] = await workspace.digests(["."]);
    writeFiles(root, { ".modelgate/anything": "x" });
    expect((await workspace.digests(["."]))[0]).toEqual(before);
    writeFiles(root, { b: "2" });
    expect((await workspace.digests(["."]))[0]).not.toEqual(before);
  });

  it("refuses links out of the root, circles, broken links and pipes beneath a folder", async () => {
    const outside = temporaryFolder({ secret: "s" });
    const { root, workspace } = open({ "a/x": "", "b/x": "", "c/x": "", "d/x": "" });
    symlinkSync(outside, join(root, "a/link"));
    symlinkSync(".", join(root, "b/link"));
    symlinkSync("nowhere", join(root, "c/link"));
    execFileSync("mkfifo", [join(root, "d/pipe")]);
    await expect(workspace.digests(["a"])).rejects.toThrow(/leads out/);
    await expect(workspace.digests(["b"])).rejects.toThrow(/lies in/);
    await expect(workspace.digests(["c"])).rejects.toThrow(/broken link/);
    await expect(workspace.digests(["d"])).rejects.toThrow(/neither a file nor a folder/);
    await expect(workspace.digests(["d/pipe"])).rejects.toThrow(/not a regular file/);
  });
});

describe("the digest cache", () => {
  const hourAgo = () => new Date(Date.now() - 3_600_000);
  /** Status-change times cannot be set: the clock is moved instead. */
  const inAnHour = () => BigInt(Date.now() + 3_600_000) * 1_000_000n;

  it("remembers what has long been still, over processes, until its stamp changes", async () => {
    const folder = temporaryFolder({ data: "abc" });
    const file = join(folder, "digests");
    const hashed = await hashFile(join(folder, "data"), "data");
    const writer = openDigestCache(file, () => undefined);
    writer.add('odd\n"name"', hashed, inAnHour());
    writer.persist();
    const stamp = `${hashed.stat.size} ${hashed.stat.mtimeNs} ${hashed.stat.ctimeNs} ${hashed.stat.ino}`;
    const reader = openDigestCache(file, () => undefined);
    expect(reader.find('odd\n"name"', stamp)).toBe(hashed.digest);
    expect(reader.find('odd\n"name"', `${stamp}0`)).toBeNull();
    expect(reader.find("other", stamp)).toBeNull();
  });

  it("does not trust a file that was written just before it was read", async () => {
    const { root, workspace } = open({ data: "one" });
    const file = join(root, "data");
    utimesSync(file, hourAgo(), hourAgo());
    const [before] = await workspace.digests(["data"]);
    writeFileSync(file, "two");
    utimesSync(file, hourAgo(), hourAgo());
    const [after] = await workspace.digests(["data"]);
    expect(before?.digest).toBe(sha256("one"));
    expect(after?.digest).toBe(sha256("two"));
    expect(existsSync(join(root, ".modelgate/digests"))).toBe(false);
  });

  it("is what a later call answers from", async () => {
    const { root } = open({ data: "content" });
    const folder = temporaryFolder();
    const hashed = await hashFile(join(root, "data"), "data");
    const seeded = openDigestCache(join(folder, "digests"), () => undefined);
    const forged = "0".repeat(64);
    seeded.add(join(root, "data"), { ...hashed, digest: forged }, inAnHour());
    seeded.persist();
    const [found] = await openWorkspace(root, { digestsFolder: folder }).digests(["data"]);
    expect(found?.digest).toBe(`sha256:${forged}`);
  });

  it.each(["", "garbage", "modelgate digests 2\n", `modelgate digests 1\n${"0".repeat(64)} 1 1 1 1 "unclosed\n`])(
    "takes a damaged file (%j) for an empty one, and replaces it",
    async (text) => {
      const folder = temporaryFolder({ digests: text, data: "abc" });
      const cache = openDigestCache(join(folder, "digests"), () => undefined);
      expect(cache.find("data", "3 1 1 1")).toBeNull();
      cache.add("data", await hashFile(join(folder, "data"), "data"), inAnHour());
      cache.persist();
      expect(readFileSync(join(folder, "digests"), "utf8")).toMatch(/^modelgate digests 1\n[0-9a-f]{64} .* "data"\n$/);
    },
  );

  it("works where nothing can be written", async () => {
    const { root } = open({ data: "abc" });
    const folder = temporaryFolder({ blocked: "a file, and no folder" });
    const hashed = await hashFile(join(root, "data"), "data");
    const cache = openDigestCache(join(folder, "blocked/digests"), () => undefined);
    cache.add("data", hashed, inAnHour());
    expect(() => cache.persist()).not.toThrow();
  });

  it("is written by a workspace, in the folder that it is told", async () => {
    const folder = temporaryFolder();
    // A file that has been still for long: its times cannot be made up.
    const root = join(import.meta.dirname, "../../../node_modules/zod");
    const [found] = await openWorkspace(root, { digestsFolder: join(folder, "new") }).digests(["package.json"]);
    expect(readFileSync(join(folder, "new/digests"), "utf8")).toContain(found?.digest.replace("sha256:", ""));
  });

  it("is not written through a link that the repository brings", () => {
    const outside = temporaryFolder();
    const root = temporaryFolder();
    symlinkSync(outside, join(root, ".modelgate"));
    expect(() => makeStateFolder(root)).toThrow(ProblemError);
    expect(readdirSync(outside)).toEqual([]);
    rmSync(join(root, ".modelgate"));
    symlinkSync(outside, join(makeStateFolder(root), "deeper"));
    expect(() => makeStateFolder(root, "deeper")).toThrow(ProblemError);
  });
});

describe("links and regular files", () => {
  it("tells the links that paths are or lead through, each where it stands", async () => {
    const { root, workspace } = open({ "real/deep/file": "1", plain: "2" });
    symlinkSync("real", join(root, "a"));
    symlinkSync("../a/deep", join(root, "real/b"));
    symlinkSync("/etc", join(root, "out"));
    symlinkSync("circle", join(root, "circle"));
    symlinkSync("nowhere", join(root, "broken"));
    expect(await workspace.linksTo(["plain", "none/x", "real/deep/file", "a\0b", ".."])).toEqual([]);
    expect(await workspace.linksTo(["a/b/file"])).toEqual([
      { path: "a", target: "real" },
      { path: "real/b", target: "../a/deep" },
    ]);
    expect(await workspace.linksTo(["out/passwd", "circle", "broken"])).toEqual([
      { path: "out", target: "/etc" },
      { path: "circle", target: "circle" },
      { path: "broken", target: "nowhere" },
    ]);
  });

  it("tells files from folders, and from what is not there or out of reach", async () => {
    const { root, workspace } = open({ "folder/file": "1" });
    symlinkSync("folder/file", join(root, "link"));
    symlinkSync("/etc/passwd", join(root, "out"));
    const asked = ["folder", "folder/file", "link", "out", "none", "../x", "a\0b"];
    expect(await workspace.regularFiles(asked)).toEqual(["folder/file", "link"]);
  });
});
