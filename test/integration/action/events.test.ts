import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { BETTER, GOOD, modelText, quickConfig, quickProject, WEAK } from "../../fixtures/projects/quick-project.ts";
import { CHECK, modelOf, type Scene, startScene } from "./scene.ts";

/** Each event that the action serves, and what is compared with what. */

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene?.close());
afterEach(() => expect(scene.github.violations()).toEqual([]));

const tip = (branch: string) => scene.local.git("rev-parse", `refs/heads/${branch}`);

/** The event of a push that has just been made. */
async function pushTo(branch: string, before: string | null, options: Parameters<Scene["run"]>[1] = {}) {
  await scene.github.sync();
  return scene.run(await scene.github.events.push(branch, before), options);
}

/** A checkout that a workflow made otherwise than by default. */
function checkOut(ref: string, depth: number): string {
  const folder = mkdtempSync(join(scene.folder, "checkout-"));
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", folder, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  git("init", "--quiet");
  git("remote", "add", "origin", `file://${scene.local.path}`);
  git("fetch", "--quiet", `--depth=${depth}`, "origin", ref);
  git("checkout", "--quiet", "--detach", "FETCH_HEAD");
  return folder;
}

describe("push", () => {
  test("to the default branch fills the cache that a later pull request reads: both sides are restored", async () => {
    const before = tip("main");
    const { number, branch } = await scene.pull({ "model.b64": modelText(BETTER) });
    // The stage of the pull request's model is known too: an earlier push had it.
    scene.local.commit("main", { "model.b64": modelText(BETTER) });
    const first = await pushTo("main", before, { services: true });
    expect(first).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
    expect(first.report?.evidence).toMatchObject({ baselineSha: before, candidateSha: tip("main"), pullRequest: null });
    const between = tip("main");
    scene.local.commit("main", { "model.b64": modelText(GOOD), "README.md": "# Back\n" });
    await pushTo("main", between, { services: true });
    expect(new Set(scene.github.caches().map(({ scope }) => scope))).toEqual(new Set(["refs/heads/main"]));

    scene.local.commit(branch, { "README.md": "# Better\n" });
    scene.local.git("update-ref", `refs/heads/${branch}`, mergeable(branch));
    await scene.github.sync();
    const run = await scene.runPull(number, { services: true });
    expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
    expect(run.log).toContain("risk (baseline), train: restored from the cache");
    expect(run.log).toContain("risk, train: restored from the cache");
    expect(run.log).not.toContain("$ base64 -d");
    expect(run.report?.run.performance["risk"]).toMatchObject({
      candidate: { stages: [{ name: "train", restored: true }] },
      baseline: { stages: [{ name: "train", restored: true }] },
    });
  });

  test("that reaches no model still trains it for the cache, on the default branch only", async () => {
    const project = { "README.md": "# Nothing\n", "model.b64": modelText([1.5, -2, 0.51]) };
    scene.local.commit("main", project);
    const before = tip("main");
    const count = scene.github.caches().length;
    scene.local.commit("main", { "README.md": "# Nothing more\n" });
    const run = await pushTo("main", before, { services: true });
    expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
    expect(modelOf(run)).toMatchObject({ outcome: "untouched" });
    expect(scene.github.caches()).toHaveLength(count + 1);
    scene.local.commit("main", { "model.b64": modelText(GOOD) });
  });

  test("of a weak model to the default branch is red, and judged by the state before it", async () => {
    const before = tip("main");
    scene.local.commit("main", { "model.b64": modelText(WEAK) });
    const run = await pushTo("main", before);
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
    expect((await scene.github.checks(tip("main"))).map(({ name, conclusion }) => [name, conclusion])).toEqual([
      [CHECK, "failure"],
    ]);
    scene.local.commit("main", { "model.b64": modelText(GOOD) });
  });

  test("of a new branch is compared with its last commit's parent", async () => {
    scene.local.commit("fresh", { "model.b64": modelText(BETTER) });
    const run = await pushTo("fresh", null);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.report?.evidence).toMatchObject({ baseBranch: "fresh", baselineSha: tip("main") });
  });

  test("by force, whose state before is gone, is compared with the first parent, and says so", async () => {
    scene.local.commit("forced", { "model.b64": modelText(BETTER) });
    const run = await pushTo("forced", "5".repeat(40));
    expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
    expect(run.report?.evidence.baselineSha).toBe(tip("main"));
    expect(run.log).toMatch(/::warning::.*5555555.*first parent/);
  });
});

