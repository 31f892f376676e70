import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createCodeHost } from "../../src/adapters/github/code-host.ts";
import type { Annotation, CodeHost } from "../../src/ports.ts";
import { secondaryLimit } from "../github/faults.ts";
import { type GitHub, startGitHub } from "../github/github.ts";
import { type LocalRepository, makeLocalRepository } from "../github/local-repository.ts";
import type { PullRequest } from "../github/pulls.ts";

/** The contract of CodeHost, held against the emulated GitHub: what is published, in how many requests, and what survives which fault. */

const MARKER = "modelgate:report";
const COMMENTS = /\/issues\/\d+\/comments$/;
const CHECK_RUNS = /\/check-runs$/;
let local: LocalRepository;
let github: GitHub;
let pull: PullRequest;
let branches = 0;

beforeAll(async () => {
  local = makeLocalRepository();
  local.commit("main", { "model.txt": "1\n" });
  github = await startGitHub({
    repository: local.path,
    owner: "acme",
    name: "models",
    contentPerMinute: 10_000,
    tokens: {
      ghs_actions: { login: "github-actions[bot]", permissions: "write" },
      ghs_fork: { login: "github-actions[bot]", permissions: "read" },
      ghs_other: { login: "release-notes[bot]", permissions: "write" },
      ghp_ada: { login: "ada", permissions: "write" },
    },
  });
});
beforeEach(async () => {
  branches += 1;
  local.commit(`change-${branches}`, { "model.txt": `${branches}\n` });
  pull = await github.openPullRequest({ head: `change-${branches}`, base: "main", title: "A change" });
  github.forgetRequests();
});
afterEach(() => {
  github.clearFaults();
  expect(github.violations()).toEqual([]);
});
afterAll(async () => {
  await github.close();
  local.remove();
});

type Run = { readonly id?: number; readonly attempt?: number; readonly headSha?: string; readonly body?: string };

/** One run of the action: its waits are counted, not waited. */
function startRun(options: { readonly token?: string; readonly requestTimeoutMs?: number } = {}) {
  const waits: number[] = [];
  const lines: string[] = [];
  let aheadMs = 0;
  const host = createCodeHost({
    token: options.token ?? "ghs_actions",
    repository: "acme/models",
    apiUrl: github.url,
    requestTimeoutMs: options.requestTimeoutMs ?? 5_000,
    log: {
      info: (line) => lines.push(line),
      warn: (line) => lines.push(line),
    },
    clock: {
      nowMs: () => Date.now() + aheadMs,
      sleep: async (ms) => {
        waits.push(ms);
        aheadMs += ms;
      },
    },
  });
  return { host, waits, lines };
}

function comment(host: CodeHost, { id = 1, attempt = 1, headSha = pull.headSha, body = "A report." }: Run = {}) {
  return host.upsertComment({
    pullRequest: pull.number,
    marker: MARKER,
    body,
    headSha,
    runId: id,
    runAttempt: attempt,
  });
}

function check(
  host: CodeHost,
  {
    id = 1,
    attempt = 1,
    headSha = pull.headSha,
    annotations = 0,
    summary = "All is well.",
  }: Run & { annotations?: number; summary?: string } = {},
) {
  return host.createCheck({
    name: "modelgate report: main",
    headSha,
    conclusion: "success",
    title: "Pass",
    summary,
    text: null,
    detailsUrl: "https://example.com/run",
    externalId: `${id}.${attempt}`,
    annotations: Array.from({ length: annotations }, (_, n): Annotation => {
      return { path: "modelgate.yml", line: n + 1, level: "warning", title: `Objective ${n}`, message: "missed" };
    }),
  });
}

const bodies = async () => (await github.comments(pull.number)).map(({ body }) => body.replace(/^<!--.*-->\n/, ""));
const sent = () => github.requests().map(({ method, path }) => `${method} ${path.replace("/repos/acme/models", "")}`);

