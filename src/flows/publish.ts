import type { ArtifactStore, CodeHost, Published } from "../ports.ts";
import { describeProblem, ProblemError } from "../problem.ts";
import { reportText } from "../report/build-report.ts";
import { renderCheckOutput } from "../report/check-output.ts";
import { renderComment } from "../report/comment.ts";
import { renderFailure } from "../report/failure.ts";
import { renderHtmlReport } from "../report/html-report.ts";
import { visibleSentence } from "../report/visible-text.ts";
import type { ChangeRequest } from "./change.ts";
import type { CheckResult } from "./check.ts";
import type { PublishedNames } from "./published-names.ts";

/** What a run leaves behind, as text. The names are those of the files in the artifact. */
export type Documents = { readonly "report.json": string; readonly "report.html": string };

/** The report for machines and for people. */
export function renderDocuments({ report, judgement }: CheckResult): Documents {
  return { "report.json": reportText(report), "report.html": renderHtmlReport(report, judgement) };
}

/** Of a check; GitHub takes 255. */
const TITLE_CHARACTERS = 200;

export type PublishRequest = {
  readonly result: CheckResult;
  readonly documents: Documents;
  readonly names: PublishedNames;
  readonly run: { readonly id: number; readonly attempt: number; readonly url: string };
};

export type PublishPorts = {
  /** Null: nothing is posted. */
  readonly codeHost: CodeHost | null;
  readonly artifacts: ArtifactStore;
};

/** Where everything went; null for what was not asked for. */
export type Publication = {
  readonly comment: Published | null;
  readonly check: Published | null;
  readonly artifact: Published;
};

/**
 * Posts the comment and uploads the documents at once, and creates the check when both have gone well: green says that all of it can be
 * read. What the token may not do is `skipped` with the reason.
 *
 * @throws ProblemError where GitHub does not answer, after the check has been given as failed: a result that nobody sees is no result.
 */
export async function publish(
  { result, documents, names, run }: PublishRequest,
  { codeHost, artifacts }: PublishPorts,
): Promise<Publication> {
  const { pullRequest, headSha } = result.report.evidence;
  const input = { ...result, reportUrl: `${run.url}#artifacts` };
  const body = renderComment(input);
  const output = renderCheckOutput(input);
  const files = Object.entries(documents).map(([name, content]) => ({ name, content }));
  const uploaded = artifacts.upload(names.artifact, files);
  const commented =
    codeHost === null || pullRequest === null || headSha === null
      ? null
      : codeHost.upsertComment({
          ...{ pullRequest, marker: names.marker, body, headSha },
          ...{ runId: run.id, runAttempt: run.attempt },
        });
  const failure = await firstFailure([commented, uploaded].filter((one) => one !== null));
  const check =
    codeHost === null || headSha === null
      ? null
      : await codeHost.createCheck({
          ...{ ...output, ...(failure !== null && unpublished(failure)), name: names.check, headSha },
          ...{ text: null, detailsUrl: run.url, externalId: `${run.id}.${run.attempt}` },
        });
  if (failure !== null) throw failure.reason;
  return { comment: await commented, check, artifact: await uploaded };
}

type Failure = { readonly reason: unknown };

/** Null where all went well. All are awaited: nothing is left running behind the first failure. */
async function firstFailure(work: readonly Promise<unknown>[]): Promise<Failure | null> {
  const settled = await Promise.allSettled(work);
  const failed = settled.find((one) => one.status === "rejected");
  return failed === undefined ? null : { reason: failed.reason };
}

function unpublished({ reason }: Failure): { readonly conclusion: "failure"; readonly title: string } {
  const sentence =
    reason instanceof ProblemError ? describeProblem(reason.problem) : "the result could not be published";
  return { conclusion: "failure", title: visibleSentence(sentence, TITLE_CHARACTERS) };
}

/**
 * Posts comment and check of a run that came to no report: an earlier run's "passes" must not be left standing for this commit.
 *
 * @throws ProblemError where GitHub does not answer.
 */
export async function publishFailure(
  request: {
    readonly change: Pick<ChangeRequest, "pullRequest" | "headSha">;
    /** Says what went wrong, in one sentence. */
    readonly sentence: string;
    readonly names: PublishedNames;
    readonly run: PublishRequest["run"];
  },
  codeHost: CodeHost,
): Promise<Pick<Publication, "comment" | "check">> {
  const { change, sentence, names, run } = request;
  const { pullRequest, headSha } = change;
  if (headSha === null) return { comment: null, check: null };
  const body = renderFailure(sentence);
  const commented =
    pullRequest === null
      ? null
      : codeHost.upsertComment({
          ...{ pullRequest, marker: names.marker, body, headSha },
          ...{ runId: run.id, runAttempt: run.attempt },
        });
  const checked = codeHost.createCheck({
    name: names.check,
    headSha,
    conclusion: "failure",
    title: visibleSentence(sentence, TITLE_CHARACTERS),
    summary: body,
    text: null,
    detailsUrl: run.url,
    externalId: `${run.id}.${run.attempt}`,
    annotations: [],
  });
  await Promise.allSettled([commented, checked]);
  return { comment: await commented, check: await checked };
}
