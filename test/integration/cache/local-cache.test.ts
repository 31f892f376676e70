import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLayeredCache } from "../../../src/adapters/cache/layered-cache.ts";
import { createLocalCache, type LocalCacheOptions } from "../../../src/adapters/cache/local-cache.ts";
import { openWorkspace } from "../../../src/adapters/files/workspace.ts";
import type { StageCache, StageRun } from "../../../src/ports.ts";
import { temporaryFolder, writeFiles } from "../files/temporary-folder.ts";

const RUN: StageRun = { wallSeconds: 1, cpuSeconds: null, peakMemoryBytes: 1 };
const print = (digit: string) => `sha256:${digit.repeat(64)}`;
const workspaceWith = (files: Readonly<Record<string, string>> = {}) =>
  openWorkspace(temporaryFolder(files), { digestsFolder: null });

async function filled(options: LocalCacheOptions = {}) {
  const folder = temporaryFolder();
  const cache = createLocalCache(folder, options);
  await cache.save(print("a"), workspaceWith({ model: "weights", "out/x": "1" }), ["model", "out"], RUN);
  const entry = join(folder, "entries", `${"a".repeat(64)}.json`);
  return { folder, cache, entry };
}

function objectFiles(folder: string): string[] {
  const objects = join(folder, "objects");
  return readdirSync(objects, { recursive: true, encoding: "utf8" })
    .map((name) => join(objects, name))
    .filter((path) => statSync(path).isFile());
}

async function expectAbsent(cache: StageCache) {
  const workspace = workspaceWith({ model: "old", "out/old": "old" });
  expect(await cache.restore(print("a"), workspace, ["model", "out"])).toBeNull();
  expect(await workspace.readText("model")).toBe("old");
  expect(await workspace.readText("out/old")).toBe("old");
}

describe("a damaged cache", () => {
  it.each([
    ["another content", (path: string) => writeFileSync(path, "WEIGHTS")],
    ["half of the content", (path: string) => writeFileSync(path, "")],
    ["nothing", (path: string) => rmSync(path)],
  ])("with %s in an object counts as absent, the entry goes, and a new one works", async (_, spoil) => {
    const { folder, cache, entry } = await filled();
    for (const path of objectFiles(folder)) spoil(path);
    await expectAbsent(cache);
    expect(existsSync(entry)).toBe(false);
    await cache.save(print("a"), workspaceWith({ model: "new", "out/x": "1" }), ["model", "out"], RUN);
    expect(await cache.restore(print("a"), workspaceWith(), ["model", "out"])).toEqual(RUN);
  });

  it("whose objects are damaged is healed by saving the same content", async () => {
    const { folder, cache } = await filled();
    for (const path of objectFiles(folder)) writeFileSync(path, "x");
    await cache.save(print("a"), workspaceWith({ model: "weights", "out/x": "1" }), ["model", "out"], RUN);
    expect(await cache.restore(print("a"), workspaceWith(), ["model", "out"])).toEqual(RUN);
  });

  it("leaves nothing of a restoration that stopped half-way", async () => {
    const { folder, cache } = await filled();
    const [first] = objectFiles(folder);
    if (first !== undefined) rmSync(first);
    const workspace = workspaceWith();
    expect(await cache.restore(print("a"), workspace, ["model", "out"])).toBeNull();
    expect(readdirSync(workspace.root)).toEqual([".modelgate"]);
    expect(readdirSync(join(workspace.root, ".modelgate/restoring"))).toEqual([]);
  });
});

describe("a hostile entry", () => {
  type Entry = { outs: object[]; files: { path: string; digest: string }[]; [key: string]: unknown };

  it.each<[string, (entry: Entry) => unknown]>([
    ["no JSON", () => "{"],
    ["null", () => null],
    ["another version", (entry) => ({ ...entry, version: 2 })],
    ["another's fingerprint", (entry) => ({ ...entry, fingerprint: print("b") })],
    ["an unknown key", (entry) => ({ ...entry, extra: 1 })],
    ["a path upwards", (entry) => replaceFile(entry, "out/../../evil")],
    ["an absolute path", (entry) => replaceFile(entry, "/tmp/evil")],
    ["a path beside the outputs", (entry) => replaceFile(entry, ".git/hooks/post-checkout")],
    ["a path that only begins alike", (entry) => replaceFile(entry, "out-too/x")],
    [
      "a file beneath a file",
      (entry) => ({ ...entry, files: [...entry.files, { ...entry.files[0], path: "model/x" }] }),
    ],
    ["a file twice", (entry) => ({ ...entry, files: [...entry.files, entry.files[0]] })],
    [
      "an output without its file",
      (entry) => ({ ...entry, files: entry.files.filter(({ path }) => path !== "model") }),
    ],
    [
      "a digest that is a path",
      (entry) => ({ ...entry, files: entry.files.map((file) => ({ ...file, digest: "../../x" })) }),
    ],
    ["negative seconds", (entry) => ({ ...entry, run: { ...RUN, wallSeconds: -1 } })],
    ["an output in an output", (entry) => ({ ...entry, outs: [...entry.outs, { path: "out/x", kind: "file" }] })],
    ["fewer outputs", (entry) => ({ ...entry, outs: entry.outs.slice(1) })],
  ])("with %s counts as absent", async (_, change) => {
    const { cache, entry } = await filled();
    const changed = change(JSON.parse(readFileSync(entry, "utf8")) as Entry);
    writeFileSync(entry, typeof changed === "string" ? changed : JSON.stringify(changed));
    await expectAbsent(cache);
    expect(existsSync(entry)).toBe(false);
  });

  function replaceFile(entry: Entry, path: string) {
    return { ...entry, files: entry.files.map((file) => (file.path === "out/x" ? { ...file, path } : file)) };
  }
});

