import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readEvent, type Subject } from "../src/adapters/github/event.ts";
import { sha256 } from "../src/adapters/open-project.ts";
import { describeChange } from "../src/flows/change.ts";
import { type CheckPorts, type CheckResult, checkChange } from "../src/flows/check.ts";
import { type Documents, type Publication, publish, publishFailure, renderDocuments } from "../src/flows/publish.ts";
import { type PublishedNames, publishedNames } from "../src/flows/published-names.ts";
import { trainAll } from "../src/flows/train-all.ts";
import type { Log, Published } from "../src/ports.ts";
import { describeProblem, ProblemError } from "../src/problem.ts";
import { renderFailure } from "../src/report/failure.ts";
import { renderJobSummary } from "../src/report/job-summary.ts";
import { markdownText } from "../src/report/markdown-text.ts";
import { renderTerminal } from "../src/report/terminal.ts";
import { changeRequest } from "./change-request.ts";
import { type Inputs, inputOf, readInputs } from "./inputs.ts";
import { openPorts } from "./ports.ts";
import { createRunnerLog, maskCommand } from "./runner-log.ts";
import { createTimings, type Timings } from "./timings.ts";
import { startToolkit, type Toolkit } from "./toolkit.ts";
import type { Host } from "./toolkit-calls.ts";

type Environment = Readonly<Record<string, string | undefined>>;

type Job = {
  readonly inputs: Inputs;
  readonly subject: Subject;
  readonly environment: Environment;
  readonly log: Log;
  readonly toolkit: Toolkit;
  readonly timings: Timings;
};

/** Width of the tables in the runner's log. */
const LOG_COLUMNS = 110;

/**
 * The whole action: inputs → flow → outputs. Gives the process's exit code; whatever goes wrong ends in a red job with one sentence.
 *
 * @param entry The action's program, for the toolkit's thread.
 */
export async function runAction(environment: Environment, entry: URL): Promise<number> {
  const timings = createTimings(environment);
  const log = createRunnerLog((text) => process.stdout.write(text));
  let toolkit: Toolkit | null = null;
  try {
    const inputs = readInputs((name) => inputOf(environment, name));
    if (inputs.token !== null) process.stdout.write(maskCommand(inputs.token));
    const subject = readEvent(environment, await readEventFile(environment["GITHUB_EVENT_PATH"]));
    const uploads = inputs.command !== "train";
    toolkit = timings.ofToolkit(startToolkit(entry, { host: hostOf(inputs, subject, environment), uploads }, log));
    const job = { inputs, subject, environment, log, toolkit, timings };
    return inputs.command === "train" ? await train(job) : await check(job);
  } catch (error) {
    toolkit ??= startToolkit(entry, { host: null, uploads: false }, log);
    await showFailure(error, [], environment, toolkit);
    return 1;
  } finally {
    await toolkit?.close();
    timings.write();
  }
}

/** Null: nothing is to be posted, or there is no token to do it with. */
function hostOf({ command, publish, token }: Inputs, subject: Subject, environment: Environment): Host | null {
  if (command === "train" || !publish || token === null) return null;
  const apiUrl = environment["GITHUB_API_URL"] ?? "https://api.github.com";
  return { token, repository: subject.repository.fullName, apiUrl };
}

async function readEventFile(path: string | undefined): Promise<string | null> {
  return path === undefined || path === "" ? null : readFile(path, "utf8");
}

async function train({ inputs, environment, log, toolkit }: Job): Promise<number> {
  const ports = openPorts(environment, inputs, log);
  const failures = await trainAll({ configPath: inputs.config, models: inputs.models }, ports);
  const sentences = failures.map(({ problem }) => describeProblem(problem));
  for (const sentence of sentences) await toolkit.annotate("error", sentence);
  if (sentences.length > 0) await writeSummary(sentences.map(renderFailure).join("\n"), environment);
  return failures.length === 0 ? 0 : 1;
}

async function check(job: Job): Promise<number> {
  let measured: Awaited<ReturnType<typeof measure>>;
  try {
    measured = await measure(job);
  } catch (error) {
    return giveUp(error, job);
  }
  const { result, ports } = measured;
  const code = await tell(result, job);
  await fillCache(job, ports);
  return code;
}

async function measure({
  inputs,
  subject,
  environment,
  log,
  timings,
}: Job): Promise<{ result: CheckResult; ports: CheckPorts }> {
  const ports = timings.ofPorts(openPorts(environment, inputs, log));
  const result = await checkChange(
    {
      change: await describeChange(changeRequest(subject, inputs), ports.repository, log),
      configPath: inputs.config,
      models: inputs.models,
      trains: inputs.command === "check",
      run: subject.run,
      platform: `${process.platform}-${process.arch}`,
    },
    ports,
  );
  return { result, ports };
}

