import type { Annotation, CodeHost, Published } from "../../ports.ts";
import { clipBytes, clipCharacters } from "./clip-text.ts";
import { isLaterRun } from "./comment-marker.ts";
import { type CheckRun, checkRunSchema, checkRunsSchema, isForbidden, parseAnswer } from "./github-answers.ts";
import type { Requests } from "./requests.ts";

type CheckRequest = Parameters<CodeHost["createCheck"]>[0];
type RunOrder = { readonly runId: number; readonly runAttempt: number };
type Repository = { readonly owner: string; readonly repo: string };

const CREATE = "POST /repos/{owner}/{repo}/check-runs";
const UPDATE = "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}";
const GET = "GET /repos/{owner}/{repo}/check-runs/{check_run_id}";
const LIST = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";

/** GitHub's, a request. */
const ANNOTATIONS_AT_ONCE = 50;
/** Beyond this nobody reads them; the report has all. */
const ANNOTATIONS_IN_ALL = 150;
/** GitHub's limits say characters; counted in UTF-8 bytes they hold either way. */
const OUTPUT_BYTES = 65_535;
const MESSAGE_BYTES = 64 * 1024;
const TITLE_CHARACTERS = 255;

/**
 * Creates a completed check on its commit, unless a later run has one there: of checks that share a name and a commit the one created
 * last counts, so an earlier run that ends later would hide the later run's.
 *
 * @param seen The latest run known to have reported on this commit, null for none, undefined where nobody has looked: then one request does.
 * @param onLeftOut Told how many annotations are too many.
 */
export async function createCheck(
  requests: Requests,
  repository: Repository,
  request: CheckRequest,
  seen: RunOrder | null | undefined,
  onLeftOut: (count: number) => void,
): Promise<Published> {
  const run = readExternalId(request.externalId);
  const latest = seen === undefined ? latestRun(await listChecks(requests, repository, request, "latest")) : seen;
  if (latest !== null && run !== null && isLaterRun(latest, run)) {
    return skipped(
      `a later run has reported on this commit already (run ${latest.runId}, attempt ${latest.runAttempt})`,
    );
  }

  const annotations = request.annotations.slice(0, ANNOTATIONS_IN_ALL).map(toAnnotation);
  if (request.annotations.length > annotations.length) onLeftOut(request.annotations.length - annotations.length);
  const output = {
    title: clipCharacters(request.title, TITLE_CHARACTERS),
    summary: clipBytes(request.summary, OUTPUT_BYTES),
    ...(request.text === null ? {} : { text: clipBytes(request.text, OUTPUT_BYTES) }),
  };
  const parameters = {
    ...repository,
    name: request.name,
    head_sha: request.headSha,
    status: "completed",
    conclusion: request.conclusion,
    external_id: request.externalId,
    ...(request.detailsUrl === null ? {} : { details_url: request.detailsUrl }),
    output: { ...output, annotations: annotations.slice(0, ANNOTATIONS_AT_ONCE) },
  };
  const isOurs = ({ external_id }: CheckRun) => external_id === request.externalId;
  const landed = async () => (await listChecks(requests, repository, request, "all")).find(isOurs) ?? null;
  const answer = await requests.sendOnce(CREATE, parameters, landed);
  if (isForbidden(answer)) {
    return skipped(`the token may not create checks: give the job \`permissions: checks: write\` (${answer.message})`);
  }
  const check = parseAnswer(CREATE, answer, checkRunSchema);
  for (let from = ANNOTATIONS_AT_ONCE; from < annotations.length; from += ANNOTATIONS_AT_ONCE) {
    const next = annotations.slice(from, from + ANNOTATIONS_AT_ONCE);
    await append(requests, repository, check.id, { ...output, annotations: next }, from + next.length);
  }
  return { state: "created", url: check.html_url ?? check.url };
}

/** The checks of this name on this commit; none where they may not be read. */
async function listChecks(
  requests: Requests,
  repository: Repository,
  { headSha, name }: CheckRequest,
  filter: "latest" | "all",
): Promise<readonly CheckRun[]> {
  const parameters = { ...repository, ref: headSha, check_name: name, filter, per_page: 100 };
  const listed = await requests.send(LIST, parameters);
  return isForbidden(listed) ? [] : parseAnswer(LIST, listed, checkRunsSchema).check_runs;
}

function latestRun(checks: readonly CheckRun[]): RunOrder | null {
  const runs = checks.map(({ external_id }) => readExternalId(external_id ?? ""));
  return runs.reduce<RunOrder | null>(
    (latest, other) => (latest === null || (other !== null && isLaterRun(other, latest)) ? other : latest),
    null,
  );
}

/** Every update adds its annotations to those that are there, so it must not take effect twice. */
async function append(
  requests: Requests,
  repository: Repository,
  id: number,
  output: Readonly<Record<string, unknown>>,
  countAfterwards: number,
): Promise<void> {
  const isThere = async () => {
    const check = parseAnswer(GET, await requests.send(GET, { ...repository, check_run_id: id }), checkRunSchema);
    return check.output.annotations_count >= countAfterwards ? check : null;
  };
  const answer = await requests.sendOnce(UPDATE, { ...repository, check_run_id: id, output }, isThere);
  parseAnswer(UPDATE, answer, checkRunSchema);
}

/** Null for what is not `<run id>.<attempt>`. */
function readExternalId(text: string): RunOrder | null {
  const [, runId, runAttempt] = /^(\d{1,15})\.(\d{1,9})$/.exec(text) ?? [];
  return runId === undefined ? null : { runId: Number(runId), runAttempt: Number(runAttempt) };
}

function toAnnotation(annotation: Annotation) {
  return {
    path: annotation.path,
    start_line: annotation.line,
    end_line: annotation.line,
    annotation_level: annotation.level,
    title: clipCharacters(annotation.title, TITLE_CHARACTERS),
    message: clipBytes(annotation.message, MESSAGE_BYTES),
  };
}

function skipped(reason: string): Published {
  return { state: "skipped", reason };
}
