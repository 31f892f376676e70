import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { BETTER, GOOD, modelText, quickConfig, RELATIVE, WEAK } from "../../fixtures/projects/quick-project.ts";
import { modelOf, type Scene, startScene, TOKENS } from "./scene.ts";

/** What a pull request's author sees, through the whole action. */

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene?.close());
afterEach(() => {
  scene.github.forgetRequests();
  expect(scene.github.violations()).toEqual([]);
});

/** Requests of the REST API; artifacts and caches have a service of their own. */
const apiRequests = () => scene.github.requests().filter(({ path }) => !/^\/(?:twirp|blobs)\//.test(path));

describe("a pull request", () => {
  test("gets a comment, a check, a summary and an artifact; the next push updates them in place", async () => {
    const { number, branch } = await scene.pull({ "model.b64": modelText(BETTER) });
    const first = await scene.runPull(number, { services: true });
    expect(first).toMatchObject({ exitCode: 0, outputs: { verdict: "pass", reason: expect.stringContaining("met") } });
    expect(apiRequests().length).toBeLessThanOrEqual(4);
    const [posted] = await scene.github.comments(number);
    expect(posted?.body).toContain("### ✅ This change passes");
    expect(posted?.user.login).toBe("github-actions[bot]");
    expect(first.outputs["comment-url"]).toBe(posted?.html_url);
    expect(first.summary).toContain("### ✅ This change passes");
    expect(await scene.conclusions(number)).toEqual(["success"]);
    expect(scene.github.artifacts(first.report?.run.id ?? 0).map(({ name }) => name)).toEqual(["modelgate-report-1"]);
    const { baseSha, mergeSha, headSha } = scene.github.pullRequest(number);
    expect(first.report?.evidence).toMatchObject({
      repository: "acme/risk",
      pullRequest: number,
      baseBranch: "main",
      headSha,
      candidateSha: mergeSha,
      baselineSha: baseSha,
      policy: { source: "base", path: "modelgate.yml", proposedChanges: [] },
    });

    scene.local.commit(branch, { "model.b64": modelText(WEAK) });
    await scene.github.sync();
    scene.github.forgetRequests();
    const second = await scene.run(await scene.github.events.pullRequest(number, "synchronize"));
    expect(second).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
    expect(apiRequests().length).toBeLessThanOrEqual(4);
    const comments = await scene.github.comments(number);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.id).toBe(posted?.id);
    expect(comments[0]?.body).toContain("### ❌ This change is blocked");
    expect(await scene.conclusions(number)).toEqual(["failure"]);
    const [check] = await scene.github.checks(scene.github.pullRequest(number).headSha);
    const lines = quickConfig().split("\n");
    const annotated = scene.github
      .annotations(check?.id ?? 0)
      .map(({ path, start_line, annotation_level }) => [path, lines[Number(start_line) - 1]?.trim(), annotation_level]);
    expect(annotated).toEqual([
      ["modelgate.yml", "- { metric: roc_auc, min: 0.85 }", "failure"],
      ["modelgate.yml", `- ${RELATIVE}`, "failure"],
    ]);
  });

  test("the same commit checked twice gives the same digest", async () => {
    const { number } = await scene.pull({ "model.b64": modelText(BETTER), "README.md": "# Twice\n" });
    const first = await scene.runPull(number, { runId: 9_100, services: true });
    const again = await scene.runPull(number, { runId: 9_100, runAttempt: 2, services: true });
    expect(again.outputs["digest"]).toBe(first.outputs["digest"]);
    expect(scene.github.artifacts(9_100).map(({ name }) => name)).toEqual(["modelgate-report-1", "modelgate-report-2"]);
  });

  test("that touches no model passes without training, and says so", async () => {
    const { number } = await scene.pull({ "README.md": "# Risk, explained\n" });
    const run = await scene.runPull(number);
    expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
    expect(modelOf(run)).toEqual({
      outcome: "untouched",
      name: "risk",
      reason: "no changed file reaches its stages, parameters, data or config (changed: README.md)",
    });
    expect(run.log).not.toContain("base64 -d");
    expect(await scene.comment(number)).toMatch(/not trained/i);
    expect(await scene.conclusions(number)).toEqual(["success"]);
  });

  test("that loosens its objectives is judged by the base branch's, and the comment shows what it would change", async () => {
    const loose = quickConfig(["{ metric: roc_auc, min: 0.1 }"]);
    const { number } = await scene.pull({ "model.b64": modelText(WEAK), "modelgate.yml": loose });
    const run = await scene.runPull(number);
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
    expect(run.report?.evidence.policy).toMatchObject({
      source: "base",
      models: { risk: [{ objective: { metric: "roc_auc", min: 0.85 } }, { objective: { metric: "roc_auc" } }] },
    });
    const comment = await scene.comment(number);
    expect(comment).toContain("0.85");
    expect(comment).toMatch(/roc\\?_auc min loosened from 0.85 to 0.1/);
  });

  test("that removes a governed model is blocked", async () => {
    const { number } = await scene.pull({ "modelgate.yml": quickConfig().replace("  risk:", "  other:") });
    const run = await scene.runPull(number);
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
    expect(modelOf(run)).toMatchObject({ outcome: "failed", problem: { where: "model risk" } });
    expect(await scene.conclusions(number)).toEqual(["failure"]);
  });

  test("that removes the config is blocked", async () => {
    const { number } = await scene.pull({ "modelgate.yml": null });
    const run = await scene.runPull(number);
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
    expect(await scene.conclusions(number)).toEqual(["failure"]);
  });

  test("from a fork is evaluated; summary and artifact are there, and the summary says why there is no comment", async () => {
    const { number } = await scene.pull({ "model.b64": modelText(BETTER), "README.md": "# F\n" }, { fork: "mallory" });
    const run = await scene.runPull(number, { token: TOKENS.fork, services: true });
    expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass", "comment-url": "" } });
    expect(await scene.comment(number)).toBeNull();
    expect(await scene.conclusions(number)).toEqual([]);
    expect(run.summary).toContain("### ✅ This change passes");
    expect(run.summary).toMatch(/No comment was posted.*pull-requests: write/);
    expect(run.summary).toMatch(/No check was posted.*checks: write/);
    expect(scene.github.artifacts(run.report?.run.id ?? 0)).toHaveLength(1);
    expect(run.log).toMatch(/cache write denied/);
  });
});

