import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ActionsCacheClient, createActionsCache } from "../../src/adapters/cache/actions-cache.ts";
import { createLayeredCache } from "../../src/adapters/cache/layered-cache.ts";
import { createLocalCache } from "../../src/adapters/cache/local-cache.ts";
import { openWorkspace } from "../../src/adapters/files/workspace.ts";
import type { StageCache, StageRun } from "../../src/ports.ts";
import { ProblemError } from "../../src/problem.ts";
import { temporaryFolder, writeFiles } from "../integration/files/temporary-folder.ts";

const RUN: StageRun = { wallSeconds: 12.5, cpuSeconds: 11, peakMemoryBytes: null };
const FINGERPRINT = `sha256:${"a".repeat(64)}`;
const OTHER = `sha256:${"b".repeat(64)}`;

const workspaceWith = (files: Readonly<Record<string, string>> = {}) =>
  openWorkspace(temporaryFolder(files), { digestsFolder: null });

/** Behaves as the service does: entries never change, and are found under the beginning of their key and the same paths. */
function fakeService(root: string): ActionsCacheClient {
  const stored = temporaryFolder();
  return {
    isFeatureAvailable: () => true,
    saveCache: async ([path = ""], key) => {
      const place = join(stored, `${key} ${encodeURIComponent(path)}`);
      if (existsSync(place)) return -1;
      cpSync(join(root, path), place, { recursive: true });
      return 1;
    },
    restoreCache: async ([path = ""], key) => {
      const found = readdirSync(stored).find((name) => name.startsWith(key) && name.endsWith(encodeURIComponent(path)));
      if (found === undefined) return undefined;
      cpSync(join(stored, found), join(root, path), { recursive: true });
      return found.split(" ")[0];
    },
  };
}

function actionsCache(): StageCache {
  const root = temporaryFolder();
  return createActionsCache({
    root,
    loadClient: async () => fakeService(root),
    warn: (line) => expect.unreachable(line),
  });
}

const caches: readonly (readonly [string, () => StageCache])[] = [
  ["local", () => createLocalCache(join(temporaryFolder(), "not", "there", "yet"))],
  ["actions", actionsCache],
  ["layered", () => createLayeredCache(createLocalCache(temporaryFolder()), actionsCache())],
];

