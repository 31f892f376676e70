import { describe, expect, test } from "vitest";
import { readEvent } from "../../../../src/adapters/github/event.ts";
import { ProblemError } from "../../../../src/problem.ts";

const [HEAD, BASE, MERGE, NONE] = ["a", "b", "c", "0"].map((digit) => digit.repeat(40)) as [
  string,
  string,
  string,
  string,
];
const repository = { id: 77, full_name: "acme/models", default_branch: "main" };
const pull = { number: 5, head: { sha: HEAD, repo: { id: 77 } }, base: { sha: BASE, ref: "release/1.x" } };

function environment(name: string | undefined, change: Record<string, string | undefined> = {}) {
  return {
    GITHUB_EVENT_NAME: name,
    GITHUB_SHA: MERGE,
    GITHUB_RUN_ID: "9000000001",
    GITHUB_RUN_ATTEMPT: "2",
    GITHUB_SERVER_URL: "https://github.com",
    ...change,
  };
}

function read(name: string | undefined, payload: unknown, change: Record<string, string | undefined> = {}) {
  return readEvent(environment(name, change), JSON.stringify(payload));
}

describe("events", () => {
  test("pull_request", () => {
    expect(read("pull_request", { action: "opened", repository, pull_request: pull })).toEqual({
      repository: { id: 77, fullName: "acme/models", defaultBranch: "main" },
      run: { id: 9_000_000_001, attempt: 2, url: "https://github.com/acme/models/actions/runs/9000000001" },
      sha: MERGE,
      event: "pull_request",
      number: 5,
      headSha: HEAD,
      baseBranch: "release/1.x",
      baseSha: BASE,
      headRepoIsFork: false,
      mergeSha: MERGE,
    });
  });

  test.each([
    ["of another repository", { id: 78 }],
    ["that is gone", null],
  ])("a head %s is a fork's", (_, repo) => {
    const payload = { repository, pull_request: { ...pull, head: { sha: HEAD, repo } } };
    expect(read("pull_request", payload)).toMatchObject({ headRepoIsFork: true });
  });

  test("push", () => {
    const push = { repository, ref: "refs/heads/main", before: BASE, after: HEAD };
    expect(read("push", push)).toMatchObject({
      event: "push",
      branch: "main",
      before: BASE,
      after: HEAD,
      isDefaultBranch: true,
    });
    expect(read("push", { ...push, ref: "refs/heads/feature/x", before: NONE })).toMatchObject({
      branch: "feature/x",
      before: null,
      isDefaultBranch: false,
    });
  });

  test("merge_group, workflow_dispatch, schedule", () => {
    const group = {
      head_sha: HEAD,
      base_sha: BASE,
      base_ref: "refs/heads/main",
      head_ref: "refs/heads/gh-readonly-queue/main/pr-5",
    };
    expect(read("merge_group", { repository, merge_group: group })).toMatchObject({
      headSha: HEAD,
      baseSha: BASE,
      baseBranch: "main",
    });
    expect(read("workflow_dispatch", { repository, ref: "refs/heads/exp", inputs: null })).toMatchObject({
      branch: "exp",
      headSha: MERGE,
    });
    expect(read("schedule", { repository, schedule: "0 6 * * *" })).toMatchObject({ branch: "main", headSha: MERGE });
  });
});

describe("what is refused, with a sentence", () => {
  const push = { repository, ref: "refs/heads/main", before: BASE, after: HEAD };
  test.each([
    [
      "pull_request_target",
      () => read("pull_request_target", { repository, pull_request: pull }),
      "with the base branch's secrets",
    ],
    ["an event that is not served", () => read("issue_comment", { repository }), "none of pull_request, push"],
    ["no event at all", () => read(undefined, {}), "GITHUB_EVENT_NAME is not set"],
    ["no event file", () => readEvent(environment("push"), null), "there is no event file"],
    ["a file that is not JSON", () => readEvent(environment("push"), "{"), "not JSON"],
    ["a payload of another form", () => read("pull_request", []), "not what GitHub sends"],
    ["a tag's push", () => read("push", { ...push, ref: "refs/tags/v1" }), "`ref` is not what GitHub sends"],
    ["a deleted branch", () => read("push", { ...push, after: NONE }), "was deleted"],
    ["a branch that looks like an option", () => read("push", { ...push, ref: "refs/heads/--upload-pack=x" }), "`ref`"],
    ["a branch with a line break", () => read("push", { ...push, ref: "refs/heads/a\nb" }), "`ref`"],
    ["a branch that climbs", () => read("push", { ...push, ref: "refs/heads/../x" }), "`ref`"],
    ["a SHA that is none", () => read("push", { ...push, after: "HEAD" }), "`after`"],
    [
      "a repository that climbs",
      () => read("push", { ...push, repository: { ...repository, full_name: "acme/.." } }),
      "`repository.full_name`",
    ],
    ["a run id that is no number", () => read("push", push, { GITHUB_RUN_ID: "x" }), "`GITHUB_RUN_ID`"],
    ["no SHA in the environment", () => read("push", push, { GITHUB_SHA: undefined }), "`GITHUB_SHA`"],
  ])("%s", (_, act, sentence) => {
    expect(act).toThrow(ProblemError);
    expect(act).toThrow(sentence);
  });
});
