import { expect, test } from "vitest";
import { markBody } from "../../../../src/adapters/github/comment-marker.ts";
import { createCommentThread } from "../../../../src/adapters/github/comment-thread.ts";
import { upsertComment } from "../../../../src/adapters/github/comments.ts";
import type { Answer, Requests } from "../../../../src/adapters/github/requests.ts";

const run = { headSha: "a".repeat(40), runId: 5, runAttempt: 1 };

function threadOf(requests: Requests) {
  return createCommentThread(requests, { owner: "o", repo: "r", pullRequest: 1, marker: "m", speaksFor: "app" });
}

function ok(data: unknown, repeated = false): Answer {
  return { ok: true, data, more: false, repeated };
}

function comment(id: number) {
  const user = { id: 1, login: "github-actions[bot]", type: "Bot" };
  return { id, html_url: `https://github.com/c/${id}`, body: markBody("m", run, "Report."), user };
}

/** A request whose answer was lost takes effect only after we have looked for it and sent another. */
test("of two comments that one run has made against its will the older stays", async () => {
  const deleted: unknown[] = [];
  let comments: readonly unknown[] = [];
  const requests: Requests = {
    send: async (route, parameters) => {
      if (route.startsWith("DELETE")) deleted.push(parameters["comment_id"]);
      return ok(route.includes("/pulls/") ? { head: { sha: run.headSha } } : comments);
    },
    sendOnce: async (_, __, landed) => {
      expect(await landed()).toBeNull();
      comments = [comment(8), comment(7)];
      return ok(comment(8), true);
    },
  };
  const request = { pullRequest: 1, marker: "m", body: "Report.", ...run };
  const published = await upsertComment(threadOf(requests), request, () => undefined);
  expect(published).toEqual({ state: "created", url: "https://github.com/c/7" });
  expect(deleted).toEqual([8]);
});

test("a comment that somebody deletes meanwhile is made again", async () => {
  const created: string[] = [];
  const requests: Requests = {
    send: async (route) => {
      if (route.startsWith("PATCH")) return { ok: false, status: 404, message: "Not Found" };
      return ok(route.includes("/pulls/") ? { head: { sha: run.headSha } } : [comment(7)]);
    },
    sendOnce: async (route) => {
      created.push(route);
      return ok(comment(9));
    },
  };
  const request = { pullRequest: 1, marker: "m", body: "Changed.", ...run, runId: 6 };
  const published = await upsertComment(threadOf(requests), request, () => undefined);
  expect(published).toEqual({ state: "created", url: "https://github.com/c/9" });
  expect(created).toHaveLength(1);
});