describe("comment and check", () => {
  test("take four requests for a first report, and four for an update", async () => {
    const first = startRun();
    expect(await comment(first.host)).toMatchObject({ state: "created" });
    expect(await check(first.host)).toMatchObject({ state: "created" });
    expect(sent().toSorted()).toEqual([
      `GET /issues/${pull.number}/comments`,
      `GET /pulls/${pull.number}`,
      "POST /check-runs",
      `POST /issues/${pull.number}/comments`,
    ]);
    const [posted] = await github.comments(pull.number);
    expect(posted?.body).toBe(`<!-- ${MARKER} head=${pull.headSha} run=1 attempt=1 -->\nA report.`);

    github.forgetRequests();
    const second = startRun();
    expect(await comment(second.host, { id: 2, body: "A better report." })).toEqual({
      state: "updated",
      url: posted?.html_url,
    });
    expect(await check(second.host, { id: 2 })).toMatchObject({ state: "created" });
    expect(github.requests()).toHaveLength(4);
    expect(await bodies()).toEqual(["A better report."]);
    expect((await github.checks(pull.headSha)).map(({ external_id }) => external_id)).toEqual(["2.1", "1.1"]);
  });

  test("four requests do where the 100th comment is ours", async () => {
    for (let n = 0; n < 99; n += 1) await github.comment(pull.number, `No. ${n}`);
    await comment(startRun().host);
    github.forgetRequests();
    const { host } = startRun();
    expect(await comment(host, { id: 2, body: "New." })).toMatchObject({ state: "updated" });
    await check(host, { id: 2 });
    expect(github.requests()).toHaveLength(4);
  });

  test("our comment is found behind a hundred others", async () => {
    for (let n = 0; n < 101; n += 1) await github.comment(pull.number, `No. ${n}`);
    await comment(startRun().host);
    expect(await comment(startRun().host, { id: 2, body: "New." })).toMatchObject({ state: "updated" });
    expect((await bodies()).slice(-2)).toEqual(["No. 100", "New."]);
  });

  test("the same body is left untouched", async () => {
    await comment(startRun().host);
    github.forgetRequests();
    expect(await comment(startRun().host, { id: 2 })).toMatchObject({ state: "unchanged" });
    expect(sent().some((request) => !request.startsWith("GET"))).toBe(false);
  });

  test("another marker is another comment", async () => {
    await comment(startRun().host);
    const request = { pullRequest: pull.number, body: "Other.", headSha: pull.headSha, runId: 1, runAttempt: 1 };
    await startRun().host.upsertComment({ ...request, marker: "modelgate:other" });
    expect(await bodies()).toEqual(["A report.", "Other."]);
  });

  test("a check without a comment takes two requests", async () => {
    expect(await check(startRun().host)).toMatchObject({ state: "created" });
    expect(github.requests()).toHaveLength(2);
  });
});

describe("whose comment it is", () => {
  test("a person who quotes or copies the comment is left alone", async () => {
    await comment(startRun().host);
    const [ours] = await github.comments(pull.number);
    await github.comment(pull.number, ours?.body ?? "");
    await github.comment(pull.number, `> ${ours?.body}`);
    await comment(startRun().host, { id: 2, body: "New." });
    expect((await github.comments(pull.number)).map(({ user }) => user.login)).toEqual([
      "github-actions[bot]",
      "octocat",
      "octocat",
    ]);
    expect(await bodies()).toEqual(["New.", "A report.", `> ${ours?.body}`]);
  });

  test("a person's forgery from before does not keep us from commenting", async () => {
    await github.comment(pull.number, `<!-- ${MARKER} head=${pull.headSha} run=999999 attempt=1 -->\nApproved!`);
    expect(await comment(startRun().host)).toMatchObject({ state: "created" });
    expect(await bodies()).toEqual(["Approved!", "A report."]);
  });

  test("with a person's token it is that person's own comment, in four requests", async () => {
    await github.comment(pull.number, `<!-- ${MARKER} head=${pull.headSha} run=5 attempt=1 -->\nA forgery.`);
    await comment(startRun({ token: "ghp_ada" }).host);
    github.forgetRequests();
    const { host } = startRun({ token: "ghp_ada" });
    expect(await comment(host, { id: 2, body: "New." })).toMatchObject({ state: "updated" });
    expect(await check(host, { id: 2 })).toMatchObject({ state: "skipped" });
    expect(github.requests()).toHaveLength(4);
    expect(await bodies()).toEqual(["A forgery.", "New."]);
  });

  test("duplicates of ours are removed, the oldest stays", async () => {
    const posted = await Promise.all([1, 2, 3].map((id) => comment(startRun().host, { id, body: `Report ${id}.` })));
    expect(posted.map(({ state }) => state)).toEqual(["created", "created", "created"]);
    const [oldest] = await github.comments(pull.number);
    expect(await comment(startRun().host, { id: 4, body: "Last." })).toEqual({
      state: "updated",
      url: oldest?.html_url,
    });
    expect(await bodies()).toEqual(["Last."]);
  });
});