/** Everywhere where somebody may look: log, files, GitHub, summary, outputs. */
async function tell(result: CheckResult, job: Job): Promise<number> {
  const { inputs, subject, environment, log, toolkit } = job;
  const documents = renderDocuments(result);
  const folder = join(environment["RUNNER_TEMP"] ?? ".", "modelgate");
  const paths = { report: join(folder, "report.json"), html: join(folder, "report.html") };
  const summarize = (notices: readonly string[]) =>
    writeSummary(renderJobSummary({ ...result, reportUrl: `${subject.run.url}#artifacts` }, notices), environment);
  const { verdict, reason } = result.judgement;
  const outputs = { verdict, reason, digest: result.report.digest, ...paths, "comment-url": "" };

  let publication: Publication;
  try {
    const publishing = publish({ result, documents, names: namesOf(job, result.scope), run: subject.run }, toolkit);
    // What is for this machine is written while GitHub answers.
    const kept = keep(result, documents, paths, log);
    await Promise.allSettled([publishing, kept]);
    await kept;
    publication = await publishing;
  } catch (error) {
    // What nobody may have seen is no result, whatever it is.
    const sentence = sentenceOf(error);
    await summarize([sentence]);
    await toolkit.setOutputs({ ...outputs, verdict: "error", reason: sentence });
    await toolkit.annotate("error", sentence);
    return 1;
  }
  const notices = describePublication(publication, inputs);
  for (const notice of notices) log.info(notice);
  await Promise.all([
    toolkit.setOutputs({ ...outputs, "comment-url": addressOf(publication.comment) }),
    summarize(notices),
  ]);
  return verdict === "pass" ? 0 : endRed(`${verdict}: ${reason}`, job, publication.check);
}

function namesOf({ inputs, subject }: Job, scope: readonly string[] | null): PublishedNames {
  const { baseBranch } = changeRequest(subject, inputs);
  return publishedNames({ baseBranch, runAttempt: subject.run.attempt, scope }, sha256);
}

/** Where nothing could be measured: that must not leave an earlier commit's comment standing, nor this commit without a check. */
async function giveUp(error: unknown, job: Job): Promise<number> {
  const { inputs, subject, environment, log, toolkit } = job;
  const { codeHost } = toolkit;
  let posted: Pick<Publication, "comment" | "check"> = { comment: null, check: null };
  if (codeHost !== null) {
    const change = changeRequest(subject, inputs);
    try {
      posted = await publishFailure(
        { change, sentence: sentenceOf(error), names: namesOf(job, inputs.models), run: subject.run },
        codeHost,
      );
    } catch (second) {
      log.warn(sentenceOf(second));
    }
  }
  await showFailure(error, describePublication({ ...posted, artifact: null }, inputs), environment, toolkit);
  return isToldByCheckAlone(inputs, posted.check) ? 0 : 1;
}

/**
 * The default branch's runs fill the cache that pull requests read, also for models that this push does not reach. The verdict is
 * told already: what goes wrong here is a warning.
 */
async function fillCache({ inputs, subject, log }: Job, ports: CheckPorts): Promise<void> {
  if (subject.event !== "push" || !subject.isDefaultBranch || inputs.command !== "check" || !inputs.cache) return;
  for (const { problem } of await trainAll({ configPath: inputs.config, models: inputs.models }, ports)) {
    log.warn(`The cache lacks a model: ${describeProblem(problem)}`);
  }
}

/** A red job for whatever is not a pass, unless the check alone is to tell, and does. */
async function endRed(sentence: string, { inputs, toolkit }: Job, check: Published | null): Promise<number> {
  const isTold = isToldByCheckAlone(inputs, check);
  await toolkit.annotate(isTold ? "warning" : "error", sentence);
  return isTold ? 0 : 1;
}

function isToldByCheckAlone(inputs: Inputs, check: Published | null): boolean {
  return !inputs.failJob && (!inputs.publish || (check !== null && check.state !== "skipped"));
}

/** In the log, and as files for later steps of the job. */
async function keep(
  result: CheckResult,
  documents: Documents,
  paths: { readonly report: string; readonly html: string },
  log: Log,
): Promise<void> {
  log.info(renderTerminal(result.report, result.judgement, { width: LOG_COLUMNS, colour: false }));
  await mkdir(dirname(paths.report), { recursive: true });
  await Promise.all([
    writeFile(paths.report, documents["report.json"]),
    writeFile(paths.html, documents["report.html"]),
  ]);
}

type Told = Pick<Publication, "comment" | "check"> & { readonly artifact: Published | null };

/** What did not go where one would look for it, for the job summary. */
function describePublication({ comment, check, artifact }: Told, inputs: Inputs): readonly string[] {
  const skipped = (what: string, published: Published | null) =>
    published?.state === "skipped" ? [`${what}: ${published.reason}.`] : [];
  const silent =
    inputs.publish && inputs.token === null ? ["No comment and no check were posted: the input `token` is empty."] : [];
  return [
    ...silent,
    ...skipped("No comment was posted", comment),
    ...skipped("No check was posted", check),
    ...skipped("The report was not uploaded", artifact),
  ];
}

function addressOf(comment: Published | null): string {
  return comment === null || comment.state === "skipped" ? "" : comment.url;
}

async function writeSummary(markdown: string, environment: Environment): Promise<void> {
  const path = environment["GITHUB_STEP_SUMMARY"];
  if (path !== undefined && path !== "") await appendFile(path, markdown);
}

function sentenceOf(error: unknown): string {
  if (error instanceof ProblemError) return error.message;
  const what = error instanceof Error ? error.message : String(error);
  return `Modelgate failed unexpectedly: ${what}. Please report it; a re-run with debug logging shows where.`;
}

/** One sentence in the log and the summary; the stack of a defect of ours only where the runner debugs. */
async function showFailure(
  error: unknown,
  notices: readonly string[],
  environment: Environment,
  toolkit: Toolkit,
): Promise<void> {
  const sentence = sentenceOf(error);
  if (!(error instanceof ProblemError) && error instanceof Error) await toolkit.debug(error.stack ?? "");
  await toolkit.annotate("error", sentence);
  await toolkit.setOutputs({ verdict: "error", reason: sentence });
  const said = notices.map((notice) => `\n${markdownText(notice, 600)}\n`);
  await writeSummary(`${renderFailure(sentence)}${said.join("")}`, environment);
}
