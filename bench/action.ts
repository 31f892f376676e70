// The whole action as a process, from start to exit, on the example with cached stages, against the emulated GitHub on the same
// machine: two evaluations, statistics, comment and check, once with the artifact and once without; and where the time goes.
// Beside it, in the same run: how long Node takes to start and end. `--runs N` (default 15).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exampleFiles, FEATURES, withFeatures } from "../demo/project.ts";
import { startGitHub } from "../test/github/github.ts";
import { makeLocalRepository } from "../test/github/local-repository.ts";
import { type ActionRun, runAction } from "../test/github/run-action.ts";

/** A call of one of the action's ports; milliseconds since the process started. */
type Timing = { readonly name: string; readonly start: number; readonly end: number };
type Timed = { readonly seconds: number; readonly phases: Readonly<Record<string, number>> };

const { values } = parseArgs({ options: { runs: { type: "string", default: "15" } } });
const runs = Number(values.runs);
const TOKEN = "ghs_bench";

const folder = mkdtempSync(join(tmpdir(), "modelgate-bench-"));
const timings = join(folder, "timings.json");
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

  const again = async (environment: Readonly<Record<string, string>>): Promise<Timed> => {
    const run = await runAction({
      ...request,
      workspace: first.workspace,
      environment: { ...environment, MODELGATE_TIMINGS: timings },
    });
    check(run);
    const calls = JSON.parse(readFileSync(timings, "utf8")) as readonly Timing[];
    return { seconds: run.seconds, phases: phasesOf(calls, run.seconds * 1000) };
  };
  const withArtifact: Timed[] = [];
  const withoutArtifact: Timed[] = [];
  const bare: number[] = [];
  const requests: number[] = [];
  for (let run = 0; run < runs; run++) {
    github.forgetRequests();
    withArtifact.push(await again({}));
    requests.push(github.requests().filter(({ path }) => path.startsWith("/repos/")).length);
    withoutArtifact.push(await again({ ACTIONS_RESULTS_URL: "" }));
    bare.push(timeNode());
  }
  console.log(
    `the action on the example, stages cached, median of ${runs} (fastest), load ${loadavg()[0]?.toFixed(1)}:`,
  );
  print("first run, stages trained", [first.seconds]);
  print("comment and check", secondsOf(withoutArtifact));
  print("comment, check and artifact", secondsOf(withArtifact));
  print("node alone, starting and ending", bare);
  printPhases(withoutArtifact, withArtifact);
  console.log(`API requests of an update: ${Math.max(...requests)} at most`);
} finally {
  await github.close();
  local.remove();
  rmSync(folder, { recursive: true, force: true });
}

function check(run: ActionRun): void {
  if (run.outputs["verdict"] !== "pass") throw new Error(`the action ended with ${run.exitCode}:\n${run.log}`);
}

/** Milliseconds of each phase, one after another; together they are the whole run. */
function phasesOf(calls: readonly Timing[], total: number): Readonly<Record<string, number>> {
  const ends: readonly (readonly [string, number])[] = [
    ["start, load the bundle", last(calls, "load").end],
    ["config, git", first(calls, "restore").start],
    ["restore stages", last(calls, "restore").end],
    ["load the engines, open the data", last(calls, "open data").end],
    ["evaluate both models", last(calls, "score").end],
    ["measure and compare", last(calls, "close data").end],
    ["judge, render", Math.min(first(calls, "comment").start, first(calls, "upload").start)],
    ["publish", Math.max(last(calls, "check").end, last(calls, "upload").end)],
    ["end", total],
  ];
  return Object.fromEntries(ends.map(([name, end], index) => [name, end - (ends[index - 1]?.[1] ?? 0)]));
}

function first(calls: readonly Timing[], name: string): Timing {
  return named(calls, name).reduce((a, b) => (b.start < a.start ? b : a));
}

function last(calls: readonly Timing[], name: string): Timing {
  return named(calls, name).reduce((a, b) => (b.end > a.end ? b : a));
}

function named(calls: readonly Timing[], name: string): readonly Timing[] {
  const found = calls.filter((call) => call.name === name);
  if (found.length === 0) throw new Error(`the action has not timed ${JSON.stringify(name)}`);
  return found;
}

function timeNode(): number {
  const started = performance.now();
  spawnSync(process.execPath, ["--eval", ""]);
  return (performance.now() - started) / 1000;
}

function secondsOf(timed: readonly Timed[]): readonly number[] {
  return timed.map(({ seconds }) => seconds);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;
}

function print(name: string, seconds: readonly number[]): void {
  console.log(`  ${name.padEnd(34)} ${median(seconds).toFixed(3)} s  (${Math.min(...seconds).toFixed(3)} s)`);
}

function printPhases(without: readonly Timed[], withIt: readonly Timed[]): void {
  console.log("where the time goes, medians in ms:    comment and check   with the artifact");
  for (const name of Object.keys(without[0]?.phases ?? {})) {
    const [a, b] = [without, withIt].map((timed) => median(timed.map(({ phases }) => phases[name] as number)));
    console.log(`  ${name.padEnd(34)} ${a?.toFixed(0).padStart(18)} ${b?.toFixed(0).padStart(19)}`);
  }
}
