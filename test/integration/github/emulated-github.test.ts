import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type GitHub, startGitHub } from "../../github/github.ts";
import { type LocalRepository, makeLocalRepository } from "../../github/local-repository.ts";

const TOKEN = "ghs_actions";
let local: LocalRepository;
let github: GitHub;
let first: string;

beforeAll(async () => {
  local = makeLocalRepository();
  first = local.commit("main", {
    "README.md": "# Ünïcode\n",
    "data/deep/train.csv": "a,b\n1,2\n",
    ".github/workflows/x.yml": "on: push\n",
  });
  local.commit("better", { "model.txt": "2\n" });
  github = await startGitHub({
    repository: local.path,
    owner: "acme",
    name: "models",
    contentPerMinute: 5,
    tokens: {
      [TOKEN]: { login: "github-actions[bot]", permissions: "write" },
      ghs_fork: { login: "github-actions[bot]", permissions: "read" },
      ghs_checks: { login: "github-actions[bot]", permissions: { checks: "write" } },
      ghp_ada: { login: "ada", permissions: "write" },
    },
  });
});
afterAll(async () => {
  await github.close();
  local.remove();
});

async function api(method: string, path: string, body?: unknown, token = TOKEN) {
  const response = await fetch(`${github.url}/repos/acme/models${path}`, {
    method,
    redirect: "manual",
    headers: { authorization: `token ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}

describe("the repository", () => {
  test("shows real SHAs of commits, trees and files, and follows a push", async () => {
    expect((await api("GET", "/branches/main")).body.commit.sha).toBe(first);
    const tree = local.git("rev-parse", "main^{tree}");
    expect(
      (await api("GET", `/git/trees/${tree}?recursive=1`)).body.tree.map((entry: { path: string }) => entry.path),
    ).toContain("data/deep/train.csv");
    expect(Buffer.from((await api("GET", "/contents/README.md")).body.content, "base64").toString()).toBe(
      "# Ünïcode\n",
    );

    const pushed = local.commit("main", { "data/deep/train.csv": null, "second.md": "2\n" });
    await github.sync();
    expect((await api("GET", "/branches/main")).body.commit.sha).toBe(pushed);
    expect((await api("GET", "/contents/data/deep/train.csv")).status).toBe(404);
    local.git("branch", "gone", "main");
    await github.sync();
    expect((await api("GET", "/branches/gone")).status).toBe(200);
    local.git("branch", "-D", "gone");
    await github.sync();
    expect((await api("GET", "/branches/gone")).status).toBe(404);
  });

  test("a pull request has real heads and a merge commit, and merges only when its check has passed", async () => {
    const pull = await github.openPullRequest({ head: "better", base: "main", title: "Better" });
    expect(pull.headSha).toBe(local.git("rev-parse", "better"));
    expect(local.git("rev-parse", `refs/pull/${pull.number}/merge^1`)).toBe(local.git("rev-parse", "main"));
    expect(local.git("rev-parse", `refs/pull/${pull.number}/merge^2`)).toBe(pull.headSha);

    const head = local.commit("better", { "model.txt": "3\n" });
    await github.sync();
    const seen = (await api("GET", `/pulls/${pull.number}`)).body;
    expect([seen.head.sha, seen.merge_commit_sha]).toEqual([
      head,
      local.git("rev-parse", `refs/pull/${pull.number}/merge`),
    ]);

    await github.requireChecks("main", ["gate"]);
    expect(await github.merge(pull.number)).toEqual({
      merged: false,
      reason: 'Required status check "gate" is expected.',
    });
    const check = { name: "gate", head_sha: head, status: "completed", output: { title: "t", summary: "s" } };
    await api("POST", "/check-runs", { ...check, conclusion: "failure" }, "ghs_checks");
    expect(await github.merge(pull.number)).toEqual({
      merged: false,
      reason: 'Required status check "gate" is failing.',
    });
    await api("POST", "/check-runs", { ...check, conclusion: "success" }, "ghs_checks");
    const merged = await github.merge(pull.number);
    expect(merged).toEqual({ merged: true, sha: local.git("rev-parse", "main") });
    expect(local.git("show", "main:model.txt")).toBe("3");
    expect((await api("GET", `/pulls/${pull.number}`)).body).toMatchObject({ state: "closed", merged: true });
    expect((await api("GET", "/branches/main")).body.commit.sha).toBe(local.git("rev-parse", "main"));
    await github.requireChecks("main", []);
  });

  test("a pull request with conflicts has no merge commit and cannot be merged", async () => {
    local.git("branch", "conflict", "main~1");
    local.commit("conflict", { "model.txt": "other\n" });
    const pull = await github.openPullRequest({ head: "conflict", base: "main", title: "Conflict" });
    expect(pull.mergeSha).toBeNull();
    expect(await github.merge(pull.number)).toMatchObject({ merged: false });
    await expect(github.events.pullRequest(pull.number)).rejects.toThrow("no merge commit");
  });
});

describe("what GitHub would refuse", () => {
  test.each([
    ["an unknown token", "GET", "", undefined, "nobody", 401, "Bad credentials"],
    [
      "writing with a fork's token",
      "POST",
      "/issues/1/comments",
      { body: "x" },
      "ghs_fork",
      403,
      "Resource not accessible by integration",
    ],
    [
      "a permission that the job lacks",
      "POST",
      "/issues/1/comments",
      { body: "x" },
      "ghs_checks",
      403,
      "Resource not accessible by integration",
    ],
    [
      "a person's check",
      "POST",
      "/check-runs",
      { name: "x", head_sha: "0".repeat(40) },
      "ghp_ada",
      403,
      "You must authenticate via a GitHub App.",
    ],
    ["a comment too long", "POST", "/issues/1/comments", { body: "é".repeat(65_537) }, TOKEN, 422, "Validation Failed"],
    [
      "a check of no commit",
      "POST",
      "/check-runs",
      { name: "x", head_sha: "0".repeat(40) },
      TOKEN,
      422,
      `No commit found for SHA: ${"0".repeat(40)}`,
    ],
  ] as const)("%s", async (_, method, path, body, token, status, message) => {
    const before = github.violations().length;
    const answer = await api(method, path, body, token);
    expect([answer.status, answer.body.message]).toEqual([status, message]);
    expect(github.violations().length).toBe(before);
  });

  test("what its API description does not have is refused and recorded", async () => {
    const before = github.violations().length;
    expect((await api("GET", "/no/such/thing")).status).toBe(404);
    expect((await api("POST", "/check-runs", { head_sha: first })).status).toBe(422);
    expect((await api("POST", "/check-runs", { name: "x", head_sha: first, conclusion: "fine" })).status).toBe(422);
    const output = { title: "t", summary: "s".repeat(65_536) };
    expect((await api("POST", "/check-runs", { name: "x", head_sha: first, output })).status).toBe(422);
    const annotations = Array.from({ length: 51 }, () => ({
      path: "a",
      start_line: 1,
      end_line: 1,
      annotation_level: "notice",
      message: "m",
    }));
    expect(
      (
        await api("POST", "/check-runs", {
          name: "x",
          head_sha: first,
          output: { title: "t", summary: "s", annotations },
        })
      ).status,
    ).toBe(422);
    expect((await api("GET", "/commits/main/check-runs?fitler=all")).status).toBe(422);
    const found = github.violations().slice(before);
    expect(found).toHaveLength(6);
    expect(found.join("\n")).toMatch(
      /no such operation.*required property 'name'.*allowed values.*65535 characters.*50 items.*fitler is unknown/s,
    );
  });

  test.each([
    ["a title beyond 255 characters", { title: "t".repeat(256), message: "m" }],
    ["a message beyond 64 KB", { title: "t", message: "é".repeat(32_769) }],
  ])("an annotation with %s", async (_, text) => {
    const annotations = [{ path: "a", start_line: 1, end_line: 1, annotation_level: "notice", ...text }];
    const output = { title: "t", summary: "s", annotations };
    expect((await api("POST", "/check-runs", { name: "long", head_sha: first, output }, "ghs_checks")).status).toBe(
      422,
    );
    expect((await github.checks(first)).map(({ name }) => name)).not.toContain("long");
  });

  test("a commit that is signed cannot be shown with its SHA, and says so", async () => {
    const other = makeLocalRepository();
    other.commit("main", { "a.txt": "a" });
    const commit = other.git("cat-file", "commit", "main").replace("\ncommitter", "\ngpgsig x\ncommitter");
    writeFileSync(join(other.path, "commit"), `${commit}\n`);
    other.git(
      "update-ref",
      "refs/heads/main",
      other.git("hash-object", "-t", "commit", "-w", join(other.path, "commit")),
    );
    const start = startGitHub({ repository: other.path, owner: "acme", name: "signed", tokens: {} });
    await expect(start).rejects.toThrow("is it signed?");
    other.remove();
  });

  test("too much content in a minute meets the secondary limit", async () => {
    const answers = [];
    for (let n = 0; n < 7; n += 1)
      answers.push(await api("POST", "/issues/1/comments", { body: `comment ${n}` }, "ghp_ada"));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 403, 403]);
    expect(Number(answers[5]?.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("what the emulator lacks", () => {
  test("commit statuses count for a merge", async () => {
    const sha = local.git("rev-parse", "main");
    expect((await api("POST", `/statuses/${sha}`, { state: "pending", context: "ci" })).status).toBe(201);
    expect((await api("GET", `/commits/${sha}/status`)).body.state).toBe("pending");
    await api("POST", `/statuses/${sha}`, { state: "success", context: "ci" });
    expect((await api("GET", `/commits/${sha}/status`)).body).toMatchObject({ state: "success", total_count: 1 });
  });

  test("dispatches are recorded, within GitHub's limits", async () => {
    const event = { event_type: "modelgate", client_payload: { model: "m" } };
    expect((await api("POST", "/dispatches", event)).status).toBe(204);
    expect((await api("POST", "/actions/workflows/x.yml/dispatches", { ref: "main", inputs: { a: "b" } })).status).toBe(
      204,
    );
    expect((await api("POST", "/actions/workflows/none.yml/dispatches", { ref: "main" })).status).toBe(404);
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`k${n}`, n]));
    expect((await api("POST", "/dispatches", { event_type: "m", client_payload: many })).status).toBe(422);
    expect(github.dispatches()).toEqual([
      { event: "repository_dispatch", type: "modelgate", payload: { model: "m" } },
      { event: "workflow_dispatch", workflow: "x.yml", ref: "main", inputs: { a: "b" } },
    ]);
  });

  test("faults strike as told, and every request is recorded", async () => {
    github.forgetRequests();
    github.inject({ match: { method: "GET", path: /\/branches\/main$/ }, nth: 2, kind: "status", status: 502 });
    github.inject({ match: { path: /\/branches\/better$/ }, kind: "reset" });
    const path = "/branches/main";
    expect([(await api("GET", path)).status, (await api("GET", path)).status, (await api("GET", path)).status]).toEqual(
      [200, 502, 200],
    );
    await expect(api("GET", "/branches/better")).rejects.toThrow();
    github.clearFaults();
    expect((await api("GET", "/branches/better")).status).toBe(200);
    expect(github.requests().map(({ status }) => status)).toEqual([200, 502, 200, null, 200]);
  });
});
