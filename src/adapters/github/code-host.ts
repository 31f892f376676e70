import type { CodeHost, Log } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { createCheck } from "./checks.ts";
import type { RunIdentity } from "./comment-marker.ts";
import { createCommentThread } from "./comment-thread.ts";
import { upsertComment } from "./comments.ts";
import { type Clock, createRequests, type SendRequest } from "./requests.ts";
import { tokenKind } from "./token-kind.ts";

export type CodeHostOptions = {
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  /** `https://api.github.com`, or an enterprise server's. */
  readonly apiUrl: string;
  readonly log: Pick<Log, "info" | "warn">;
  /** What may be spent in all on failed requests and waiting for the next try. */
  readonly patienceMs?: number;
  /** After so long without an answer a request has failed. */
  readonly requestTimeoutMs?: number;
  readonly clock?: Clock;
};

/** A secondary limit lasts a minute; twice that, and the job had better fail than hang. */
const PATIENCE_MS = 120_000;
const REQUEST_TIMEOUT_MS = 15_000;

const WALL_CLOCK: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * GitHub as the place where results are shown: at most three requests for a comment and one for a check whose comment was
 * looked at before (two otherwise), as long as GitHub is well.
 *
 * A result never replaces that of a later run: a comment is left alone once the pull request's head has moved on or a later run has
 * commented, and a check is not created over a later run's on the same commit. A check of another commit stands on that
 * commit and is always created.
 *
 * @throws ProblemError from both methods, of kind `platform`, where GitHub does not answer in bounded time, does not accept the
 * token, or refuses for a reason other than permission; and of kind `usage` for a repository that is not `owner/name`.
 */
export function createCodeHost(options: CodeHostOptions): CodeHost {
  const repository = splitRepository(options.repository);
  const speaksFor = tokenKind(options.token);
  const requests = createRequests(lazyOctokit(options), {
    patienceMs: options.patienceMs ?? PATIENCE_MS,
    clock: options.clock ?? WALL_CLOCK,
    onRetry: (line) => options.log.info(`GitHub: ${line}`),
  });
  /** Of every commit whose comments have been read: the latest run that has commented on it. */
  const seen = new Map<string, RunIdentity | null>();
  const looking = new Set<Promise<unknown>>();

  return {
    upsertComment: (request) => {
      const { pullRequest, marker } = request;
      const thread = createCommentThread(requests, { ...repository, pullRequest, marker, speaksFor });
      const commented = upsertComment(thread, request, (latest) => seen.set(request.headSha, latest));
      looking.add(commented);
      return commented;
    },
    createCheck: async (request) => {
      if (speaksFor === "person") {
        return { state: "skipped", reason: "checks can be created only by an app: use the job's GITHUB_TOKEN" };
      }
      await Promise.allSettled(looking);
      return createCheck(requests, repository, request, seen.get(request.headSha), (count) =>
        options.log.warn(`${count} annotations are left out of the check; the report has all of them.`),
      );
    },
  };
}

/** Octokit reads the event file when it is loaded and breaks on a broken one: load it when it is needed. */
function lazyOctokit(options: CodeHostOptions): SendRequest {
  let loading: Promise<SendRequest> | null = null;
  const load = async (): Promise<SendRequest> => {
    const { getOctokit } = await import("@actions/github");
    const octokit = getOctokit(options.token, { baseUrl: options.apiUrl, log: SILENT });
    return (route, parameters) => octokit.request(route, parameters);
  };
  return async (route, parameters) => {
    loading ??= load();
    const send = await loading;
    const signal = AbortSignal.timeout(options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS);
    return send(route, { ...parameters, request: { signal } });
  };
}

/** No name that would climb in an address. */
const REPOSITORY = /^[A-Za-z0-9][\w-]*\/(?!\.{1,2}$)[\w.-]+$/;

const nothing = () => {};
/** What Octokit would log, we say in the problem. */
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function splitRepository(text: string): { readonly owner: string; readonly repo: string } {
  const [owner, repo, ...rest] = text.split("/");
  if (owner === undefined || repo === undefined || rest.length > 0 || !REPOSITORY.test(text)) {
    throw new ProblemError({
      kind: "usage",
      where: "GITHUB_REPOSITORY",
      what: `${JSON.stringify(text)} is not of the form owner/name`,
      mend: "run the action in a GitHub workflow, or set it",
    });
  }
  return { owner, repo };
}