test("merge_group compares the queue's commit with its base, and names its check as pull requests do", async () => {
  const { number } = await scene.pull({ "model.b64": modelText(WEAK), "q.txt": "1" });
  const event = await scene.github.events.mergeGroup(number);
  const run = await scene.run(event);
  expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "fail", "comment-url": "" } });
  expect(run.report?.evidence).toMatchObject({
    pullRequest: null,
    baseBranch: "main",
    headSha: event.sha,
    candidateSha: event.sha,
    baselineSha: scene.github.pullRequest(number).baseSha,
  });
  expect((await scene.github.checks(event.sha)).map(({ name, conclusion }) => [name, conclusion])).toEqual([
    [CHECK, "failure"],
  ]);
});

test("workflow_dispatch on a branch compares it with where it left the default branch", async () => {
  const base = tip("main");
  scene.local.commit("tried-by-hand", { "model.b64": modelText(BETTER) });
  scene.local.commit("tried-by-hand", { "README.md": "# By hand\n" });
  scene.local.commit("main", { "README.md": "# Moved on\n" });
  await scene.github.sync();
  const run = await scene.run(await scene.github.events.workflowDispatch("tried-by-hand"));
  expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
  expect(run.report?.evidence).toMatchObject({ baselineSha: base, baseBranch: "main", headSha: tip("tried-by-hand") });
  expect(modelOf(run)).toMatchObject({ outcome: "measured" });
});

test("schedule looks at the default branch's last commit", async () => {
  const before = tip("main");
  scene.local.commit("main", { "model.b64": modelText(BETTER) });
  await scene.github.sync();
  const run = await scene.run(await scene.github.events.schedule());
  expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
  expect(run.report?.evidence).toMatchObject({ headSha: tip("main"), baselineSha: before });
  scene.local.commit("main", { "model.b64": modelText(GOOD) });
});

describe("what is checked out", () => {
  test("the head instead of the merge commit: compared with the merge base", async () => {
    const base = tip("main");
    const { number, headSha } = await scene.pull({ "model.b64": modelText(BETTER), "g.txt": "1" });
    scene.local.commit("main", { "README.md": "# Meanwhile\n" });
    await scene.github.sync();
    const run = await scene.runPull(number, { workspace: checkOut(headSha, 1) });
    expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
    expect(run.report?.evidence).toMatchObject({ headSha, candidateSha: headSha, baselineSha: base });
    expect(await scene.conclusions(number)).toEqual(["success"]);
  });

  test("the base branch instead: nothing is measured for the pull request, and that is no pass", async () => {
    const { number } = await scene.pull({ "model.b64": modelText(WEAK), "h.txt": "1" });
    const run = await scene.runPull(number, { workspace: checkOut("main", 5) });
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
    expect(run.outputs["reason"]).toMatch(/neither .* nor a merge/);
    expect(await scene.conclusions(number)).not.toContain("success");
  });

  test("a whole clone", async () => {
    const { number } = await scene.pull({ "model.b64": modelText(BETTER), "i.txt": "1" });
    const run = await scene.runPull(number, { workspace: checkOut(`refs/pull/${number}/merge`, 1_000) });
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.report?.evidence.baselineSha).toBe(tip("main"));
  });
});

test("an event that the action does not serve is refused in one sentence", async () => {
  const event = await scene.github.events.schedule();
  const run = await scene.run(event, { environment: { GITHUB_EVENT_NAME: "pull_request_target" } });
  expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
  expect(run.summary).toContain("use `on: pull_request`".replaceAll("`", "&#96;"));
});

describe("the first pull request", () => {
  test("brings the policy itself: judged as proposed, relative objectives do not apply", async () => {
    const { "modelgate.yml": config, ...others } = quickProject();
    const bare = await startScene(others);
    try {
      const { number } = await bare.pull({ "modelgate.yml": config ?? "" });
      const run = await bare.runPull(number);
      expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
      expect(run.report?.evidence.policy).toMatchObject({ source: "proposed", proposedChanges: [] });
      expect(modelOf(run)).toMatchObject({ outcome: "measured", baseline: { absent: "no-policy-on-base" } });
      expect(await bare.comment(number)).toContain("judged by the one that the pull request itself proposes");
      expect(await bare.comment(number)).toContain("1 not applicable");

      const weak = await bare.pull({ "modelgate.yml": quickConfig(), "model.b64": modelText(WEAK) });
      expect(await bare.runPull(weak.number)).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
    } finally {
      await bare.close();
    }
  });
});

/** A merge of main into a branch that keeps the branch's files. */
function mergeable(branch: string): string {
  const { git } = scene.local;
  const tree = git("rev-parse", `${branch}^{tree}`);
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  return git(...identity, "commit-tree", tree, "-p", branch, "-p", "main", "-m", "Merge main");
}
