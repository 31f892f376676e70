import { cpSync, existsSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ActionsCacheClient, createActionsCache } from "../../../src/adapters/cache/actions-cache.ts";
import { createLocalCache } from "../../../src/adapters/cache/local-cache.ts";
import { openWorkspace } from "../../../src/adapters/files/workspace.ts";
import type { StageRun } from "../../../src/ports.ts";
import { temporaryFolder } from "../files/temporary-folder.ts";

const RUN: StageRun = { wallSeconds: 1, cpuSeconds: null, peakMemoryBytes: 1 };
const NAME = "a".repeat(64);
const FINGERPRINT = `sha256:${NAME}`;
const workspaceWith = (files: Readonly<Record<string, string>> = {}) =>
  openWorkspace(temporaryFolder(files), { digestsFolder: null });

function open(client: Partial<ActionsCacheClient>, root = temporaryFolder()) {
  const warnings: string[] = [];
  const calls: string[] = [];
  const cache = createActionsCache({
    root,
    warn: (line) => warnings.push(line),
    loadClient: async () => ({
      isFeatureAvailable: () => true,
      restoreCache: async (paths, key) => {
        calls.push(`restore ${paths.join()} ${key}`);
        return undefined;
      },
      saveCache: async (paths, key) => {
        calls.push(`save ${paths.join()} ${key}`);
        return 1;
      },
      ...client,
    }),
  });
  return { cache, root, warnings, calls };
}

describe("the cache of GitHub Actions", () => {
  it("is asked for one path, the same in each run, and leaves nothing behind", async () => {
    const { cache, calls, root } = open({});
    expect(await cache.restore(FINGERPRINT, workspaceWith(), ["a"])).toBeNull();
    await cache.save(FINGERPRINT, workspaceWith({ a: "1" }), ["a"], RUN);
    const place = `.modelgate/actions-cache/${NAME} modelgate-1-${NAME}`;
    expect(calls).toEqual([`restore ${place}`, `save ${place}`]);
    expect(readdirSync(join(root, ".modelgate/actions-cache"))).toEqual([]);
  });

  it("is not asked where there is none", async () => {
    const { cache, calls, warnings } = open({ isFeatureAvailable: () => false });
    expect(await cache.restore(FINGERPRINT, workspaceWith(), ["a"])).toBeNull();
    await cache.save(FINGERPRINT, workspaceWith({ a: "1" }), ["a"], RUN);
    expect([calls, warnings]).toEqual([[], []]);
  });

  it("that may not be written, or cannot be read, is a warning and no error", async () => {
    const refuse = async () => {
      throw new Error("cache write denied: the token may only read");
    };
    const { cache, warnings } = open({ saveCache: refuse, restoreCache: refuse });
    await cache.save(FINGERPRINT, workspaceWith({ a: "1" }), ["a"], RUN);
    expect(await cache.restore(FINGERPRINT, workspaceWith(), ["a"])).toBeNull();
    expect(warnings).toEqual([
      `The stage cache of GitHub Actions could not save modelgate-1-${NAME}: cache write denied: the token may only read`,
      `The stage cache of GitHub Actions could not restore modelgate-1-${NAME}: cache write denied: the token may only read`,
    ]);
  });

  it("that answers with another key, or with a damaged entry, knows nothing", async () => {
    const made = temporaryFolder();
    await createLocalCache(made).save(FINGERPRINT, workspaceWith({ a: "1" }), ["a"], RUN);
    const root = temporaryFolder();
    const answer = (source: string, suffix: string) => ({
      restoreCache: async ([path = ""]: string[], key: string) => {
        cpSync(source, join(root, path), { recursive: true });
        return `${key}${suffix}`;
      },
    });
    const restore = (client: Partial<ActionsCacheClient>) =>
      open(client, root).cache.restore(FINGERPRINT, workspaceWith(), ["a"]);
    expect(await restore(answer(made, ""))).toEqual(RUN);
    expect(await restore(answer(made, "-longer"))).toBeNull();
    expect(await restore(answer(temporaryFolder({ "entries/x": "{" }), ""))).toBeNull();
  });

  it("neither empties nor reads a folder that a link of the repository points to", async () => {
    const precious = temporaryFolder({ [`actions-cache/${NAME}/file`]: "kept" });
    const root = temporaryFolder();
    symlinkSync(precious, join(root, ".modelgate"));
    const { cache, calls, warnings } = open({}, root);
    expect(await cache.restore(FINGERPRINT, workspaceWith(), ["a"])).toBeNull();
    expect(existsSync(join(precious, `actions-cache/${NAME}/file`))).toBe(true);
    expect([calls, warnings.length]).toEqual([[], 1]);
  });
});