test("a run of an older commit that ends last changes nothing", async () => {
  const { number, branch, headSha: oldHead } = await scene.pull({ "model.b64": modelText(WEAK), "a.txt": "1" });
  const old = await scene.github.events.pullRequest(number);
  scene.local.commit(branch, { "model.b64": modelText(GOOD), "README.md": "# Newer\n" });
  await scene.github.sync();
  const newer = await scene.run(await scene.github.events.pullRequest(number, "synchronize"), { runId: 9_302 });
  expect(newer.outputs["verdict"]).toBe("pass");
  const before = await scene.github.comments(number);

  const late = await scene.run(old, { runId: 9_301 });
  expect(late).toMatchObject({ exitCode: 1, outputs: { verdict: "fail", "comment-url": "" } });
  expect(late.summary).toMatch(/No comment was posted: the pull request has moved on/);
  expect(await scene.github.comments(number)).toEqual(before);
  expect(await scene.conclusions(number)).toEqual(["success"]);
  // The old commit has its own check: it cannot be taken for the new one's.
  expect((await scene.github.checks(oldHead)).map(({ conclusion }) => conclusion)).toEqual(["failure"]);
});

test("an earlier run of the same commit that ends last changes nothing", async () => {
  const { number } = await scene.pull({ "model.b64": modelText(BETTER), "b.txt": "1" });
  await scene.runPull(number, { runId: 9_402 });
  const before = await scene.github.comments(number);
  const late = await scene.runPull(number, { runId: 9_401 });
  expect(late.summary).toMatch(/a later run has commented already/);
  expect(await scene.github.comments(number)).toEqual(before);
  expect(await scene.conclusions(number)).toEqual(["success"]);
});
