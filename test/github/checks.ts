import { bodyObject, json, jsonObject, paged, type Request, type Response, type Route, refuse, route } from "./http.ts";
import type { App } from "./tokens.ts";
import type { Upstream } from "./upstream.ts";

type Annotation = Readonly<Record<string, unknown>>;
type Extra = { readonly app: App; annotations: readonly Annotation[] };

/** A commit status, as `POST /repos/{owner}/{repo}/statuses/{sha}` made it. */
type Status = {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly description: string | null;
  readonly target_url: string | null;
};

export type CheckRun = {
  readonly id: number;
  readonly name: string;
  readonly head_sha: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly external_id: string;
  readonly details_url: string | null;
  readonly html_url: string;
  readonly output: {
    readonly title: string | null;
    readonly summary: string | null;
    readonly text: string | null;
    readonly annotations_count: number;
  };
};

export type Checks = {
  readonly routes: readonly Route[];
  /** All check runs of a commit, the newest first. */
  readonly list: (sha: string) => Promise<readonly CheckRun[]>;
  readonly annotations: (checkRunId: number) => readonly Annotation[];
  /** Why branch protection refuses a merge; null where it does not. */
  readonly missing: (baseBranch: string, headSha: string) => Promise<string | null>;
  /** The emulator's check runs with their app and all annotations. */
  readonly correct: (value: unknown) => unknown;
};

