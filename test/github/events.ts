import type { PullRequest } from "./pulls.ts";
import type { Upstream } from "./upstream.ts";

/** An event as the runner hands it over: its name, the file's content, and the refs that go with it. */
export type RunnerEvent = {
  readonly name: "pull_request" | "push" | "merge_group" | "workflow_dispatch" | "schedule";
  readonly payload: Readonly<Record<string, unknown>>;
  readonly sha: string;
  readonly ref: string;
  readonly headRef: string;
  readonly baseRef: string;
  /** The first is written to. */
  readonly cacheScopes: readonly { readonly scope: string; readonly write: boolean }[];
};

export type Events = {
  /** @throws Error for a pull request without a merge commit: GitHub starts no run for one with conflicts. */
  readonly pullRequest: (number: number, action?: "opened" | "synchronize" | "reopened") => Promise<RunnerEvent>;
  readonly push: (branch: string, before?: string | null) => Promise<RunnerEvent>;
  /** The queue's commit is the pull request's merge commit, on `gh-readonly-queue/<base>/pr-<number>-<base SHA>`. */
  readonly mergeGroup: (number: number) => Promise<RunnerEvent>;
  readonly workflowDispatch: (branch: string, inputs?: Readonly<Record<string, string>>) => Promise<RunnerEvent>;
  readonly schedule: (cron?: string) => Promise<RunnerEvent>;
};

const NO_COMMIT = "0".repeat(40);

/** Payloads with the fields of GitHub's own that tools read. */
export function createEvents(options: {
  readonly upstream: Upstream;
  readonly repository: string;
  readonly defaultBranch: string;
  readonly actor: string;
  readonly pull: (number: number) => PullRequest;
  /** What the API says of a pull request. */
  readonly describePull: (number: number) => Promise<Readonly<Record<string, unknown>>>;
  readonly tip: (branch: string) => Promise<string>;
}): Events {
  const { upstream, defaultBranch, actor, tip } = options;
  const common = async () => ({
    repository: await upstream.call("GET", `/repos/${options.repository}`),
    sender: { login: actor, id: 1, type: "User" },
  });
  const scopes = (...refs: readonly string[]) => {
    const all = [...new Set([...refs, `refs/heads/${defaultBranch}`])];
    return all.map((scope, index) => ({ scope, write: index === 0 }));
  };
  const onBranch = async (branch: string) => {
    const ref = `refs/heads/${branch}`;
    return { sha: await tip(branch), ref, headRef: "", baseRef: "", cacheScopes: scopes(ref) };
  };

  return {
    pullRequest: async (number, action = "opened") => {
      const pull = options.pull(number);
      if (pull.mergeSha === null) throw new Error(`pull request ${number} has no merge commit`);
      const ref = `refs/pull/${number}/merge`;
      return {
        name: "pull_request",
        payload: { action, number, pull_request: await options.describePull(number), ...(await common()) },
        sha: pull.mergeSha,
        ref,
        headRef: pull.headBranch,
        baseRef: pull.baseBranch,
        // A fork's run has a token that writes no cache.
        cacheScopes: scopes(ref, `refs/heads/${pull.baseBranch}`).map((entry) => ({
          ...entry,
          write: entry.write && pull.fork === null,
        })),
      };
    },
    push: async (branch, before = null) => {
      const at = await onBranch(branch);
      const commits = { before: before ?? NO_COMMIT, after: at.sha, created: before === null };
      const payload = { ref: at.ref, ...commits, deleted: false, forced: false, ...(await common()) };
      return { name: "push", payload, ...at };
    },
    mergeGroup: async (number) => {
      const pull = options.pull(number);
      if (pull.mergeSha === null) throw new Error(`pull request ${number} has no merge commit`);
      const ref = `refs/heads/gh-readonly-queue/${pull.baseBranch}/pr-${number}-${pull.baseSha}`;
      const group = {
        head_sha: pull.mergeSha,
        head_ref: ref,
        base_sha: pull.baseSha,
        base_ref: `refs/heads/${pull.baseBranch}`,
      };
      const payload = { action: "checks_requested", merge_group: group, ...(await common()) };
      const cacheScopes = scopes(ref, `refs/heads/${pull.baseBranch}`);
      return { name: "merge_group", payload, sha: pull.mergeSha, ref, headRef: "", baseRef: "", cacheScopes };
    },
    workflowDispatch: async (branch, inputs = {}) => {
      const at = await onBranch(branch);
      const workflow = ".github/workflows/modelgate.yml";
      return { name: "workflow_dispatch", payload: { ref: at.ref, inputs, workflow, ...(await common()) }, ...at };
    },
    schedule: async (cron = "0 6 * * *") => ({
      name: "schedule",
      payload: { schedule: cron, workflow: ".github/workflows/modelgate.yml", ...(await common()) },
      ...(await onBranch(defaultBranch)),
    }),
  };
}
