import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunnerEvent } from "./events.ts";
import { makeRuntimeToken } from "./runtime-token.ts";

/** A job's environment, and the files through which it answers. */
export type Job = {
  readonly environment: Readonly<Record<string, string>>;
  readonly outputFile: string;
  readonly summaryFile: string;
};

/**
 * Prepares a job as GitHub's runner does: the event file, the files for outputs and summary, and the default variables.
 *
 * @param folder Made if it is not there; the job's own, as RUNNER_TEMP is.
 * @param workspace Where the repository is checked out.
 */
export async function prepareJob(options: {
  readonly url: string;
  readonly repository: string;
  readonly repositoryId: number;
  readonly event: RunnerEvent;
  readonly workspace: string;
  readonly folder: string;
  readonly actor: string;
  readonly runId: number;
  readonly runAttempt: number;
}): Promise<Job> {
  const { event, folder, repository } = options;
  const temp = join(folder, "temp");
  await mkdir(temp, { recursive: true });
  const file = async (name: string, content = "") => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const [eventFile, outputFile, summaryFile, envFile, pathFile, stateFile] = await Promise.all([
    file("event.json", JSON.stringify(event.payload)),
    file("output"),
    file("summary.md"),
    file("env"),
    file("path"),
    file("state"),
  ]);
  const { runId } = options;
  const workflow = `${repository}/.github/workflows/modelgate.yml@${event.ref}`;
  const environment = {
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_ACTION: "modelgate",
    GITHUB_ACTOR: options.actor,
    GITHUB_API_URL: options.url,
    GITHUB_BASE_REF: event.baseRef,
    GITHUB_ENV: envFile,
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: eventFile,
    GITHUB_GRAPHQL_URL: `${options.url}/graphql`,
    GITHUB_HEAD_REF: event.headRef,
    GITHUB_JOB: "modelgate",
    GITHUB_OUTPUT: outputFile,
    GITHUB_PATH: pathFile,
    GITHUB_REF: event.ref,
    GITHUB_REF_NAME: event.ref.replace(/^refs\/(?:heads|tags|pull)\//, ""),
    GITHUB_REF_TYPE: "branch",
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_ID: String(options.repositoryId),
    GITHUB_REPOSITORY_OWNER: repository.split("/")[0] ?? "",
    GITHUB_RUN_ATTEMPT: String(options.runAttempt),
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_NUMBER: String(runId),
    // The runner's clients take any other host for an enterprise server.
    GITHUB_SERVER_URL: `http://github.localhost:${new URL(options.url).port}`,
    GITHUB_SHA: event.sha,
    GITHUB_STATE: stateFile,
    GITHUB_STEP_SUMMARY: summaryFile,
    GITHUB_TRIGGERING_ACTOR: options.actor,
    GITHUB_WORKFLOW: "modelgate",
    GITHUB_WORKFLOW_REF: workflow,
    GITHUB_WORKSPACE: options.workspace,
    ACTIONS_CACHE_SERVICE_V2: "True",
    ACTIONS_RESULTS_URL: `${options.url}/`,
    ACTIONS_RUNTIME_TOKEN: makeRuntimeToken({ runId, jobId: `job-${runId}`, cacheScopes: event.cacheScopes }),
    RUNNER_ARCH: "X64",
    RUNNER_ENVIRONMENT: "github-hosted",
    RUNNER_NAME: "emulated",
    RUNNER_OS: "Linux",
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: temp,
  };
  return { environment, outputFile, summaryFile };
}