/** Check runs and commit statuses, with what the emulator lacks: statuses, the app, annotations that add up, real commits only. */
export function createChecks(options: {
  readonly upstream: Upstream;
  readonly repository: string;
  readonly url: string;
  readonly isCommit: (sha: string) => Promise<boolean>;
  readonly appOf: (login: string) => App | null;
}): Checks {
  const { upstream, repository, url } = options;
  const extras = new Map<number, Extra>();
  const statuses: Status[] = [];

  const list = async (sha: string) => {
    const answer = await upstream.call("GET", `/repos/${repository}/commits/${sha}/check-runs?filter=all`);
    const runs = (answer as { check_runs?: CheckRun[] } | null)?.check_runs ?? [];
    return runs.map((run) => correctRun(run, extras) as CheckRun);
  };

  return {
    list,
    annotations: (id) => extras.get(id)?.annotations ?? [],
    missing,
    correct: (value) => correctRun(value, extras),
    routes: [
      route("POST /repos/{owner}/{repo}/check-runs", create),
      route("PATCH /repos/{owner}/{repo}/check-runs/{id}", (request, names) => update(Number(names["id"]), request)),
      route("GET /repos/{owner}/{repo}/check-runs/{id}/annotations", (request, names) => {
        const all = extras.get(Number(names["id"]))?.annotations;
        if (all === undefined) return refuse(404, "Not Found");
        const { page, headers } = paged(request, `${url}${request.path}`, all);
        return json(200, page, headers);
      }),
      route("GET /repos/{owner}/{repo}/commits/{ref+}/check-runs", listRuns),
      route("POST /repos/{owner}/{repo}/statuses/{sha}", createStatus),
      route("GET /repos/{owner}/{repo}/commits/{ref}/statuses", (request, { ref = "" }) => {
        const { page, headers } = paged(request, `${url}${request.path}`, statusesOf(ref));
        return json(200, page, headers);
      }),
      route("GET /repos/{owner}/{repo}/commits/{ref}/status", (_, { ref = "" }) => combined(ref)),
    ],
  };

  async function create(request: Request, _: unknown, login: string): Promise<Response> {
    const app = options.appOf(login);
    const { head_sha: sha, output } = bodyObject(request);
    if (app === null) return refuse(403, "You must authenticate via a GitHub App.");
    if (!(await options.isCommit(String(sha)))) return refuse(422, `No commit found for SHA: ${sha}`);
    const answer = await upstream.forward(request);
    const id = jsonObject(String(answer.body ?? ""))?.["id"];
    if (typeof id === "number") extras.set(id, { app, annotations: annotationsIn(output) });
    return answer;
  }

  async function update(id: number, request: Request): Promise<Response> {
    const extra = extras.get(id);
    if (extra === undefined) return refuse(404, "Not Found");
    const { output, status } = bodyObject(request);
    const now = (await upstream.call("GET", `/repos/${repository}/check-runs/${id}`)) as CheckRun | null;
    if (now?.status === "completed" && status !== undefined && status !== "completed") {
      return refuse(422, "Invalid request. A completed check run cannot be reopened.");
    }
    const answer = await upstream.forward(request);
    if (answer.status === 200) extra.annotations = [...extra.annotations, ...annotationsIn(output)];
    return answer;
  }

  /** The emulator knows neither pages nor the app. */
  async function listRuns(request: Request, { ref = "" }: Readonly<Record<string, string>>): Promise<Response> {
    const query = new URLSearchParams(request.query);
    for (const name of ["page", "per_page"]) query.delete(name);
    const answer = await upstream.forward({ ...request, query });
    if (answer.status !== 200) return refuse(422, `No commit found for SHA: ${ref}`);
    const runs = (jsonObject(String(answer.body))?.["check_runs"] ?? []) as CheckRun[];
    const { page, headers } = paged(request, `${url}${request.path}`, runs);
    return json(200, { total_count: runs.length, check_runs: page }, headers);
  }

  async function createStatus(request: Request, { sha = "" }: Readonly<Record<string, string>>): Promise<Response> {
    if (!(await options.isCommit(sha))) return refuse(422, `No commit found for SHA: ${sha}`);
    const body = bodyObject(request) as Partial<Status> & Pick<Status, "state">;
    const { context = "default", description = null, target_url = null, state } = body;
    const status = { id: statuses.length + 1, sha, context, state, description, target_url };
    statuses.unshift(status);
    return json(201, status);
  }

  function statusesOf(sha: string): readonly Status[] {
    return statuses.filter((status) => status.sha === sha);
  }

  function combined(sha: string): Response {
    const latest = [
      ...new Map(
        statusesOf(sha)
          .toReversed()
          .map((status) => [status.context, status]),
      ).values(),
    ];
    const states = new Set(latest.map(({ state }) => state));
    const isFailed = states.has("failure") || states.has("error");
    const state = isFailed ? "failure" : states.size === 1 && states.has("success") ? "success" : "pending";
    return json(200, { sha, state, total_count: latest.length, statuses: latest });
  }

  async function missing(baseBranch: string, headSha: string): Promise<string | null> {
    const protection = await upstream.call("GET", `/repos/${repository}/branches/${baseBranch}/protection`);
    const required = (protection as { required_status_checks?: { contexts?: string[] } | null } | null)
      ?.required_status_checks?.contexts;
    if (required === undefined || required.length === 0) return null;
    const runs = await list(headSha);
    for (const context of required) {
      const run = runs.find(({ name }) => name === context);
      const status = statusesOf(headSha).find((candidate) => candidate.context === context);
      if (run === undefined && status === undefined) return `Required status check "${context}" is expected.`;
      // Skipped and neutral count as passed.
      const isPassed = run
        ? ["success", "skipped", "neutral"].includes(run.conclusion ?? "")
        : status?.state === "success";
      if (!isPassed) return `Required status check "${context}" is failing.`;
    }
    return null;
  }
}

function correctRun(value: unknown, extras: ReadonlyMap<number, Extra>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("check_runs" in value && Array.isArray(value.check_runs)) {
    return { ...value, check_runs: value.check_runs.map((run) => correctRun(run, extras)) };
  }
  if (!("head_sha" in value && "id" in value && "output" in value)) return value;
  const extra = extras.get(value.id as number);
  if (extra === undefined) return value;
  const output = { ...(value.output as object), annotations_count: extra.annotations.length };
  return { ...value, app: { id: extra.app.id, slug: extra.app.slug }, output };
}

function annotationsIn(output: unknown): readonly Annotation[] {
  return ((output as { annotations?: Annotation[] } | undefined)?.annotations ?? []) as readonly Annotation[];
}
