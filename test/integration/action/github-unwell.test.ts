import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { BETTER, modelText, quickConfig, WEAK } from "../../fixtures/projects/quick-project.ts";
import { secondaryLimit } from "../../github/faults.ts";
import { type Scene, type SceneRun, startScene, TOKENS } from "./scene.ts";

/** A result that could not be posted is never taken for one that was. */

let scene: Scene;
/** It waits a quarter of a minute, which the other tests need not wait for. */
let withoutGitHub: Promise<SceneRun>;
beforeAll(async () => {
  scene = await startScene();
  const { number } = await scene.pull({ "model.b64": modelText(WEAK) });
  withoutGitHub = scene.runPull(number, { environment: { GITHUB_API_URL: "http://127.0.0.1:1" } });
  withoutGitHub.catch(() => undefined);
});
afterAll(() => scene?.close());
afterEach(() => {
  scene.github.clearFaults();
  expect(scene.github.violations()).toEqual([]);
});

const COMMENTS = { method: "POST", path: /\/issues\/\d+\/comments$/ };

test("a secondary limit is waited for", async () => {
  const { number } = await scene.pull({ "model.b64": modelText(BETTER) });
  scene.github.inject({ match: COMMENTS, nth: 1, ...secondaryLimit(1) });
  const run = await scene.runPull(number);
  expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
  expect(run.log).toMatch(/GitHub: its rate limit stopped POST .*; trying again in 1 s/);
  expect(await scene.comment(number)).toContain("This change passes");
});

test("a secondary limit of an hour is not: red, one sentence, and the summary still has the result", async () => {
  const { number } = await scene.pull({ "model.b64": modelText(BETTER), "a.txt": "1" });
  scene.github.inject({ match: { path: /\/check-runs$/ }, ...secondaryLimit(3_600) });
  const run = await scene.runPull(number);
  expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
  expect(run.outputs["reason"]).toMatch(/^GitHub: its rate limit stopped .* asks to wait 3600 s/);
  expect(run.summary).toContain("its rate limit stopped");
  expect(run.summary).toContain("### ✅ This change passes");
});

test("a 502 is tried again", async () => {
  const { number } = await scene.pull({ "model.b64": modelText(BETTER), "b.txt": "1" });
  scene.github.inject({ match: COMMENTS, nth: 1, kind: "status", status: 502 });
  const run = await scene.runPull(number);
  expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
  expect(await scene.comment(number)).toContain("This change passes");
});

test("a token that is not accepted: red, one sentence", async () => {
  const { number } = await scene.pull({ "model.b64": modelText(BETTER), "d.txt": "1" });
  const run = await scene.runPull(number, { token: "ghs_expired" });
  expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
  expect(run.outputs["reason"]).toMatch(/the token was not accepted .*401/);
  expect(run.log).toContain("::add-mask::ghs_expired");
  expect(run.log.replace("::add-mask::ghs_expired", "")).not.toContain("ghs_expired");
});

test("a token that may only create checks: no comment, a check, and the summary says why", async () => {
  const { number } = await scene.pull({ "model.b64": modelText(BETTER), "e.txt": "1" });
  const run = await scene.runPull(number, { token: TOKENS.checksOnly });
  expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass", "comment-url": "" } });
  expect(await scene.conclusions(number)).toEqual(["success"]);
  expect(run.summary).toMatch(/No comment was posted.*pull-requests: write/);
  expect(run.summary).not.toMatch(/No check was posted/);
});

test("artifacts that cannot be stored: red, one sentence", async () => {
  const { number } = await scene.pull({ "model.b64": modelText(BETTER), "f.txt": "1" });
  scene.github.inject({
    match: { path: /ArtifactService\/CreateArtifact$/ },
    kind: "status",
    status: 403,
    body: { msg: "no" },
  });
  const run = await scene.runPull(number, { services: true });
  expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
  expect(run.outputs["reason"]).toMatch(/^artifact modelgate-report-1: the upload failed/);
});

test("a cache that does not work is a warning: trained, and judged", async () => {
  const { number } = await scene.pull({ "model.b64": modelText(BETTER), "g.txt": "1" });
  scene.github.inject({ match: { path: /CacheService\// }, kind: "status", status: 400, body: { msg: "no" } });
  const run = await scene.runPull(number, { services: true });
  expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
  expect(run.log).toContain("$ base64 -d");
});

test("what cannot be judged does not leave an earlier commit's comment standing, and has a red check", async () => {
  const { number, branch } = await scene.pull({ "model.b64": modelText(BETTER), "h.txt": "1" });
  await scene.runPull(number);
  expect(await scene.comment(number)).toContain("This change passes");
  scene.local.commit(branch, { "modelgate.yml": quickConfig().replace("objectives:", "objectivs:") });
  await scene.github.sync();
  scene.github.forgetRequests();
  const run = await scene.runPull(number);
  expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
  expect(run.outputs["reason"]).toMatch(/^modelgate\.yml:\d+:\d+: .*objectivs/);
  expect(scene.github.requests().length).toBeLessThanOrEqual(4);
  expect(await scene.comment(number)).toContain("### ⛔ This change could not be judged");
  expect(await scene.comment(number)).not.toContain("passes");
  expect(await scene.conclusions(number)).toEqual(["failure"]);

  // For the same reason a fork's run says it where it can.
  const fork = await scene.runPull(number, { token: TOKENS.fork });
  expect(fork.exitCode).toBe(1);
  expect(fork.summary).toMatch(/No check was posted/);
});

test("a GitHub that is not there: red, one sentence, and the summary still has the result", async () => {
  // What refuses at once is asked for as long as what never answers; the contract test counts the waits.
  const run = await withoutGitHub;
  expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
  expect(run.outputs["reason"]).toMatch(/^GitHub: it gave no answer to .* again and again; run the job again/);
  expect(run.summary).toContain("### ❌ This change is blocked");
});
