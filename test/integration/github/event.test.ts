import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readEvent } from "../../../src/adapters/github/event.ts";
import type { RunnerEvent } from "../../github/events.ts";
import { type GitHub, startGitHub } from "../../github/github.ts";
import { type LocalRepository, makeLocalRepository } from "../../github/local-repository.ts";

/** A job as the emulated runner prepares it, read as the action reads it. */

let local: LocalRepository;
let github: GitHub;
let folder: string;

beforeAll(async () => {
  local = makeLocalRepository();
  local.commit("main", { "model.txt": "1\n" });
  local.commit("change", { "model.txt": "2\n" });
  github = await startGitHub({ repository: local.path, owner: "acme", name: "models", tokens: {} });
  folder = mkdtempSync(join(tmpdir(), "modelgate-job-"));
});
afterAll(async () => {
  await github.close();
  local.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function read(event: RunnerEvent) {
  const { environment } = await github.prepareJob({ event, workspace: folder, folder, runId: 31, runAttempt: 2 });
  return readEvent(environment, readFileSync(environment["GITHUB_EVENT_PATH"] ?? "", "utf8"));
}

test("the events of a pull request, of a fork, of the queue and of branches", async () => {
  const pull = await github.openPullRequest({ head: "change", base: "main", title: "Change" });
  expect(await read(await github.events.pullRequest(pull.number))).toMatchObject({
    repository: { id: github.repositoryId, fullName: "acme/models", defaultBranch: "main" },
    run: { id: 31, attempt: 2 },
    event: "pull_request",
    number: pull.number,
    headSha: local.git("rev-parse", "change"),
    baseBranch: "main",
    baseSha: local.git("rev-parse", "main"),
    mergeSha: local.git("rev-parse", `refs/pull/${pull.number}/merge`),
    headRepoIsFork: false,
  });
  const fork = await github.openPullRequest({ head: "change", base: "main", title: "Fork", fork: "stranger" });
  expect(await read(await github.events.pullRequest(fork.number, "synchronize"))).toMatchObject({
    headRepoIsFork: true,
  });
  expect(await read(await github.events.mergeGroup(pull.number))).toMatchObject({
    event: "merge_group",
    baseBranch: "main",
  });
  expect(await read(await github.events.push("main"))).toMatchObject({
    event: "push",
    before: null,
    isDefaultBranch: true,
  });
  expect(await read(await github.events.workflowDispatch("change"))).toMatchObject({
    event: "workflow_dispatch",
    branch: "change",
  });
  expect(await read(await github.events.schedule())).toMatchObject({ event: "schedule", branch: "main" });
});
