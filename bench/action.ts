// The whole action as a process, from start to exit, on the example with cached stages: two evaluations, statistics, comment,
// check and artifact, against the emulated GitHub on the same machine. Beside it, in the same run: how long Node takes to start,
// and one that only loads what the action loads. `--runs N` (default 15).
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exampleFiles, FEATURES, withFeatures } from "../demo/project.ts";
import { startGitHub } from "../test/github/github.ts";
import { makeLocalRepository } from "../test/github/local-repository.ts";
import { type ActionRun, runAction } from "../test/github/run-action.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "15" } } });
const runs = Number(values.runs);
const TOKEN = "ghs_bench";

const folder = mkdtempSync(join(tmpdir(), "modelgate-bench-"));
const local = makeLocalRepository();
local.commit("main", exampleFiles());
local.commit("better", withFeatures(FEATURES.better));
const github = await startGitHub({
  repository: local.path,
  owner: "acme",
  name: "breast-cancer",
  contentPerMinute: 100_000,
  tokens: { [TOKEN]: { login: "github-actions[bot]", permissions: "write" } },
});
try {
  const { number } = await github.openPullRequest({ head: "better", base: "main", title: "Better" });
  const event = await github.events.pullRequest(number);
  const request = { github, repository: local.path, event, folder, token: TOKEN };
  const first = await runAction(request);
  check(first);

  const cached: number[] = [];
  const withoutArtifact: number[] = [];
  const bare: number[] = [];
  const requests: number[] = [];
  for (let run = 0; run < runs; run++) {
    github.forgetRequests();
    const withAll = await runAction({ ...request, workspace: first.workspace });
    check(withAll);
    cached.push(withAll.seconds);
    requests.push(github.requests().filter(({ path }) => path.startsWith("/repos/")).length);
    const without = await runAction({
      ...request,
      workspace: first.workspace,
      environment: { ACTIONS_RESULTS_URL: "" },
    });
    check(without);
    withoutArtifact.push(without.seconds);
    bare.push(timeNode());
  }
  console.log(`the action on the example, stages cached, median of ${runs} (fastest):`);
  print("first run, stages trained", [first.seconds]);
  print("all of it, artifact uploaded", cached);
  print("without the artifact", withoutArtifact);
  print("node alone, starting and ending", bare);
  console.log(`API requests of an update: ${Math.max(...requests)} at most`);
} finally {
  await github.close();
  local.remove();
  rmSync(folder, { recursive: true, force: true });
}

function check(run: ActionRun): void {
  if (run.outputs["verdict"] !== "pass") throw new Error(`the action ended with ${run.exitCode}:\n${run.log}`);
}

function timeNode(): number {
  const started = performance.now();
  spawnSync(process.execPath, ["--eval", ""]);
  return (performance.now() - started) / 1000;
}

function print(name: string, seconds: readonly number[]): void {
  const sorted = seconds.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] as number;
  console.log(`  ${name.padEnd(34)} ${median.toFixed(3)} s  (${(sorted[0] as number).toFixed(3)} s)`);
}
