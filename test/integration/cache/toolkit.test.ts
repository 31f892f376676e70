import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createActionsCache } from "../../../src/adapters/cache/actions-cache.ts";
import { openWorkspace } from "../../../src/adapters/files/workspace.ts";
import type { StageRun } from "../../../src/ports.ts";
import { createBlobStore } from "../../github/blob-store.ts";
import { createCaches } from "../../github/caches.ts";
import { createFaults } from "../../github/faults.ts";
import { findRoute, type Request, type Response, refuse } from "../../github/http.ts";
import { startProxy } from "../../github/proxy.ts";
import { makeRuntimeToken } from "../../github/runtime-token.ts";
import { temporaryFolder } from "../files/temporary-folder.ts";

const RUN: StageRun = { wallSeconds: 1, cpuSeconds: 2, peakMemoryBytes: 3 };
const FINGERPRINT = `sha256:${"a".repeat(64)}`;
const home = process.cwd();
const closing: (() => Promise<void>)[] = [];

beforeEach(() => {
  // The toolkit talks to the runner on standard output.
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.chdir(home);
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

async function startService() {
  let answer: (request: Request) => Promise<Response> = async () => refuse(503, "Starting");
  const proxy = await startProxy((request) => answer(request), createFaults(1));
  closing.push(proxy.close);
  const blobs = createBlobStore(proxy.url);
  const caches = createCaches(blobs);
  const routes = [...blobs.routes, ...caches.routes];
  answer = async (request) => {
    const found = findRoute(routes, request);
    return found === null ? refuse(404, "Not Found") : found.route.handle(request, found.names, "");
  };
  return { url: proxy.url, caches };
}

/** A job on a runner of its own: nothing but the service is shared. */
function enterJob(url: string, write: boolean) {
  const root = temporaryFolder();
  vi.stubEnv("ACTIONS_CACHE_SERVICE_V2", "true");
  vi.stubEnv("ACTIONS_RESULTS_URL", `${url}/`);
  vi.stubEnv(
    "ACTIONS_RUNTIME_TOKEN",
    makeRuntimeToken({ runId: 1, jobId: "1", cacheScopes: [{ scope: "refs/heads/main", write }] }),
  );
  vi.stubEnv("GITHUB_SERVER_URL", `http://github.localhost:${new URL(url).port}`);
  vi.stubEnv("GITHUB_WORKSPACE", root);
  vi.stubEnv("RUNNER_TEMP", temporaryFolder());
  process.chdir(root);
  const warnings: string[] = [];
  const cache = createActionsCache({ root, warn: (line) => warnings.push(line) });
  return { cache, warnings };
}

describe("GitHub's own toolkit", () => {
  it("carries an entry from one runner to another", async () => {
    const service = await startService();
    const from = openWorkspace(temporaryFolder({ model: "weights", "out/a b": "1" }), { digestsFolder: null });
    const saving = enterJob(service.url, true);
    await saving.cache.save(FINGERPRINT, from, ["model", "out"], RUN);
    expect(saving.warnings).toEqual([]);
    expect(service.caches.list().map(({ key }) => key)).toEqual([`modelgate-1-${"a".repeat(64)}`]);

    const to = openWorkspace(temporaryFolder(), { digestsFolder: null });
    const restoring = enterJob(service.url, false);
    expect(await restoring.cache.restore(FINGERPRINT, to, ["model", "out"])).toEqual(RUN);
    expect(await to.digests(["model", "out"])).toEqual(await from.digests(["model", "out"]));
    expect(await restoring.cache.restore(`sha256:${"b".repeat(64)}`, to, ["model", "out"])).toBeNull();
  });

  it("saves nothing in a run that may only read, which is no error", async () => {
    const service = await startService();
    const { cache } = enterJob(service.url, false);
    const from = openWorkspace(temporaryFolder({ model: "weights" }), { digestsFolder: null });
    await cache.save(FINGERPRINT, from, ["model"], RUN);
    expect(service.caches.list()).toEqual([]);
  });

  it("is not asked outside a runner", async () => {
    vi.stubEnv("ACTIONS_RESULTS_URL", "");
    vi.stubEnv("ACTIONS_CACHE_URL", "");
    const warnings: string[] = [];
    const cache = createActionsCache({ root: temporaryFolder(), warn: (line) => warnings.push(line) });
    const workspace = openWorkspace(temporaryFolder({ model: "weights" }), { digestsFolder: null });
    await cache.save(FINGERPRINT, workspace, ["model"], RUN);
    expect(await cache.restore(FINGERPRINT, workspace, ["model"])).toBeNull();
    expect(warnings).toEqual([]);
  });
});
