import { type Artifact, createArtifacts } from "./artifacts.ts";
import { createBlobStore } from "./blob-store.ts";
import { createCaches } from "./caches.ts";
import { type CheckRun, createChecks } from "./checks.ts";
import { createDispatches, type Dispatch } from "./dispatches.ts";
import { createEvents, type Events, type RunnerEvent } from "./events.ts";
import { createFaults, type Fault } from "./faults.ts";
import { openGit, resolveCommit } from "./git.ts";
import { findRoute, type Request, type Response, refuse } from "./http.ts";
import { createMirror } from "./mirror.ts";
import { type Recorded, startProxy } from "./proxy.ts";
import { createPulls, type PullRequest } from "./pulls.ts";
import { createRestApi } from "./rest-api.ts";
import { type Job, prepareJob } from "./runner.ts";
import { appOf, type Token } from "./tokens.ts";
import { startUpstream } from "./upstream.ts";
import { createWebsite, type Website } from "./website.ts";

export type GitHub = Website & {
  /** Of the REST API and of the service for artifacts and caches. */
  readonly url: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly repositoryId: number;
  readonly defaultBranch: string;

  /** After a push into the local repository: branches, tags, open pull requests and their merge commits follow. */
  readonly sync: () => Promise<void>;
  readonly pullRequest: (number: number) => PullRequest;

  /** All check runs of a commit, the newest first. */
  readonly checks: (sha: string) => Promise<readonly CheckRun[]>;
  readonly annotations: (checkRunId: number) => readonly Readonly<Record<string, unknown>>[];
  readonly artifacts: (runId: number) => readonly Artifact[];
  readonly expireArtifact: (id: number) => void;
  readonly caches: () => readonly { readonly key: string; readonly scope: string; readonly bytes: number }[];
  readonly dispatches: () => readonly Dispatch[];

  readonly events: Events;
  /** A job's environment and files, as the runner makes them; run ids count up by themselves. */
  readonly prepareJob: (options: {
    readonly event: RunnerEvent;
    readonly workspace: string;
    readonly folder: string;
    readonly runId?: number;
    readonly runAttempt?: number;
  }) => Promise<Job>;

  readonly inject: (fault: Fault) => void;
  readonly clearFaults: () => void;
  readonly requests: () => readonly Recorded[];
  readonly forgetRequests: () => void;
  /** What was asked of the REST API that GitHub's OpenAPI description does not have. */
  readonly violations: () => readonly string[];
  readonly close: () => Promise<void>;
};

export type GitHubOptions = {
  /** Path of a local git repository: bare, or with a work tree (whose HEAD should then be on no branch that is merged into). */
  readonly repository: string;
  readonly owner: string;
  readonly name: string;
  /** By secret. */
  readonly tokens: Readonly<Record<string, Token>>;
  readonly faults?: readonly Fault[];
  /** For faults with a probability. */
  readonly seed?: number;
  /** GitHub's secondary limit. */
  readonly contentPerMinute?: number;
};

const PERSON = "octocat";
const PERSON_TOKEN = "ghp_of_the_person_who_opens_pull_requests";

/**
 * Starts a GitHub on this machine, on a real local repository: `emulate` behind a proxy that adds what it lacks, checks every
 * request against GitHub's own description, keeps GitHub's limits and lets things go wrong on demand.
 *
 * @throws Error where the repository cannot be read or has objects that cannot be made again with the same SHA (signed commits).
 */
export async function startGitHub(options: GitHubOptions): Promise<GitHub> {
  const git = openGit(options.repository);
  const repository = `${options.owner}/${options.name}`;
  const defaultBranch = await git.text("symbolic-ref", "--short", "HEAD");
  const tokens: Readonly<Record<string, Token>> = {
    ...options.tokens,
    [PERSON_TOKEN]: { login: PERSON, permissions: "write" },
  };
  const loginApps = new Map(Object.values(tokens).map((token) => [token.login, appOf(token)]));

  const faults = createFaults(options.seed ?? 1);
  for (const fault of options.faults ?? []) faults.inject(fault);

  let answer: (request: Request) => Promise<Response> = async () => refuse(503, "Starting");
  const proxy = await startProxy((request) => answer(request), faults);
  const { url } = proxy;
  const upstream = await startUpstream({
    proxyUrl: url,
    owner: options.owner,
    name: options.name,
    defaultBranch,
    tokens,
    people: [PERSON],
  });

  const blobs = createBlobStore(url);
  const artifacts = createArtifacts(blobs, { url, repository });
  const caches = createCaches(blobs);
  const dispatches = createDispatches(git);
  const checks = createChecks({
    upstream,
    repository,
    url,
    isCommit: async (sha) => (await resolveCommit(git, sha)) === sha,
    appOf: (login) => loginApps.get(login) ?? null,
  });
  const mirror = createMirror(git, upstream, repository);
  let syncing: Promise<void> = Promise.resolve();
  const sync = () => {
    const synced = syncing.then(async () => {
      await pulls.follow();
      await mirror();
    });
    syncing = synced.catch(() => undefined);
    return synced;
  };
  const pulls = createPulls({ git, upstream, repository, missingChecks: checks.missing, sync });
  const resultRoutes = [...blobs.routes, ...artifacts.routes, ...caches.routes];

  const api = createRestApi({
    tokens,
    contentPerMinute: options.contentPerMinute ?? 80,
    routes: [...pulls.routes, ...checks.routes, ...dispatches.routes, ...artifacts.routes],
    upstream,
    correct: (value) => checks.correct(pulls.correct(value)),
  });
  answer = async (request) => {
    if (!/^\/(?:twirp|blobs)\//.test(request.path)) return api.answer(request);
    const found = findRoute(resultRoutes, request);
    return found === null ? refuse(404, "Not Found") : found.route.handle(request, found.names, "");
  };

  const website = createWebsite({
    person: { login: PERSON, token: PERSON_TOKEN },
    api,
    upstream,
    repository,
    pulls,
    sync,
  });
  const close = async () => {
    await proxy.close();
    await upstream.close();
  };

  try {
    await sync();
  } catch (error) {
    await close();
    throw error;
  }
  const { id: repositoryId } = (await upstream.call("GET", `/repos/${repository}`)) as { id: number };
  let lastRunId = 7_000;

  return {
    url,
    repository,
    repositoryId,
    defaultBranch,
    sync,
    pullRequest: pulls.get,
    ...website,
    checks: checks.list,
    annotations: checks.annotations,
    artifacts: artifacts.list,
    expireArtifact: artifacts.expire,
    caches: caches.list,
    dispatches: dispatches.list,
    events: createEvents({
      upstream,
      repository,
      defaultBranch,
      actor: PERSON,
      pull: pulls.get,
      describePull: website.describePull,
      tip: (branch) => git.text("rev-parse", `refs/heads/${branch}`),
    }),
    prepareJob: ({ runId, runAttempt = 1, ...job }) => {
      lastRunId = runId ?? lastRunId + 1;
      return prepareJob({ ...job, url, repository, repositoryId, actor: PERSON, runId: lastRunId, runAttempt });
    },
    inject: faults.inject,
    clearFaults: faults.clear,
    requests: proxy.requests,
    forgetRequests: proxy.forgetRequests,
    violations: api.violations,
    close,
  };
}