describe("runs that overtake each other", () => {
  test("a run of an older commit leaves the comment alone, and its check stands on its own commit", async () => {
    const oldSha = pull.headSha;
    const newSha = local.commit(pull.headBranch, { "model.txt": "newer\n" });
    await github.sync();
    await comment(startRun().host, { id: 2, headSha: newSha, body: "New." });
    const late = startRun();
    expect(await comment(late.host, { id: 1, headSha: oldSha, body: "Old." })).toMatchObject({ state: "skipped" });
    expect(await check(late.host, { id: 1, headSha: oldSha })).toMatchObject({ state: "created" });
    expect(await bodies()).toEqual(["New."]);
    expect((await github.checks(oldSha)).map(({ external_id }) => external_id)).toEqual(["1.1"]);

    // Run 4 has reported on the old commit, and its comment is overwritten: run 3 has to look at the checks, in four requests.
    await check(startRun().host, { id: 4, headSha: oldSha });
    github.forgetRequests();
    const later = startRun();
    await comment(later.host, { id: 3, headSha: oldSha, body: "Old." });
    expect(await check(later.host, { id: 3, headSha: oldSha })).toMatchObject({ state: "skipped" });
    expect(github.requests().length).toBeLessThanOrEqual(4);
  });

  test("of two runs on one commit the later one's comment and check stay", async () => {
    const newer = startRun();
    await Promise.all([comment(newer.host, { id: 9, body: "New." }), check(newer.host, { id: 9 })]);
    const late = startRun();
    const [commented, checked] = await Promise.all([
      comment(late.host, { id: 8, body: "Old." }),
      check(late.host, { id: 8 }),
    ]);
    expect([commented.state, checked.state]).toEqual(["skipped", "skipped"]);
    expect(await bodies()).toEqual(["New."]);
    expect(await github.checks(pull.headSha)).toHaveLength(1);
  });

  test("without a comment the check finds the later run itself; a later attempt replaces an earlier", async () => {
    await check(startRun().host, { id: 9, attempt: 2 });
    expect(await check(startRun().host, { id: 9, attempt: 1 })).toMatchObject({ state: "skipped" });
    expect(await check(startRun().host, { id: 9, attempt: 3 })).toMatchObject({ state: "created" });
    expect((await github.checks(pull.headSha)).map(({ external_id }) => external_id)).toEqual(["9.3", "9.2"]);
  });
});

describe("annotations", () => {
  test("beyond fifty are appended, also where the answer to an append is lost", async () => {
    github.inject({ match: { method: "PATCH", path: /\/check-runs\/\d+$/ }, nth: 1, kind: "lost-answer" });
    const { host } = startRun();
    await check(host, { annotations: 120 });
    const [made] = await github.checks(pull.headSha);
    const lines = github.annotations(made?.id ?? 0).map((annotation) => annotation["start_line"]);
    expect(lines).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
    expect(made?.output).toMatchObject({ title: "Pass", annotations_count: 120 });
  });

  test("beyond 150 are left out, and the log says so; what is too long is cut at GitHub's limits", async () => {
    const { host, lines } = startRun();
    await check(host, { annotations: 151, summary: "é".repeat(70_000) });
    const [made] = await github.checks(pull.headSha);
    expect(made?.output.annotations_count).toBe(150);
    expect(lines).toEqual([expect.stringContaining("1 annotations are left out")]);
    expect(Buffer.byteLength(made?.output.summary ?? "")).toBeLessThanOrEqual(65_535);
    expect(made?.output.summary).toMatch(/^é+…$/);
  });
});

