import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeProblem } from "../../../src/problem.ts";
import { BROKEN, brokenProject } from "../../fixtures/projects/broken-models.ts";
import { fixtureText, modelText, quickConfig, quickProject, WEAK } from "../../fixtures/projects/quick-project.ts";
import { modelOf, type Scene, type SceneRun, startScene } from "./scene.ts";

/** Whatever is wrong with a model is one clear sentence, hinders no other model, and never passes. */

describe("many models, each wrong in its own way, in one pull request", () => {
  let scene: Scene;
  let run: SceneRun;
  let number: number;
  beforeAll(async () => {
    scene = await startScene({ "README.md": "# Empty\n" });
    ({ number } = await scene.pull(brokenProject()));
    run = await scene.runPull(number);
  });
  afterAll(() => scene?.close());

  test("the run is red, and so is the check", async () => {
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
    expect(run.outputs["reason"]).toMatch(/^there is no evidence for fails, /);
    expect(await scene.conclusions(number)).toEqual(["failure"]);
    expect(await scene.comment(number)).toContain("### ⛔ This change could not be judged");
    expect(scene.github.violations()).toEqual([]);
  });

  test.each(Object.entries(BROKEN))("%s", (name, { kind, sentence }) => {
    const model = modelOf(run, name);
    if (model?.outcome !== "failed") throw new Error(`${name} is ${model?.outcome}`);
    expect(describeProblem(model.problem)).toMatch(sentence);
    expect(model.problem.kind).toBe(kind);
    // One sentence: no second one inside, no line break, nothing of this machine.
    expect(describeProblem(model.problem)).not.toMatch(/\n|\.;|\.\.$|undefined|\[object|workspace\//);
  });

  test("the stage's last words are in the report and in the log", () => {
    expect(modelOf(run, "fails")).toMatchObject({ logTail: expect.arrayContaining(["the learning rate is too high"]) });
    expect(run.log).toContain("the learning rate is too high");
  });
});

describe("what is wrong on one side only", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({
      ...quickProject(),
      "dvc.yaml": "stages: {train: {cmd: base64 -d model.b64 > p.onnx, deps: [model.b64], outs: [p.onnx]}}",
    });
  });
  afterAll(() => scene?.close());

  test("a candidate that cannot be scored is an error beside a good baseline", async () => {
    const { number } = await scene.pull({ "model.b64": fixtureText("sequence-output.onnx") });
    const run = await scene.runPull(number);
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
    expect(run.outputs["reason"]).toMatch(/risk: the model could not be measured: risk, the candidate's model\.onnx/);
  });

  test("a model whose only fault is ZipMap is measured", async () => {
    const { number } = await scene.pull({ "model.b64": fixtureText("zipmap-strings.onnx") });
    expect(await scene.runPull(number)).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
  });

  test("a baseline that cannot be trained: absolute objectives are judged, relative ones are unmeasured and block", async () => {
    const broken = quickConfig().replace("base64 -d model.b64 > model.onnx", "exit 1");
    scene.local.commit("broken-base", { "modelgate.yml": broken });
    await scene.github.sync();
    const { number } = await scene.pull({ "modelgate.yml": quickConfig() }, { from: "broken-base" });
    const run = await scene.runPull(number, { inputs: { base: "broken-base" } });
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
    expect(modelOf(run)).toMatchObject({
      outcome: "measured",
      baseline: {
        absent: "failed",
        problem: { where: expect.stringMatching(/^modelgate\.yml at [0-9a-f]{7}, model risk/) },
      },
    });
  });

  test("a pipeline that cannot be read on the base branch does not keep the change that mends it from being judged", async () => {
    const config = quickConfig()
      .replace(/ {4}stages:[\s\S]*?(?= {4}evaluate:)/, "    pipeline: dvc.yaml\n")
      .replaceAll("model: model.onnx", "model: p.onnx");
    scene.local.commit("bad-pipeline", { "modelgate.yml": config, "dvc.yaml": "stages: {train: {foreach: [1]}}" });
    await scene.github.sync();
    const { number } = await scene.pull(
      { "dvc.yaml": "stages: {train: {cmd: base64 -d model.b64 > p.onnx, deps: [model.b64], outs: [p.onnx]}}" },
      { from: "bad-pipeline" },
    );
    const run = await scene.runPull(number, { inputs: { base: "bad-pipeline" } });
    expect(modelOf(run)).toMatchObject({ outcome: "measured", baseline: { absent: "failed" } });
    const worse = await scene.pull({ "dvc.yaml": "stages: {train: {foreach: [2]}}", "modelgate.yml": config });
    const second = await scene.runPull(worse.number, { inputs: { base: "bad-pipeline" } });
    expect(second).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
    expect(modelOf(second)).toMatchObject({
      outcome: "failed",
      problem: { where: expect.stringContaining("dvc.yaml") },
    });
  });

  test("an evaluated file that two models write is each model's own when it is measured", async () => {
    const two = `${quickConfig(["{ metric: roc_auc, min: 0.85 }"])}${quickConfig(["{ metric: roc_auc, min: 0.85 }"])
      .replace(/^[\s\S]*?models:\n/, "")
      .replace("  risk:", "  second:")
      .replaceAll("model.b64", "second.b64")}`;
    const { number } = await scene.pull({ "modelgate.yml": two, "second.b64": modelText(WEAK), "README.md": "#\n" });
    const run = await scene.runPull(number);
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
    expect(run.outputs["reason"]).toMatch(/^second: ROC AUC 0\.5/);
  });
});
