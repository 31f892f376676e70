import { jsonObject } from "./http.ts";
import type { PullRequest, Pulls } from "./pulls.ts";
import { correctBots, type RestApi } from "./rest-api.ts";
import type { Upstream } from "./upstream.ts";

type Comment = {
  readonly id: number;
  readonly body: string;
  readonly html_url: string;
  readonly user: { readonly login: string; readonly type: string };
};

/** What a person does in the browser: no request is counted, checked or limited. */
export type Website = {
  readonly openPullRequest: (request: {
    readonly head: string;
    readonly base: string;
    readonly title: string;
    readonly body?: string;
    /** Owner of the fork that it is to come from; the branch has to be in the local repository all the same. */
    readonly fork?: string;
  }) => Promise<PullRequest>;
  /** What the API says of a pull request. */
  readonly describePull: (number: number) => Promise<Readonly<Record<string, unknown>>>;
  /** Branch protection: a merge needs these checks or statuses to have passed on the head. */
  readonly requireChecks: (branch: string, names: readonly string[]) => Promise<void>;
  /** As the merge button does; on success the base branch of the local repository has moved. */
  readonly merge: (
    number: number,
    method?: "merge" | "squash",
  ) => Promise<{ readonly merged: true; readonly sha: string } | { readonly merged: false; readonly reason: string }>;
  /** All comments, the oldest first. */
  readonly comments: (number: number) => Promise<readonly Comment[]>;
  /** A comment by the person. */
  readonly comment: (number: number, body: string) => Promise<Comment>;
};

const PAGE = 100;

/** @throws Error, from each function, for what GitHub refuses (but a merge). */
export function createWebsite(options: {
  readonly person: { readonly login: string; readonly token: string };
  readonly api: Pick<RestApi, "handle">;
  readonly upstream: Upstream;
  readonly repository: string;
  readonly pulls: Pick<Pulls, "get" | "setFork">;
  readonly sync: () => Promise<void>;
}): Website {
  const { person, pulls, upstream } = options;
  const root = `/repos/${options.repository}`;

  const ask = async (method: string, path: string, body?: unknown) => {
    const request = {
      method,
      path: `${root}${path}`,
      query: new URLSearchParams(),
      headers: { authorization: `token ${person.token}`, "content-type": "application/json" },
      body: Buffer.from(body === undefined ? "" : JSON.stringify(body)),
    };
    const response = await options.api.handle(request, person.login);
    return { status: response.status, body: jsonObject(String(response.body ?? "")) ?? {} };
  };
  const mustAsk = async (...request: Parameters<typeof ask>) => {
    const { status, body } = await ask(...request);
    if (status >= 300) throw new Error(`the emulated GitHub answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };

  return {
    openPullRequest: async ({ fork, ...request }) => {
      await options.sync();
      const number = Number((await mustAsk("POST", "/pulls", request))["number"]);
      if (fork !== undefined) pulls.setFork(number, fork);
      return pulls.get(number);
    },
    describePull: (number) => mustAsk("GET", `/pulls/${number}`),
    requireChecks: async (branch, names) => {
      await upstream.call("PUT", `${root}/branches/${branch}/protection`, {
        required_status_checks: { strict: false, contexts: names },
        enforce_admins: false,
        required_pull_request_reviews: null,
        restrictions: null,
      });
    },
    merge: async (number, method = "merge") => {
      const { status, body } = await ask("PUT", `/pulls/${number}/merge`, { merge_method: method });
      if (status === 200) return { merged: true, sha: String(body["sha"]) };
      return { merged: false, reason: String(body["message"]) };
    },
    comments: async (number) => {
      const all: Comment[] = [];
      for (let page = 1; ; page += 1) {
        const path = `${root}/issues/${number}/comments?per_page=${PAGE}&page=${page}`;
        const comments = correctBots(await upstream.call("GET", path)) as readonly Comment[];
        all.push(...comments);
        if (comments.length < PAGE) return all;
      }
    },
    comment: async (number, body) => {
      const { id } = await mustAsk("POST", `/issues/${number}/comments`, { body });
      return correctBots(await upstream.call("GET", `${root}/issues/comments/${id}`)) as Comment;
    },
  };
}