describe("a GitHub that is unwell", () => {
  test.each(["lost-answer", "reset"] as const)(
    "%s while posting leaves exactly one comment and one check",
    async (kind) => {
      github.inject({ match: { method: "POST", path: COMMENTS }, nth: 1, kind });
      github.inject({ match: { method: "POST", path: CHECK_RUNS }, nth: 1, kind });
      const { host, waits } = startRun();
      expect(await comment(host)).toMatchObject({ state: "created" });
      expect(await check(host)).toMatchObject({ state: "created" });
      expect(await bodies()).toEqual(["A report."]);
      expect(await github.checks(pull.headSha)).toHaveLength(1);
      expect(waits).toEqual([1_000, 1_000]);
    },
  );

  test("a 502 to a post that took effect leaves exactly one comment", async () => {
    github.inject({ match: { method: "POST", path: COMMENTS }, nth: 1, kind: "lost-answer", status: 502 });
    expect(await comment(startRun().host)).toMatchObject({ state: "created" });
    expect(await bodies()).toEqual(["A report."]);
  });

  test("502s, resets and lost answers at random: one comment, one check", async () => {
    const path = /./;
    github.inject({ match: { path }, probability: 0.15, kind: "status", status: 502 });
    github.inject({ match: { path }, probability: 0.1, kind: "reset" });
    github.inject({ match: { path }, probability: 0.15, kind: "lost-answer" });
    for (let id = 1; id <= 12; id += 1) {
      const { host } = startRun();
      await comment(host, { id, body: `Report ${id}.` });
      await check(host, { id });
    }
    github.clearFaults();
    expect(await bodies()).toEqual(["Report 12."]);
    expect((await github.checks(pull.headSha)).map(({ external_id }) => external_id)).toEqual(
      Array.from({ length: 12 }, (_, n) => `${12 - n}.1`),
    );
  });

  test("a secondary limit is waited for as long as it says, or a minute", async () => {
    github.inject({ match: { method: "POST", path: COMMENTS }, nth: 1, ...secondaryLimit(7) });
    github.inject({ match: { method: "POST", path: CHECK_RUNS }, nth: 1, ...secondaryLimit(null) });
    const { host, waits } = startRun();
    expect(await comment(host)).toMatchObject({ state: "created" });
    expect(await check(host)).toMatchObject({ state: "created" });
    expect(waits).toEqual([7_000, 60_000]);
    expect(sent().filter((request) => request.startsWith("POST"))).toHaveLength(4);
  });

  test("a limit longer than our patience is a platform problem that names the time", async () => {
    github.inject({ match: { path: COMMENTS }, ...secondaryLimit(600) });
    await expect(comment(startRun().host)).rejects.toMatchObject({
      problem: { kind: "platform", where: "GitHub", what: expect.stringContaining("600 s") },
    });
  });

  test.each([
    ["nothing", { kind: "silence" }, "no answer"],
    ["503", { kind: "status", status: 503 }, "503"],
  ] as const)("%s again and again is a platform problem after bounded waiting", async (_, fault, said) => {
    github.inject({ match: { path: /\/pulls\/\d+$/ }, ...fault });
    const { host, waits } = startRun({ requestTimeoutMs: 40 });
    await expect(comment(host)).rejects.toMatchObject({
      problem: { kind: "platform", what: expect.stringContaining(said) },
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(await bodies()).toEqual([]);
  });

  test("a GitHub that is not there is a platform problem", async () => {
    const gone = createCodeHost({
      token: "ghs_actions",
      repository: "acme/models",
      apiUrl: "http://127.0.0.1:1",
      log: {
        info: () => undefined,
        warn: () => undefined,
      },
      clock: { nowMs: () => 0, sleep: async () => undefined },
    });
    await expect(comment(gone)).rejects.toMatchObject({ problem: { kind: "platform" } });
  });
});

describe("what the token may not do", () => {
  test("a fork's read-only token skips both and names the permissions", async () => {
    const { host } = startRun({ token: "ghs_fork" });
    expect(await comment(host)).toMatchObject({
      state: "skipped",
      reason: expect.stringContaining("pull-requests: write"),
    });
    expect(await check(host)).toMatchObject({ state: "skipped", reason: expect.stringContaining("checks: write") });
    expect(github.requests()).toHaveLength(4);
    expect(await bodies()).toEqual([]);
  });

  test("a token that GitHub does not accept is a platform problem", async () => {
    await expect(comment(startRun({ token: "ghs_nobody" }).host)).rejects.toMatchObject({
      problem: { kind: "platform", what: expect.stringContaining("401") },
    });
  });

  test("a repository that is not owner/name is a usage problem", () => {
    const options = {
      token: "x",
      apiUrl: github.url,
      log: {
        info: () => undefined,
        warn: () => undefined,
      },
    };
    expect(() => createCodeHost({ ...options, repository: "../models" })).toThrow("owner/name");
  });
});
