import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DefaultArtifactClient } from "@actions/artifact";
import { restoreCache, saveCache } from "@actions/cache";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createArtifactStore } from "../../../src/adapters/github/artifact-store.ts";
import { type GitHub, startGitHub } from "../../github/github.ts";
import { type LocalRepository, makeLocalRepository } from "../../github/local-repository.ts";

/** The runner's own clients against the emulated service: they take everything from the process's environment. */

let local: LocalRepository;
let github: GitHub;
let folder: string;

beforeAll(async () => {
  local = makeLocalRepository();
  local.commit("main", { "model.txt": "1\n" });
  local.commit("change", { "model.txt": "2\n" });
  github = await startGitHub({
    repository: local.path,
    owner: "acme",
    name: "models",
    tokens: { ghs_actions: { login: "github-actions[bot]", permissions: "write" } },
  });
  folder = mkdtempSync(join(tmpdir(), "modelgate-job-"));
  vi.spyOn(process.stdout, "write").mockImplementation(() => true);
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await github.close();
  local.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function becomeJob(event: Parameters<GitHub["prepareJob"]>[0]["event"], runId: number) {
  const job = await github.prepareJob({ event, workspace: folder, folder: join(folder, String(runId)), runId });
  for (const [name, value] of Object.entries(job.environment)) vi.stubEnv(name, value);
  return job.environment;
}

describe("artifacts", () => {
  beforeEach(async () => {
    await becomeJob(await github.events.push("main"), 41);
  });

  test("an uploaded artifact can be downloaded again, and the REST API tells its digest", async () => {
    const content = new Uint8Array(300_000).map((_, n) => (n * n) % 251);
    const store = createArtifactStore({ environment: process.env });
    const published = await store.upload("modelgate-report-1", [
      { name: "report.json", content: '{"version":1}' },
      { name: "report.html", content },
    ]);
    const [artifact] = github.artifacts(41);
    expect(published).toEqual({
      state: "created",
      url: `${process.env["GITHUB_SERVER_URL"]}/acme/models/actions/runs/41/artifacts/${artifact?.id}`,
    });
    expect(readdirSync(process.env["RUNNER_TEMP"] ?? "")).toEqual([]);

    const client = new DefaultArtifactClient();
    const found = await client.getArtifact("modelgate-report-1");
    expect(found.artifact.digest).toBe(
      `sha256:${createHash("sha256")
        .update(artifact?.content ?? "")
        .digest("hex")}`,
    );
    const path = join(folder, "downloaded");
    const options = { path, expectedHash: found.artifact.digest ?? "" };
    expect(await client.downloadArtifact(found.artifact.id, options)).toMatchObject({ digestMismatch: false });
    expect(readFileSync(join(path, "report.json"), "utf8")).toBe('{"version":1}');
    expect(new Uint8Array(readFileSync(join(path, "report.html")))).toEqual(content);

    const listed = await rest("/actions/runs/41/artifacts?name=modelgate-report-1");
    expect(await listed.json()).toMatchObject({
      total_count: 1,
      artifacts: [
        { id: artifact?.id, digest: artifact?.digest, size_in_bytes: artifact?.content.length, expired: false },
      ],
    });
    const zip = await rest(`/actions/artifacts/${artifact?.id}/zip`);
    expect(zip.status).toBe(302);
    const downloaded = await fetch(zip.headers.get("location") ?? "");
    expect(Buffer.from(await downloaded.arrayBuffer()).equals(artifact?.content ?? Buffer.alloc(0))).toBe(true);
    github.expireArtifact(artifact?.id ?? 0);
    expect((await rest(`/actions/artifacts/${artifact?.id}/zip`)).status).toBe(410);
  });

  test("a name that the run has already is a platform problem", async () => {
    const store = createArtifactStore({ environment: process.env });
    const files = [{ name: "report.json", content: "{}" }];
    await store.upload("twice", files);
    await expect(store.upload("twice", files)).rejects.toMatchObject({
      problem: { kind: "platform", where: "artifact twice", what: expect.stringContaining("already exists") },
    });
  });

  test("a store that does not answer is given up in bounded time", async () => {
    github.inject({ match: { path: /CreateArtifact/ }, kind: "silence" });
    const store = createArtifactStore({ environment: process.env, timeoutMs: 50 });
    await expect(store.upload("never", [{ name: "a.json", content: "{}" }])).rejects.toMatchObject({
      problem: { kind: "platform", what: expect.stringContaining("not done after 0.05 s") },
    });
    github.clearFaults();
  });

  test("a file name that is a path is refused before anything is written", async () => {
    const store = createArtifactStore({ environment: process.env });
    await expect(store.upload("x", [{ name: "../escape.json", content: "" }])).rejects.toThrow("plain file name");
    expect(existsSync(join(process.env["RUNNER_TEMP"] ?? "", "escape.json"))).toBe(false);
  });

  test("without a runner, or on an enterprise server, the upload is skipped with its reason", async () => {
    const files = [{ name: "a.json", content: "{}" }];
    const laptop = createArtifactStore({ environment: {} });
    expect(await laptop.upload("x", files)).toEqual({
      state: "skipped",
      reason: expect.stringContaining("GitHub runner"),
    });
    vi.stubEnv("GITHUB_SERVER_URL", "https://github.acme.example");
    const enterprise = createArtifactStore({ environment: process.env });
    expect(await enterprise.upload("x", files)).toEqual({
      state: "skipped",
      reason: expect.stringContaining("Enterprise"),
    });
  });
});

describe("caches", () => {
  test("a pull request reads what the default branch wrote, and not the other way round; a fork writes nothing", async () => {
    const file = join(folder, "entry.txt");
    await becomeJob(await github.events.push("main"), 51);
    writeFileSync(file, "from main");
    expect(await saveCache([file], "stage-main")).toBeGreaterThan(0);

    const pull = await github.openPullRequest({ head: "change", base: "main", title: "Change" });
    await becomeJob(await github.events.pullRequest(pull.number), 52);
    rmSync(file);
    expect(await restoreCache([file], "stage-none", ["stage-"])).toBe("stage-main");
    expect(readFileSync(file, "utf8")).toBe("from main");
    expect(await saveCache([file], "stage-pull")).toBeGreaterThan(0);

    await becomeJob(await github.events.push("main"), 53);
    expect(await restoreCache([file], "stage-pull")).toBeUndefined();

    const fork = await github.openPullRequest({ head: "change", base: "main", title: "Fork", fork: "stranger" });
    await becomeJob(await github.events.pullRequest(fork.number), 54);
    expect(await saveCache([file], "stage-fork")).toBe(-1);
    expect(github.caches().map(({ key, scope }) => [key, scope])).toEqual([
      ["stage-main", "refs/heads/main"],
      ["stage-pull", `refs/pull/${pull.number}/merge`],
    ]);
  });
});

function rest(path: string): Promise<Response> {
  return fetch(`${github.url}/repos/acme/models${path}`, {
    headers: { authorization: "token ghs_actions" },
    redirect: "manual",
  });
}
