import { z } from "zod";
import { ProblemError } from "../../problem.ts";

/** What a run of the action is about. SHAs are full; branches are short names. */
export type Subject = {
  readonly repository: { readonly id: number; readonly fullName: string; readonly defaultBranch: string };
  readonly run: { readonly id: number; readonly attempt: number; readonly url: string };
  /** GITHUB_SHA: what the runner checks out unless told otherwise. */
  readonly sha: string;
} & SubjectEvent;

type SubjectEvent =
  | {
      readonly event: "pull_request";
      readonly number: number;
      readonly headSha: string;
      readonly baseBranch: string;
      /** The base branch's tip when the event was sent; the merge commit's first parent may be later. */
      readonly baseSha: string;
      /** Its token can only read. A fork that is gone counts as one. */
      readonly headRepoIsFork: boolean;
      /** The merge commit that GitHub made: GITHUB_SHA. */
      readonly mergeSha: string;
    }
  | {
      readonly event: "push";
      readonly branch: string;
      /** Null for a new branch. */
      readonly before: string | null;
      readonly after: string;
      readonly isDefaultBranch: boolean;
    }
  | {
      readonly event: "merge_group";
      readonly headSha: string;
      readonly baseSha: string;
      readonly baseBranch: string;
    }
  | { readonly event: "workflow_dispatch"; readonly branch: string; readonly headSha: string }
  | { readonly event: "schedule"; readonly branch: string; readonly headSha: string };

const SUPPORTED = ["pull_request", "push", "merge_group", "workflow_dispatch", "schedule"] as const;
const NO_COMMIT = "0".repeat(40);

const sha = z.string().regex(/^[0-9a-f]{40}$/);
/** As git allows a branch to be called: nothing that a command or a ref could take for something else. */
const branch = z
  .string()
  .max(255)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
  .regex(/^(?![-/.])(?!.*(?:\.\.|@\{|\/\/))[^\u0000- ~^:?*[\\\u007f]+$/);
const branchRef = z
  .stringFormat("branch ref", (text) => text.startsWith("refs/heads/"))
  .transform((text) => text.slice(11));
const id = z.int().positive();
const repository = z.object({
  id,
  full_name: z.string().regex(/^[A-Za-z0-9][\w-]*\/(?!\.{1,2}$)[\w.-]+$/),
  default_branch: branch,
});

const environmentSchema = z.object({
  GITHUB_SHA: sha,
  GITHUB_RUN_ID: z.coerce.number().pipe(id),
  GITHUB_RUN_ATTEMPT: z.coerce.number().pipe(id),
  GITHUB_SERVER_URL: z.url(),
});

const payloads = {
  pull_request: z.object({
    repository,
    pull_request: z.object({
      number: id,
      head: z.object({ sha, repo: z.object({ id }).nullable() }),
      base: z.object({ sha, ref: branch }),
    }),
  }),
  push: z.object({ repository, ref: branchRef.pipe(branch), before: sha, after: sha }),
  merge_group: z.object({
    repository,
    merge_group: z.object({ head_sha: sha, base_sha: sha, base_ref: branchRef.pipe(branch) }),
  }),
  workflow_dispatch: z.object({ repository, ref: branchRef.pipe(branch) }),
  schedule: z.object({ repository }),
} as const;

/**
 * Reads what the runner says of the event.
 *
 * @param environment Of the process: GITHUB_EVENT_NAME and its kin.
 * @param eventText The content of the file GITHUB_EVENT_PATH, null where there is none.
 * @throws ProblemError for an event that the action does not serve and for anything that is not as GitHub sends it.
 */
export function readEvent(
  environment: Readonly<Record<string, string | undefined>>,
  eventText: string | null,
): Subject {
  const name = readName(environment["GITHUB_EVENT_NAME"]);
  const env = parse("the runner's environment", environmentSchema, environment);
  const payload = readJson(eventText);
  const subject = readSubject(name, payload, env.GITHUB_SHA);
  const at = parse(`the ${name} event`, z.object({ repository }), payload).repository;
  return {
    repository: { id: at.id, fullName: at.full_name, defaultBranch: at.default_branch },
    run: {
      id: env.GITHUB_RUN_ID,
      attempt: env.GITHUB_RUN_ATTEMPT,
      url: `${env.GITHUB_SERVER_URL}/${at.full_name}/actions/runs/${env.GITHUB_RUN_ID}`,
    },
    sha: env.GITHUB_SHA,
    ...subject,
  };
}

function readName(name: string | undefined): (typeof SUPPORTED)[number] {
  const found = SUPPORTED.find((supported) => supported === name);
  if (found !== undefined) return found;
  if (name === "pull_request_target") {
    throw problem(
      "usage",
      "event pull_request_target",
      "it would run the pull request's code with the base branch's secrets and a token that may write",
      "use `on: pull_request`",
    );
  }
  const what =
    name === undefined || name === "" ? "GITHUB_EVENT_NAME is not set" : `it is none of ${SUPPORTED.join(", ")}`;
  throw problem("usage", `event ${name ?? ""}`.trim(), what, "run the action in a workflow with one of these events");
}

function readSubject(name: (typeof SUPPORTED)[number], payload: unknown, githubSha: string): SubjectEvent {
  const where = `the ${name} event`;
  switch (name) {
    case "pull_request": {
      const { pull_request: pull, repository } = parse(where, payloads.pull_request, payload);
      return {
        event: name,
        number: pull.number,
        headSha: pull.head.sha,
        baseBranch: pull.base.ref,
        baseSha: pull.base.sha,
        headRepoIsFork: pull.head.repo?.id !== repository.id,
        mergeSha: githubSha,
      };
    }
    case "push": {
      const { ref, before, after, repository } = parse(where, payloads.push, payload);
      if (after === NO_COMMIT) {
        throw problem("usage", where, `branch ${ref} was deleted`, "let the workflow ignore deleted branches");
      }
      const isDefaultBranch = ref === repository.default_branch;
      return { event: name, branch: ref, before: before === NO_COMMIT ? null : before, after, isDefaultBranch };
    }
    case "merge_group": {
      const { merge_group: group } = parse(where, payloads.merge_group, payload);
      return { event: name, headSha: group.head_sha, baseSha: group.base_sha, baseBranch: group.base_ref };
    }
    case "workflow_dispatch":
      return { event: name, branch: parse(where, payloads.workflow_dispatch, payload).ref, headSha: githubSha };
    case "schedule":
      // Schedules run on the default branch only.
      return {
        event: name,
        branch: parse(where, payloads.schedule, payload).repository.default_branch,
        headSha: githubSha,
      };
  }
}

function readJson(text: string | null): unknown {
  if (text === null) {
    throw problem("usage", "GITHUB_EVENT_PATH", "there is no event file", "run the action in a GitHub workflow");
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw problem("platform", "the event file", "it is not JSON", "run the job again", cause);
  }
}

function parse<T>(where: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.join(".") ?? "";
  const what = `\`${path}\` is not what GitHub sends (${issue?.message ?? "invalid"})`;
  throw problem("platform", where, what, "run the action from the events it serves, on branches and not on tags");
}

function problem(kind: "usage" | "platform", where: string, what: string, mend: string, cause?: unknown): ProblemError {
  return new ProblemError({ kind, where, what, mend }, cause === undefined ? {} : { cause });
}
