import { describe, expect, test } from "vitest";
import { type ChangeRequest, describeChange } from "../../../src/flows/change.ts";
import { ProblemError } from "../../../src/problem.ts";
import { makeLog, makeRepository, makeTree } from "./fakes.ts";

/** Which commits are compared. */

const BASE = "b".repeat(40);
const HEAD = "e".repeat(40);
const MERGE = "d".repeat(40);
const FORK_POINT = "f".repeat(40);
const GONE = "9".repeat(40);
const CHILD = "c".repeat(40);
const BACKWARDS = "a".repeat(40);
const files = {};

const notThere = (ref: string) =>
  new ProblemError({ kind: "platform", where: `commit ${ref}`, what: "it is not there", mend: "fetch it" });

function repository(head: string) {
  return makeRepository({
    workspace: makeTree({}),
    head,
    commits: {
      [FORK_POINT]: { parents: [], files },
      [BASE]: { parents: [FORK_POINT], files },
      [HEAD]: { parents: [FORK_POINT], files },
      [MERGE]: { parents: [BASE, HEAD], files },
      [CHILD]: { parents: [HEAD], files },
      [BACKWARDS]: { parents: [HEAD, BASE], files },
    },
    refs: { main: BASE, v1: FORK_POINT },
    mergeBase: FORK_POINT,
    missing: notThere,
  });
}

function request(changes: Partial<ChangeRequest> = {}): ChangeRequest {
  return {
    repository: "acme/risk",
    pullRequest: 7,
    baseBranch: "main",
    headSha: HEAD,
    base: { by: "pullRequest", baseSha: BASE },
    compareWith: null,
    ...changes,
  };
}

async function find(head: string, changes: Partial<ChangeRequest> = {}) {
  const log = makeLog();
  const { candidateSha, baselineSha, policySha, headSha } = await describeChange(
    request(changes),
    repository(head),
    log,
  );
  return { candidateSha, baselineSha, policySha, headSha, lines: log.lines };
}

describe("a pull request", () => {
  test("GitHub's merge commit is compared with its first parent, and the check stands on the head", async () => {
    expect(await find(MERGE)).toEqual({
      candidateSha: MERGE,
      baselineSha: BASE,
      policySha: BASE,
      headSha: HEAD,
      lines: [],
    });
  });

  test("its head is compared with the merge base, and judged by the branch's tip", async () => {
    expect(await find(HEAD)).toMatchObject({ candidateSha: HEAD, baselineSha: FORK_POINT, policySha: BASE });
  });

  test("another comparison leaves the policy where it is", async () => {
    expect(await find(MERGE, { compareWith: "v1" })).toMatchObject({ baselineSha: FORK_POINT, policySha: BASE });
    expect(await find(MERGE, { compareWith: HEAD })).toMatchObject({ baselineSha: HEAD, policySha: BASE });
  });

  test.each([
    ["the base", BASE],
    ["a commit on top of the head", CHILD],
    ["the base merged into the head, the wrong way round", BACKWARDS],
  ])("%s that is checked out instead is refused", async (_what, commit) => {
    await expect(find(commit)).rejects.toThrow(
      `pull request 7: commit ${commit.slice(0, 7)} is checked out, which is neither eeeeeee, that this run is about, nor a merge of it`,
    );
  });
});

describe("other events", () => {
  const push = { pullRequest: null, headSha: HEAD };

  test("a push is compared with the state before it", async () => {
    const base = { by: "commit", sha: BASE, orFirstParent: true } as const;
    expect(await find(HEAD, { ...push, base })).toMatchObject({ baselineSha: BASE, policySha: BASE, lines: [] });
  });

  test("a push whose state before is gone is compared with the first parent, and says so", async () => {
    const base = { by: "commit", sha: GONE, orFirstParent: true } as const;
    expect(await find(HEAD, { ...push, base })).toMatchObject({
      baselineSha: FORK_POINT,
      lines: [
        "warning: Commit 9999999, which was there before this push, cannot be had any more: compared with the first parent instead.",
      ],
    });
  });

  test("a push of a first commit has nothing to be compared with", async () => {
    const first = { pullRequest: null, headSha: FORK_POINT };
    expect(await find(FORK_POINT, { ...first, base: { by: "firstParent" } })).toMatchObject({ baselineSha: null });
    const base = { by: "commit", sha: GONE, orFirstParent: true } as const;
    const { baselineSha, lines } = await find(FORK_POINT, { ...first, base });
    expect(baselineSha).toBeNull();
    expect(lines[0]).toMatch(/there is nothing to compare with/);
  });

  test("a queue's commit is compared with what the queue names, and with nothing else", async () => {
    const queue = { pullRequest: null, headSha: MERGE };
    expect(await find(MERGE, { ...queue, base: { by: "commit", sha: BASE } })).toMatchObject({ baselineSha: BASE });
    await expect(find(MERGE, { ...queue, base: { by: "commit", sha: GONE } })).rejects.toThrow(/it is not there/);
  });

  test("a branch is compared with where it left, and judged by what it would be merged into", async () => {
    const base = { by: "branch", ref: "main" } as const;
    expect(await find(HEAD, { pullRequest: null, headSha: null, base })).toMatchObject({
      headSha: HEAD,
      baselineSha: FORK_POINT,
      policySha: BASE,
    });
  });
});
