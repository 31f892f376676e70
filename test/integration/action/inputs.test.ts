import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { BETTER, GOOD, modelText, quickConfig, quickProject, WEAK } from "../../fixtures/projects/quick-project.ts";
import { modelOf, type Scene, startScene, TOKENS } from "./scene.ts";

/** What each input changes, and what wrong ones lead to. */

let scene: Scene;
let weak: number;
let better: number;
beforeAll(async () => {
  scene = await startScene({ ...quickProject(), "second.yml": quickConfig().replace("  risk:", "  elsewhere:") });
  weak = (await scene.pull({ "model.b64": modelText(WEAK) })).number;
  better = (await scene.pull({ "model.b64": modelText(BETTER) })).number;
});
afterAll(() => scene?.close());
afterEach(() => expect(scene.github.violations()).toEqual([]));

describe("publish and fail-job", () => {
  test("publish: false posts nothing; summary, files and outputs are there", async () => {
    scene.github.forgetRequests();
    const run = await scene.runPull(weak, { inputs: { publish: "false" } });
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "fail", "comment-url": "" } });
    expect(scene.github.requests()).toEqual([]);
    expect(run.summary).toContain("### ❌ This change is blocked");
    expect(readFileSync(run.outputs["html"] ?? "", "utf8")).toContain("<!doctype html>");
    expect(run.report?.digest).toBe(run.outputs["digest"]);
  });

  test("without a token nothing is posted either, and the summary says so", async () => {
    const run = await scene.runPull(weak, { token: "" });
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
    expect(run.summary).toContain("the input &#96;token&#96; is empty");
  });

  test("fail-job: false leaves it to the check", async () => {
    const run = await scene.runPull(weak, { inputs: { "fail-job": "false" } });
    expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "fail" } });
    expect(run.log).toMatch(/^::warning title=Modelgate::fail: /m);
    expect(await scene.conclusions(weak)).toContain("failure");
  });

  test("fail-job: false where the check cannot be posted does not turn green", async () => {
    const run = await scene.runPull(weak, { token: TOKENS.fork, inputs: { "fail-job": "false" } });
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
  });

  test("both false: only the outputs tell", async () => {
    const run = await scene.runPull(weak, { inputs: { "fail-job": "false", publish: "false" } });
    expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "fail" } });
  });
});

describe("command", () => {
  test("train makes the model and judges nothing; evaluate takes the file as it is", async () => {
    const trained = await scene.runPull(better, { inputs: { command: "train" } });
    expect(trained).toMatchObject({ exitCode: 0, outputs: {} });
    expect(existsSync(join(trained.workspace, "model.onnx"))).toBe(true);

    // Another step of the job may do what it likes with the file; training would undo it.
    writeFileSync(join(trained.workspace, "model.onnx"), Buffer.from(modelText(WEAK), "base64"));
    const { workspace } = trained;
    const evaluated = await scene.runPull(better, { workspace, inputs: { command: "evaluate" } });
    expect(evaluated).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
    expect(evaluated.log).not.toContain("::group::risk, train");
  });

  test("evaluate without a file is no pass", async () => {
    const run = await scene.runPull(better, { inputs: { command: "evaluate" } });
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
    expect(modelOf(run)).toMatchObject({ outcome: "failed", problem: { what: "there is no model.onnx to evaluate" } });
  });

  test("train whose stage fails is red, with the stage's words in the log", async () => {
    const config = quickConfig().replace("base64 -d model.b64 > model.onnx", "echo out of luck; exit 7");
    const { number } = await scene.pull({ "modelgate.yml": config });
    const run = await scene.runPull(number, { inputs: { command: "train" } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toContain("out of luck");
    expect(run.log).toMatch(/^::error title=Modelgate::modelgate.yml, model risk, stage train: exit code 7/m);
    expect(run.summary).toContain("exit code 7");
  });
});

describe("models, config and base", () => {
  test("config names another file, models some of its models", async () => {
    const change = { "second.yml": quickConfig().replace("  risk:", "  elsewhere:"), "model.b64": modelText(GOOD) };
    const { number } = await scene.pull({ ...change, "README.md": "# Second\n" });
    const run = await scene.runPull(number, { inputs: { config: "second.yml", models: " elsewhere,\n" } });
    expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
    expect(run.report?.evidence.models.map(({ name }) => name)).toEqual(["elsewhere"]);
    expect(run.report?.evidence.policy.path).toBe("second.yml");
  });

  test("base overrules what the event says", async () => {
    const before = scene.local.git("rev-parse", "main");
    const { number } = await scene.pull({ "model.b64": modelText([1.5, -2, 0.49]), "base.txt": "1" });
    const run = await scene.runPull(number, { inputs: { base: "change-2" } });
    expect(run.report?.evidence.baselineSha).toBe(scene.local.git("rev-parse", "change-2"));
    expect(run.report?.evidence.baselineSha).not.toBe(before);
  });
});

describe.concurrent("wrong values are refused in one sentence", () => {
  test.each([
    [{ command: "chekc" }, /input `command` of the action: "chekc" is none of check, train, evaluate/],
    [{ models: "rsik" }, /it has no model "rsik"; write risk, if that is meant\./],
    [{ models: "rsik", command: "train" }, /it has no model "rsik"; write risk, if that is meant\./],
    [{ config: "../../etc/passwd" }, /leads out of the repository/],
    [{ base: "no-such-branch" }, /commit no-such-branch: this clone lacks the commit/],
    [{ base: "--upload-pack=touch /tmp/x" }, /this is not a name of a commit/],
  ])("%j", async (inputs, sentence) => {
    const run = await scene.runPull(better, { inputs });
    expect(run.exitCode).toBe(1);
    expect(run.outputs["verdict"]).toBe("error");
    expect(run.outputs["reason"]).toMatch(sentence);
    expect(run.log).toMatch(/^::error title=Modelgate::/m);
    expect(run.summary).toContain("### ⛔ This change could not be judged");
  });
});
