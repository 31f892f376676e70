import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ParsedReport, parseReport, verifyDigest } from "../../../src/report/build-report.ts";
import type { ModelReport, Report } from "../../../src/report/schema.ts";
import { quickProject } from "../../fixtures/projects/quick-project.ts";
import type { RunnerEvent } from "../../github/events.ts";
import { type GitHub, startGitHub } from "../../github/github.ts";
import { type LocalRepository, makeLocalRepository } from "../../github/local-repository.ts";
import { type ActionRequest, type ActionRun, runAction } from "../../github/run-action.ts";
import { sha256 } from "../sha256.ts";

/** The name of the action's check on pull requests into main. */
export const CHECK = "modelgate report: main";

export const TOKENS = { write: "ghs_write", fork: "ghs_fork", checksOnly: "ghs_checks" } as const;

/** One run, and the report that it left behind; null where it came to none. */
export type SceneRun = ActionRun & { readonly report: Report | null };

type RunOptions = Partial<Omit<ActionRequest, "github" | "repository" | "event" | "folder">> & {
  /** With the runner's artifacts and cache, which take as long as all the rest; without them by default. */
  readonly services?: true;
};

export type Scene = {
  readonly local: LocalRepository;
  readonly github: GitHub;
  readonly folder: string;
  /** Commits files on a new branch and opens a pull request with it. */
  readonly pull: (
    files: Readonly<Record<string, string | null>>,
    options?: { readonly fork?: string; readonly from?: string },
  ) => Promise<{ readonly number: number; readonly branch: string; readonly headSha: string }>;
  readonly run: (event: RunnerEvent, options?: RunOptions) => Promise<SceneRun>;
  readonly runPull: (number: number, options?: RunOptions) => Promise<SceneRun>;
  /** The one comment's body; null where there is none. */
  readonly comment: (number: number) => Promise<string | null>;
  /** Conclusions of the action's checks on a pull request's head, the newest first. */
  readonly conclusions: (number: number) => Promise<readonly (string | null)[]>;
  readonly close: () => Promise<void>;
};

/** An emulated GitHub that serves a project, the quick one unless told otherwise. */
export async function startScene(
  files: Readonly<Record<string, string>> = quickProject(),
  entry: "bundle" | "sources" = "sources",
): Promise<Scene> {
  const local = makeLocalRepository();
  local.commit("main", files);
  const folder = mkdtempSync(join(tmpdir(), "modelgate-scene-"));
  const github = await startGitHub({
    repository: local.path,
    owner: "acme",
    name: "risk",
    contentPerMinute: 10_000,
    tokens: {
      [TOKENS.write]: { login: "github-actions[bot]", permissions: "write" },
      [TOKENS.fork]: { login: "github-actions[bot]", permissions: "read" },
      [TOKENS.checksOnly]: { login: "github-actions[bot]", permissions: { checks: "write" } },
    },
  });
  let branches = 0;

  const run: Scene["run"] = async (event, { services, ...options } = {}) => {
    const ran = await runAction({
      ...{ github, repository: local.path, event, folder, token: TOKENS.write, entry },
      ...options,
      inputs: { ...(services !== true && { cache: "false" }), ...options.inputs },
      environment: { ...(services !== true && { ACTIONS_RUNTIME_TOKEN: "" }), ...options.environment },
    });
    refuseStackTrace(ran.log);
    refuseStackTrace(ran.summary);
    return { ...ran, report: readReport(ran.outputs["report"]) };
  };
  return {
    local,
    github,
    folder,
    pull: async (change, { fork, from = "main" } = {}) => {
      branches += 1;
      const branch = `change-${branches}`;
      local.commit(branch, change, from);
      const opened = await github.openPullRequest({
        head: branch,
        base: "main",
        title: `Change ${branches}`,
        ...(fork !== undefined && { fork }),
      });
      return { number: opened.number, branch, headSha: opened.headSha };
    },
    run,
    runPull: async (number, options) => run(await github.events.pullRequest(number), options),
    comment: async (number) => {
      const comments = await github.comments(number);
      if (comments.length > 1) throw new Error(`${comments.length} comments on pull request ${number}`);
      return comments[0]?.body ?? null;
    },
    conclusions: async (number) => {
      const checks = await github.checks(github.pullRequest(number).headSha);
      return checks.filter(({ name }) => name === CHECK).map(({ conclusion }) => conclusion);
    },
    close: async () => {
      await github.close();
      local.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A user never sees where in our code something went wrong. */
export function refuseStackTrace(text: string): void {
  const line = text.split("\n").find((one) => /^\s+at .+(?::\d+:\d+\)?|\(native\))$|\bnode:internal\//.test(one));
  if (line !== undefined) throw new Error(`a stack trace reaches the user: ${line}\n${text}`);
}

/** The report as the app would read it: strict, and with the digest that it claims. */
function readReport(path: string | undefined): Report | null {
  if (path === undefined || path === "") return null;
  const parsed: ParsedReport = parseReport(readFileSync(path, "utf8"));
  if (!parsed.ok) throw new Error(parsed.problem);
  if (!verifyDigest(parsed.report, sha256)) throw new Error("the report's digest is not that of its evidence");
  return parsed.report;
}

/** The report of one model. */
export function modelOf({ report }: SceneRun, name = "risk"): ModelReport | undefined {
  return report?.evidence.models.find((model) => model.name === name);
}
