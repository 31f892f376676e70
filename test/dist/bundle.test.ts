import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TOOL } from "../../src/tool.ts";
import { BETTER, modelText, quickConfig, WEAK } from "../fixtures/projects/quick-project.ts";
import { type Scene, startScene } from "../integration/action/scene.ts";

/** The committed bundles, started as the runner and a user start them. The sources are tested in test/integration. */

describe("the action's bundle", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene(undefined, "bundle");
  });
  afterAll(() => scene?.close());

  test("passes a good change, with the runner's artifacts and cache", async () => {
    const { number } = await scene.pull({ "model.b64": modelText(BETTER) });
    const run = await scene.runPull(number, { services: true });
    expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: "pass" } });
    expect(await scene.comment(number)).toContain("### ✅ This change passes");
    expect(await scene.conclusions(number)).toEqual(["success"]);
    expect(scene.github.artifacts(run.report?.run.id ?? 0)).toHaveLength(1);
    expect(scene.github.caches()).not.toEqual([]);
    expect(scene.github.violations()).toEqual([]);
  });

  test("blocks a weak one", async () => {
    const { number } = await scene.pull({ "model.b64": modelText(WEAK) });
    expect(await scene.runPull(number)).toMatchObject({ exitCode: 1, outputs: { verdict: "fail" } });
    expect(await scene.conclusions(number)).toEqual(["failure"]);
  });

  test("refuses a config with errors in one sentence", async () => {
    const { number } = await scene.pull({ "modelgate.yml": quickConfig().replace("objectives:", "objectivs:") });
    const run = await scene.runPull(number);
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
    expect(run.outputs["reason"]).toMatch(/^modelgate\.yml:\d+:\d+: .*objectivs/);
    expect(await scene.conclusions(number)).toEqual(["failure"]);
  });

  test("names the platform that it does not have native libraries for, and the alternative", async () => {
    const { number } = await scene.pull({ "model.b64": modelText(BETTER), "README.md": "# On ARM\n" });
    const arm = "--import=data:text/javascript,Object.defineProperty(process,'arch',{value:'arm64'})";
    const run = await scene.runPull(number, { environment: { NODE_OPTIONS: arm } });
    expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: "error" } });
    expect(run.outputs["reason"]).toMatch(/^runner linux-arm64: .*linux-x64 only; use `runs-on: ubuntu-latest`, or /);
    expect(await scene.conclusions(number)).toEqual(["failure"]);
  });
});

describe("the command line's bundle", () => {
  const cli = new URL("../../dist/cli/index.js", import.meta.url).pathname;

  test("runs, with the native libraries beside it", () => {
    const folder = mkdtempSync(join(tmpdir(), "modelgate-bundle-"));
    try {
      writeFileSync(join(folder, "preds.csv"), "y,s\n1,0.9\n0,0.2\n1,0.6\n0,0.7\n");
      const run = (...args: string[]) =>
        execFileSync(process.execPath, [cli, ...args], { cwd: folder, encoding: "utf8" });
      expect(run("--version")).toBe(`${TOOL.version}\n`);
      const scored = ["--task", "binary", "--target", "y", "--score", "s", "--metrics", "roc_auc", "--json"];
      const { slices } = JSON.parse(run("evaluate", "--predictions", "preds.csv", ...scored));
      expect(slices[0].metrics.roc_auc.value).toBe(0.75);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