describe.each(caches)("a %s stage cache", (_, create) => {
  it("does not know what was never saved, and touches nothing", async () => {
    const cache = create();
    const workspace = workspaceWith({ model: "old" });
    expect(await cache.restore(FINGERPRINT, workspace, ["model"])).toBeNull();
    expect(await workspace.readText("model")).toBe("old");
  });

  it("gives back files, folders, empty folders, execute permission, and what the run took", async () => {
    const cache = create();
    const from = workspaceWith({ model: "weights", "out/deep/a": "1", "out/b": "1", "m.json": "{}" });
    mkdirSync(join(from.root, "out/empty"));
    chmodSync(join(from.root, "out/b"), 0o755);
    const outs = ["model", "out", "m.json"];
    await cache.save(FINGERPRINT, from, outs, RUN);

    const to = workspaceWith({ "out/stale": "x", model: "old", unrelated: "kept" });
    expect(await cache.restore(FINGERPRINT, to, outs)).toEqual(RUN);
    expect(await to.digests(outs)).toEqual(await from.digests(outs));
    expect(existsSync(join(to.root, "out/empty"))).toBe(true);
    expect(existsSync(join(to.root, "out/stale"))).toBe(false);
    expect(statSync(join(to.root, "out/b")).mode & 0o111).not.toBe(0);
    expect(statSync(join(to.root, "model")).mode & 0o111).toBe(0);
    expect(await to.readText("unrelated")).toBe("kept");
  });

  it("leaves untouched what is there already", async () => {
    const cache = create();
    const workspace = workspaceWith({ model: "weights", "out/a": "1" });
    await cache.save(FINGERPRINT, workspace, ["model", "out"], RUN);
    const inodes = () => ["model", "out", "out/a"].map((path) => statSync(join(workspace.root, path)).ino);
    const before = inodes();
    expect(await cache.restore(FINGERPRINT, workspace, ["model", "out"])).toEqual(RUN);
    expect(inodes()).toEqual(before);
  });

  it("keeps fingerprints apart, and an entry for other outputs is none", async () => {
    const cache = create();
    const workspace = workspaceWith({ a: "1", b: "2" });
    await cache.save(FINGERPRINT, workspace, ["a"], RUN);
    expect(await cache.restore(OTHER, workspace, ["a"])).toBeNull();
    expect(await cache.restore(FINGERPRINT, workspaceWith(), ["a", "b"])).toBeNull();
  });

  it("keeps a stage without outputs, and the order of outputs does not matter", async () => {
    const cache = create();
    await cache.save(FINGERPRINT, workspaceWith(), [], RUN);
    expect(await cache.restore(FINGERPRINT, workspaceWith(), [])).toEqual(RUN);
    await cache.save(OTHER, workspaceWith({ a: "1", b: "2" }), ["a", "b"], RUN);
    expect(await cache.restore(OTHER, workspaceWith(), ["b", "./a"])).toEqual(RUN);
  });

  it("gives its files away: writing to a restored one changes no later restoration", async () => {
    const cache = create();
    await cache.save(FINGERPRINT, workspaceWith({ model: "weights" }), ["model"], RUN);
    const first = workspaceWith();
    await cache.restore(FINGERPRINT, first, ["model"]);
    writeFiles(first.root, { model: "damaged" });
    const second = workspaceWith();
    await cache.restore(FINGERPRINT, second, ["model"]);
    expect(await second.readText("model")).toBe("weights");
  });

  it("restores into no link out of the workspace", async () => {
    const cache = create();
    await cache.save(FINGERPRINT, workspaceWith({ "out/model": "weights" }), ["out/model"], RUN);
    const outside = temporaryFolder({ model: "precious" });
    const workspace = workspaceWith();
    symlinkSync(outside, join(workspace.root, "out"));
    const restored = await cache.restore(FINGERPRINT, workspace, ["out/model"]).catch((error: unknown) => error);
    expect(restored === null || restored instanceof ProblemError).toBe(true);
    expect(readFileSync(join(outside, "model"), "utf8")).toBe("precious");
  });

  it("replaces a link at an output's place, and not what it points to", async () => {
    const cache = create();
    await cache.save(FINGERPRINT, workspaceWith({ model: "weights" }), ["model"], RUN);
    const workspace = workspaceWith({ target: "weights" });
    symlinkSync("target", join(workspace.root, "model"));
    expect(await cache.restore(FINGERPRINT, workspace, ["model"])).toEqual(RUN);
    rmSync(join(workspace.root, "target"));
    expect(await workspace.readText("model")).toBe("weights");
  });

  it("takes what several save and restore at the same time", async () => {
    const cache = create();
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`out/${index}`, `${index}`]));
    const digests = await workspaceWith(files).digests(["out"]);
    await cache.save(FINGERPRINT, workspaceWith(files), ["out"], RUN);
    const work = Array.from({ length: 6 }, async (_, index) => {
      const print = index % 2 === 0 ? FINGERPRINT : `sha256:${String(index).repeat(64)}`;
      const source = workspaceWith(files);
      await cache.save(print, source, ["out"], RUN);
      const target = workspaceWith();
      expect(await cache.restore(print, target, ["out"])).toEqual(RUN);
      expect(await target.digests(["out"])).toEqual(digests);
    });
    await Promise.all(work);
  });

  it.each(["../evil", "abc", `sha256:${"A".repeat(64)}`])("refuses the fingerprint %j", async (fingerprint) => {
    await expect(create().restore(fingerprint, workspaceWith(), [])).rejects.toThrow(/fingerprint/);
  });
});
