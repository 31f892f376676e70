import { writeFile } from "node:fs/promises";
import { openProject } from "../src/adapters/open-project.ts";
import { endSignal } from "../src/adapters/process/end-signal.ts";
import { type Change, describeChange } from "../src/flows/change.ts";
import { type CheckResult, checkChange } from "../src/flows/check.ts";
import { renderDocuments } from "../src/flows/publish.ts";
import type { Log, Repository } from "../src/ports.ts";
import { ProblemError } from "../src/problem.ts";
import { renderTerminal } from "../src/report/terminal.ts";
import type { Command, Terminal } from "./command.ts";
import { EXIT_CODES, exitCodeOfProblem, exitCodeOfVerdict } from "./exit-code.ts";
import { type OptionSpecs, parseOptions } from "./options.ts";
import { pathFromRoot } from "./path-from-root.ts";
import { createTerminalLog } from "./terminal-log.ts";

const OPTIONS = {
  base: {
    type: "string",
    value: "REF",
    help: "what to compare with (default: origin's default branch, else main or master)",
  },
  model: { type: "string", value: "NAME", help: "only this model; may be given several times", multiple: true },
  config: { type: "string", value: "FILE", help: "the config, if not modelgate.yml or .github/modelgate.yml" },
  "no-train": { type: "boolean", help: "evaluate the model files as they are, without running the pipeline" },
  "no-cache": { type: "boolean", help: "run every stage again" },
  json: { type: "boolean", help: "print report and judgement as JSON instead of tables" },
  html: { type: "string", value: "FILE", help: "write the HTML report with plots" },
} as const satisfies OptionSpecs;

type CheckOptions = ReturnType<typeof parseOptions<typeof OPTIONS>>;

/** Tried in this order for `--base`. */
const USUAL_BASES = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/** Columns where the output is not a terminal. */
const LOG_COLUMNS = 120;

export const checkCommand: Command = {
  name: "check",
  summary: "Trains, evaluates, compares and judges the models that your change reaches",
  details: `What is checked is the working tree, uncommitted changes included; what it is compared with is the commit where your branch left
REF. Objectives are read from REF itself: what your branch changes in them is shown, not used. Stages that have run before
are restored from the cache in .git/modelgate.

Examples
  modelgate check
  modelgate check --base origin/main --html report.html`,
  options: OPTIONS,
  run: async (args, terminal) => {
    const options = parseOptions("check", args, OPTIONS);
    const log = createTerminalLog(process.stderr);
    const ports = openProject({ folder: process.cwd(), environment: process.env, log, signal: endSignal() });
    const result = await checkChange(
      {
        change: await findChange(options.base, ports.repository, log),
        configPath: options.config === undefined ? null : pathFromRoot(options.config, ports.repository.workspace.root),
        models: options.model ?? null,
        trains: options["no-train"] !== true,
        run: null,
        platform: `${process.platform}-${process.arch}`,
      },
      options["no-cache"] ? { ...ports, cache: null } : ports,
    );
    terminal.out(
      options.json
        ? `${JSON.stringify({ report: result.report, judgement: result.judgement })}\n`
        : showResult(result, terminal),
    );
    if (options.html !== undefined) await writeHtml(options.html, result);
    return exitCode(result);
  },
};

function showResult({ report, judgement }: CheckResult, terminal: Terminal): string {
  return renderTerminal(report, judgement, { width: terminal.width ?? LOG_COLUMNS, colour: terminal.colour });
}

async function findChange(base: CheckOptions["base"], repository: Repository, log: Log): Promise<Change> {
  const ref = base === undefined ? await usualBase(repository) : await knownBase(base, repository);
  const change = await describeChange(
    {
      repository: null,
      pullRequest: null,
      baseBranch: null,
      headSha: null,
      base: { by: "branch", ref },
      compareWith: null,
    },
    repository,
    log,
  );
  // What is not committed has no commit that could name it.
  const isCommitted = (await repository.changedSince(change.headSha)).length === 0;
  return isCommitted ? change : { ...change, candidateSha: null };
}

/** A name that leads nowhere is whoever typed it's to mend, whatever git says of it. */
async function knownBase(ref: string, repository: Repository): Promise<string> {
  try {
    return await repository.resolve(ref);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const mend = "name a branch, a tag or a commit that is here or at origin";
    throw new ProblemError({ ...error.problem, kind: "usage", mend }, { cause: error });
  }
}

async function usualBase(repository: Repository): Promise<string> {
  for (const ref of USUAL_BASES) {
    if (await repository.has(ref)) return ref;
  }
  throw new ProblemError({
    kind: "usage",
    where: "modelgate check",
    what: `none of ${USUAL_BASES.join(", ")} is here to compare with`,
    mend: "name what to compare with: --base REF",
  });
}

async function writeHtml(path: string, result: CheckResult): Promise<void> {
  try {
    await writeFile(path, renderDocuments(result)["report.html"]);
  } catch (cause) {
    const problem = {
      kind: "usage",
      where: path,
      what: "the HTML report cannot be written there",
      mend: "name a file in a folder that exists",
    } as const;
    throw new ProblemError(problem, { cause });
  }
}

/** What has to be mended before there can be a verdict has a code of its own: the training code first, then the config. */
function exitCode({ report, judgement }: CheckResult): number {
  const codes = report.evidence.models.flatMap((model) =>
    model.outcome === "failed" ? [exitCodeOfProblem(model.problem)] : [],
  );
  const first = [EXIT_CODES.stageFailed, EXIT_CODES.usage].find((code) => codes.includes(code));
  return first ?? exitCodeOfVerdict(judgement.verdict);
}
