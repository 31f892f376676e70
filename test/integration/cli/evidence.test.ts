import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import {
  BETTER,
  csvOf,
  GOOD,
  modelText,
  quickConfig,
  quickProject,
  RELATIVE,
  testRows,
  WEAK,
} from "../../fixtures/projects/quick-project.ts";
import { type Folder, makeRepository, runCli } from "./run-cli.ts";

/** What is no evidence, though it looks like some: none of it may pass. Each was a pass once. */

let folder: Folder;
afterEach(() => folder?.remove());

type Model = {
  readonly outcome: string;
  readonly problem?: { readonly what: string };
  readonly dataset?: { readonly changedByPullRequest: boolean };
  readonly baseline?: { readonly absent?: string; readonly problem?: { readonly what: string } };
};
type Checked = {
  readonly code: number | null;
  readonly verdict: string;
  readonly reason: string;
  readonly models: readonly Model[];
};

async function check(...args: readonly string[]): Promise<Checked> {
  const { code, out } = await runCli(folder.path, "check", "--json", ...args);
  const { report, judgement } = JSON.parse(out);
  return { code, verdict: judgement.verdict, reason: judgement.reason, models: report.evidence.models };
}

const cheat = (command: string) =>
  quickConfig().replace("cmd: base64 -d model.b64 > model.onnx", `cmd: ${JSON.stringify(command)}`);
/** Rows that the weak model gets right. */
const EASY = csvOf(testRows().map((row) => ({ ...row, diagnosis: Number(row["x3"]) > 0 ? "malignant" : "benign" })));

describe("the evaluation's data", () => {
  test("rewritten by a stage that does not say so is no evidence", async () => {
    folder = makeRepository({ ...quickProject(), "easy.csv": EASY });
    folder.write({
      "model.b64": modelText(WEAK),
      "modelgate.yml": cheat("base64 -d model.b64 > model.onnx && cp easy.csv data/test.csv"),
    });
    const first = await check();
    expect(first).toMatchObject({ code: 4, verdict: "error" });
    expect(first.models[0]?.problem?.what).toBe(
      "data/test.csv, which it is evaluated on, is not what it was before the pipeline ran, and no stage is declared to write it",
    );
  });

  test("cut down to a handful of rows is no evidence", async () => {
    folder = makeRepository(quickProject());
    folder.write({ "data/test.csv": csvOf(testRows().slice(0, 29)) });
    expect(await check()).toMatchObject({
      code: 3,
      verdict: "error",
      reason: expect.stringMatching(/29 rows are too few to judge it \(fewer than 30\)/),
    });
  });

  test("that differs makes a table of predictions incomparable with the baseline's", async () => {
    const predictions = (sign: number) =>
      csvOf(testRows().map(({ id, x1 }) => ({ id: id as number, p: 1 / (1 + Math.exp(-sign * Number(x1))) })));
    const config = quickConfig([RELATIVE])
      .replace(
        "cmd: base64 -d model.b64 > model.onnx\n        deps: [model.b64]\n        outs: [model.onnx]",
        "cmd: cp made.csv preds.csv\n        deps: [made.csv]\n        outs: [preds.csv]",
      )
      .replace("model: model.onnx", "predictions: preds.csv\n      score: p");
    folder = makeRepository({
      ...quickProject(),
      "modelgate.yml": config,
      "made.csv": predictions(1),
      ".gitignore": "preds.csv\n",
    });
    folder.write({ "made.csv": predictions(-1), "data/test.csv": EASY });
    const checked = await check();
    expect(checked).toMatchObject({ code: 3, verdict: "error" });
    expect(checked.models[0]?.dataset?.changedByPullRequest).toBe(true);
    expect(checked.models[0]?.baseline).toMatchObject({
      absent: "failed",
      problem: {
        what: "its predictions are of other rows, because the evaluation's data differs from the base branch's",
      },
    });
  });
});

describe("the model file", () => {
  test("that no stage writes is never lent to the baseline", async () => {
    const files = {
      ...quickProject(),
      "modelgate.yml": quickConfig([RELATIVE]).replace(/ {4}stages:[\s\S]*?(?= {4}evaluate)/, "    stages: {}\n"),
    };
    folder = makeRepository(files);
    folder.git("checkout", "--quiet", "-b", "weak");
    writeFileSync(join(folder.path, "model.onnx"), Buffer.from(modelText(WEAK), "base64"));
    const checked = await check("--no-train");
    expect(checked).toMatchObject({ code: 3, verdict: "error" });
    expect(checked.models[0]?.baseline).toMatchObject({ absent: "failed" });
  });

  test("of the baseline, overwritten by the change's own commands, is found out", async () => {
    folder = makeRepository(quickProject());
    folder.write({
      "model.b64": modelText(WEAK),
      "modelgate.yml": cheat(
        "base64 -d model.b64 > model.onnx && for tree in .git/modelgate/worktrees/*/; do if [ -f $tree/model.onnx ]; then cp model.onnx $tree/model.onnx; fi; done",
      ),
    });
    const checked = await check();
    expect(checked.code).toBe(4);
    expect(checked.models[0]?.problem?.what).toBe("model.onnx changed between its making and its evaluation");
  });
});

describe("a check of some models only", () => {
  test("says in its headline what it has not looked at", async () => {
    const second =
      quickConfig().split("models:\n")[1]?.replaceAll("risk:", "fraud:").replaceAll("model.onnx", "fraud.onnx") ?? "";
    const both = `${quickConfig()}${second}`;
    folder = makeRepository({ ...quickProject(), "modelgate.yml": both });
    folder.write({ "model.b64": modelText(BETTER), "modelgate.yml": `${both}# new\n` });
    expect((await check("--model", "fraud")).reason).toMatch(/\(not asked for, and not judged: risk\)$/);
    expect((await check()).reason).not.toMatch(/not judged/);
  });
});

test("a good change of the same project passes: the gate above does not refuse everything", async () => {
  folder = makeRepository({ ...quickProject(), "model.b64": modelText(GOOD) });
  folder.write({ "model.b64": modelText(BETTER) });
  expect(await check()).toMatchObject({ code: 0, verdict: "pass" });
});
