import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TOOL } from "../../../src/tool.ts";
import { quickConfig, quickProject } from "../../fixtures/projects/quick-project.ts";
import { type Folder, makeFolder, makeRepository, runCli } from "./run-cli.ts";

/** Help, mistakes in the command itself, `validate` and `schema`. */

const ROOT = new URL("../../../", import.meta.url).pathname;
let folder: Folder;
beforeAll(() => {
  folder = makeFolder(quickProject());
});
afterAll(() => folder?.remove());

describe.concurrent("help", () => {
  test.each(["check", "validate", "evaluate", "compare", "schema"])("%s --help teaches", async (command) => {
    const run = await runCli(folder.path, command, "--help");
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toContain(`Usage: modelgate ${command} [OPTIONS]`);
    expect(run.out).toMatch(/^Examples?\n {2}modelgate/m);
    expect(run.out).toMatch(/^ {2}4 {2}a stage of the pipeline failed$/m);
    expect(Math.max(...run.out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(130);
  });

  test("the overview names every command; without a command it is a mistake", async () => {
    const help = await runCli(folder.path, "--help");
    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toMatch(/check[\s\S]*validate[\s\S]*evaluate[\s\S]*compare[\s\S]*schema/);
    expect(await runCli(folder.path)).toEqual({ code: 2, out: "", err: help.out });
    expect(await runCli(folder.path, "--version")).toEqual({ code: 0, out: `${TOOL.version}\n`, err: "" });
  });
});

describe.concurrent("mistakes are one sentence, with the nearest right word", () => {
  test.each([
    [["chekc"], /there is no command "chekc"; did you mean `modelgate check`\.\n$/],
    [["check", "--bse", "main"], /has no option "--bse" \(the nearest is --base\); see `modelgate check --help`\.\n$/],
    [["check", "main"], /takes options only, and no "main"; /],
    [["check", "--base"], /--base needs a value; /],
    [["compare", "--baseline", "--candidate", "x"], /--baseline needs a value; /],
    [["schema", "--json"], /has no option "--json"; /],
  ])("%j", async (args, sentence) => {
    const run = await runCli(folder.path, ...args);
    expect(run).toMatchObject({ code: 2, out: "" });
    expect(run.err).toMatch(sentence);
  });
});

describe.concurrent("validate", () => {
  test("needs no repository, and writes nothing into the folder", async () => {
    const run = await runCli(folder.path, "validate");
    expect(run).toEqual({ code: 0, out: "modelgate.yml: 1 model (risk), no problems\n", err: "" });
    expect(existsSync(join(folder.path, ".modelgate"))).toBe(false);
  });

  test("lists every problem with line and column, of the config and of the pipelines", async () => {
    const config = quickConfig()
      .replace("deps: [model.b64]", "deps: [modle.b64]")
      .replace("task: binary", "taks: binary")
      .replace("min: 0.85", "mni: 0.85");
    folder.write({ "wrong.yml": config, "pipeline.yml": quickConfig().replace("[model.b64]", "[modle.b64]") });
    const run = await runCli(folder.path, "validate", "--config", "wrong.yml");
    expect(run.code).toBe(2);
    const lines = run.out.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.every((line) => /^wrong\.yml:\d+:\d+: .*; .*\.$/.test(line))).toBe(true);
    expect(run.out).toMatch(/lacks the key "task"/);
    expect(run.out).toMatch(/mni.*min/);

    const json = await runCli(folder.path, "validate", "--config", "pipeline.yml", "--json");
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out)).toEqual({
      path: "pipeline.yml",
      models: ["risk"],
      problems: [
        {
          kind: "config",
          where: "pipeline.yml, model risk, stage train",
          what: "it reads modle.b64, which does not exist and no stage writes",
          mend: expect.any(String),
        },
      ],
    });
  });

  test("finds the repository's config from a folder in it", async () => {
    const repository = makeRepository(quickProject());
    try {
      mkdirSync(join(repository.path, "deep/er"), { recursive: true });
      const run = await runCli(join(repository.path, "deep/er"), "validate");
      expect(run).toMatchObject({ code: 0, out: "modelgate.yml: 1 model (risk), no problems\n" });
    } finally {
      repository.remove();
    }
  });

  test("says where it looked", async () => {
    const bare = makeFolder();
    try {
      const run = await runCli(bare.path, "validate");
      expect(run.code).toBe(2);
      expect(run.err).toMatch(/^modelgate\.yml: there is no such file; /);
    } finally {
      bare.remove();
    }
  });
});

describe.concurrent("schema", () => {
  test("is the one in the repository", async () => {
    const run = await runCli(folder.path, "schema");
    expect(run).toEqual({ code: 0, out: readFileSync(join(ROOT, "schema/modelgate.schema.json"), "utf8"), err: "" });
  });

  test("a reader that has seen enough is no error", async () => {
    const child = spawn(process.execPath, [join(ROOT, "cli/main.ts"), "schema"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    let err = "";
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, err]).toEqual([0, ""]);
  });
});