describe("saving", () => {
  it("refuses an output that is missing or leaves the workspace, and leaves no entry", async () => {
    const folder = temporaryFolder();
    const cache = createLocalCache(folder);
    const workspace = workspaceWith({ a: "1" });
    symlinkSync(temporaryFolder({ secret: "s" }), join(workspace.root, "out"));
    await expect(cache.save(print("a"), workspace, ["a", "none"], RUN)).rejects.toThrow(
      /none: this output is to be cached/,
    );
    await expect(cache.save(print("a"), workspace, ["out"], RUN)).rejects.toThrow(/leads out of the repository/);
    await expect(cache.save(print("a"), workspace, ["../a"], RUN)).rejects.toThrow(/out of the repository/);
    expect(existsSync(join(folder, "entries"))).toBe(false);
    expect(readdirSync(join(folder, "temporary"))).toEqual([]);
  });

  it("stores equal files once", async () => {
    const folder = temporaryFolder();
    await createLocalCache(folder).save(print("a"), workspaceWith({ "o/a": "same", "o/b": "same" }), ["o"], RUN);
    expect(objectFiles(folder).length).toBe(1);
  });

  it("says where the disk refuses", async () => {
    const folder = temporaryFolder({ blocked: "a file" });
    const cache = createLocalCache(join(folder, "blocked"));
    await expect(cache.save(print("a"), workspaceWith({ a: "1" }), ["a"], RUN)).rejects.toThrow(
      /stage cache .*blocked/,
    );
  });
});

describe("a cache that is full", () => {
  const HOUR = 3_600_000;

  it("lets go of what was used longest ago", async () => {
    const folder = temporaryFolder();
    let clock = Date.now();
    const cache = createLocalCache(folder, { mostBytes: 250, now: () => clock });
    const save = async (digit: string) => {
      await cache.save(print(digit), workspaceWith({ out: digit.repeat(100) }), ["out"], RUN);
      utimesSync(join(folder, "entries", `${digit.repeat(64)}.json`), clock / 1000, clock / 1000);
      for (const path of objectFiles(folder)) utimesSync(path, clock / 1000, clock / 1000);
      clock += 2 * HOUR;
    };
    await save("1");
    await save("2");
    expect(await cache.restore(print("1"), workspaceWith(), ["out"])).toEqual(RUN);
    clock += 2 * HOUR;
    await save("3");
    const known = await Promise.all(
      ["1", "2", "3"].map((digit) => cache.restore(print(digit), workspaceWith(), ["out"])),
    );
    expect(known.map((run) => run !== null)).toEqual([true, false, true]);
    expect(objectFiles(folder).length).toBe(2);
  });

  it("does not take away what another process may be saving", async () => {
    const folder = temporaryFolder();
    const cache = createLocalCache(folder, { mostBytes: 1 });
    writeFiles(folder, { [`objects/cc/${"c".repeat(62)}`]: "being saved", "temporary/half": "being copied" });
    await cache.save(print("a"), workspaceWith({ a: "12" }), ["a"], RUN);
    expect(existsSync(join(folder, `objects/cc/${"c".repeat(62)}`))).toBe(true);
    expect(existsSync(join(folder, "temporary/half"))).toBe(true);
    expect(await cache.restore(print("a"), workspaceWith(), ["a"])).toEqual(RUN);
  });
});

it("a layered cache fills the near one from the far one", async () => {
  const [near, far] = [createLocalCache(temporaryFolder()), createLocalCache(temporaryFolder())];
  await far.save(print("a"), workspaceWith({ a: "1" }), ["a"], RUN);
  expect(await createLayeredCache(near, far).restore(print("a"), workspaceWith(), ["a"])).toEqual(RUN);
  expect(await near.restore(print("a"), workspaceWith(), ["a"])).toEqual(RUN);
});
