import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { parseReport, verifyDigest } from "../../../src/report/build-report.ts";
import { brokenProject } from "../../fixtures/projects/broken-models.ts";
import {
  BETTER,
  csvOf,
  modelText,
  quickConfig,
  quickProject,
  RELATIVE,
  testRows,
  WEAK,
} from "../../fixtures/projects/quick-project.ts";
import { sha256 } from "../sha256.ts";
import { type Folder, makeFolder, makeRepository, runCli, runCliWith, startCli } from "./run-cli.ts";

/** `modelgate check` as somebody on a laptop runs it. */

let folder: Folder;
afterEach(() => folder?.remove());

/** The quick project on a branch, with a change that is not committed. */
function project(change: Readonly<Record<string, string>>, files = quickProject()): Folder {
  folder = makeRepository(files);
  folder.write(change);
  return folder;
}

/** What `--json` prints, read as strictly as the app reads it. */
function readJson(out: string) {
  const { report, judgement, ...rest } = JSON.parse(out);
  expect(rest).toEqual({});
  const parsed = parseReport(JSON.stringify(report));
  if (!parsed.ok) throw new Error(parsed.problem);
  expect(verifyDigest(parsed.report, sha256)).toBe(true);
  return { report: parsed.report, judgement, model: parsed.report.evidence.models[0] };
}

describe("exit codes", () => {
  test("0: an uncommitted change that passes; in a log everything is plain lines", async () => {
    project({ "model.b64": modelText(BETTER) });
    const run = await runCli(folder.path, "check");
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/^✓ This change passes\n {2}risk: 2 objectives are all met\.\n/);
    expect(run.out).toMatch(/ROC AUC ↑ +0\.9\d+ +0\.9\d+/);
    expect(run.err).toMatch(/^risk, train\n {2}risk, train \| \$ base64 -d model\.b64 > model\.onnx\n/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(run.out + run.err).not.toMatch(/[\u001b\r]/);
    expect(folder.git("status", "--porcelain")).toBe("M model.b64");

    const again = await runCli(folder.path, "check", "--html", "report.html");
    expect(again.err).toBe("risk (baseline), train: restored from the cache\nrisk, train: restored from the cache\n");
    expect(readFileSync(join(folder.path, "report.html"), "utf8")).toMatch(/^<!doctype html>/i);
  });

  test("1: the gate blocks", async () => {
    project({ "model.b64": modelText(WEAK) });
    const run = await runCli(folder.path, "check");
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/^✗ This change is blocked\n/);
  });

  test("2: the config has errors", async () => {
    project({ "modelgate.yml": quickConfig().replace("metric: roc_auc, min", "metrik: roc_auc, min") });
    const run = await runCli(folder.path, "check", "--json");
    expect(run).toMatchObject({ code: 2, out: "" });
    expect(run.err).toMatch(/^modelgate\.yml:19:\d+: .*metrik.*metric.*\n$/);
  });

  test("3: inconclusive where proof is required", async () => {
    const few = csvOf(testRows().slice(0, 40));
    const config = quickConfig(["{ metric: roc_auc, baseline: { tolerance: 0.0001 }, proof: required }"]);
    const files = { ...quickProject(), "data/test.csv": few, "modelgate.yml": config };
    project({ "model.b64": modelText([1.5, -1.4, 0.2]) }, files);
    const run = await runCli(folder.path, "check");
    expect(run.code).toBe(3);
    expect(run.out).toMatch(/^\? The evidence is not enough to let this change pass\n/);
  });

  test("4, 2 and 3: a model that has no evidence, by what has to be mended", async () => {
    // Compared with a commit that has no config: the models are new then, and not untouched.
    folder = makeRepository({ "README.md": "# Nothing yet\n" });
    folder.commit(brokenProject());
    const codes = async (model: string) => {
      const run = await runCli(folder.path, "check", "--model", model, "--json");
      return [run.code, readJson(run.out).judgement.verdict];
    };
    expect(await codes("fails")).toEqual([4, "error"]);
    expect(await codes("missing-input")).toEqual([2, "error"]);
    expect(await codes("corrupt")).toEqual([3, "error"]);
  });
});

describe("what is compared", () => {
  test("--json has report and judgement; what is not committed bears no commit's name", async () => {
    project({ "model.b64": modelText(BETTER) });
    const main = folder.git("rev-parse", "main");
    const dirty = readJson((await runCli(folder.path, "check", "--json")).out);
    expect(dirty.report.evidence).toMatchObject({ candidateSha: null, baselineSha: main, repository: null });
    expect(dirty.judgement).toMatchObject({
      verdict: "pass",
      reason: expect.any(String),
      models: [{ model: "risk", verdict: "pass", objectives: [{ status: "met" }, { status: "met" }] }],
    });

    const sha = folder.commit();
    const clean = readJson((await runCli(folder.path, "check", "--json")).out);
    expect(clean.report.evidence).toMatchObject({ candidateSha: sha, baselineSha: main });
    expect(clean.judgement.verdict).toBe("pass");
  });

  test("the commit where the branch left its base; what it is judged by is the base's tip", async () => {
    project({ "model.b64": modelText(BETTER) });
    const base = folder.git("rev-parse", "main");
    folder.commit();
    folder.git("switch", "--quiet", "main");
    folder.commit({ "modelgate.yml": quickConfig(["{ metric: roc_auc, min: 0.999 }"]) });
    folder.git("switch", "--quiet", "change");
    const { report, judgement } = readJson((await runCli(folder.path, "check", "--json")).out);
    expect(report.evidence.baselineSha).toBe(base);
    expect(judgement).toMatchObject({ verdict: "fail", reason: expect.stringContaining("0.999") });
  });

  test("nothing, where the change reaches no model", async () => {
    project({ "README.md": "# Else\n" });
    const run = await runCli(folder.path, "check");
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toContain("Not touched by this change, and not trained: risk");
  });

  test("a baseline that is a git ref", async () => {
    const config = quickConfig([RELATIVE]).replace("    evaluate:", "    baseline: v1\n    evaluate:");
    project({}, { ...quickProject(), "modelgate.yml": config, "model.b64": modelText(BETTER) });
    folder.git("tag", "v1");
    folder.git("switch", "--quiet", "main");
    // The base branch has got worse since v1; that is not what counts.
    folder.commit({ "model.b64": modelText(WEAK) });
    folder.git("switch", "--quiet", "--create", "next");
    folder.write({ "model.b64": modelText([0, 0, 0.6]) });
    const { model, judgement } = readJson((await runCli(folder.path, "check", "--json")).out);
    expect(model).toMatchObject({ outcome: "measured", baseline: { commit: folder.git("rev-parse", "v1") } });
    expect(judgement.verdict).toBe("fail");
    expect(judgement.reason).toMatch(/ROC AUC/);

    folder.git("tag", "--delete", "v1");
    const gone = readJson((await runCli(folder.path, "check", "--json")).out);
    expect(gone.judgement.verdict).toBe("error");
    expect(gone.model).toMatchObject({ baseline: { absent: "failed", problem: { where: "commit v1" } } });
  });

  test("in a folder of the repository, with a config under .github", async () => {
    const { "modelgate.yml": config = "", ...files } = quickProject();
    project({ "model.b64": modelText(WEAK) }, { ...files, ".github/modelgate.yml": config });
    const run = await runCli(join(folder.path, "data"), "check", "--json", "--html", "report.html");
    const { report } = readJson(run.out);
    expect(run.code).toBe(1);
    expect(report.evidence.policy.path).toBe(".github/modelgate.yml");
    expect(existsSync(join(folder.path, "data/report.html"))).toBe(true);
    const named = await runCli(join(folder.path, "data"), "check", "--config", "../.github/modelgate.yml");
    expect(named.code).toBe(1);
  });

  test("the files as they are, with --no-train", async () => {
    project({ "model.b64": modelText(BETTER) });
    const missing = await runCli(folder.path, "check", "--no-train");
    expect(missing.code).toBe(3);
    expect(missing.out).toContain("there is no model.onnx to evaluate");
  });
});

describe("pipelines", () => {
  test("data that a stage makes", async () => {
    const rows = csvOf(testRows());
    const config = quickConfig()
      .replace(
        "    stages:\n",
        "    stages:\n      prepare: { cmd: cp raw.csv data/test.csv, deps: [raw.csv], outs: [data/test.csv] }\n",
      )
      .replace("    evaluate:", "    evaluate:");
    const { "data/test.csv": _data, ".gitignore": _ignore, ...files } = quickProject();
    project(
      { "model.b64": modelText(BETTER) },
      { ...files, "modelgate.yml": config, "raw.csv": rows, ".gitignore": "data/\n*.onnx\n" },
    );
    const same = readJson((await runCli(folder.path, "check", "--json")).out);
    expect(same.judgement.verdict).toBe("pass");
    expect(same.model).toMatchObject({
      dataset: { rows: 400, changedByPullRequest: false },
      candidate: { stages: [{ name: "prepare" }, { name: "train" }] },
      baseline: { stages: [{ name: "train" }] },
    });

    folder.write({ "raw.csv": csvOf(testRows().slice(0, 300)) });
    const other = readJson((await runCli(folder.path, "check", "--json")).out);
    expect(other.model).toMatchObject({ dataset: { rows: 300, changedByPullRequest: true } });
    expect(folder.git("status", "--porcelain")).toBe("M model.b64\n M raw.csv");
  });

  test("a model that git tracks is neither removed nor replaced", async () => {
    const { ".gitignore": _ignore, ...files } = quickProject();
    project({ "model.b64": modelText(BETTER), "model.onnx": "not committed" }, { ...files, "model.onnx": "committed" });
    const run = await runCli(folder.path, "check");
    expect(run.code).toBe(2);
    expect(run.out.replaceAll(/\s+/g, " ")).toContain(
      "modelgate.yml, model risk, stage train: git tracks model.onnx, which is declared as an output",
    );
    expect(readFileSync(join(folder.path, "model.onnx"), "utf8")).toBe("not committed");
  });

  test("what lies behind a symbolic link, and what a command names, is not passed over", async () => {
    const { "model.b64": model = "", ...files } = quickProject();
    folder = makeRepository({ ...files, "shared/model.b64": model });
    symlinkSync("shared/model.b64", join(folder.path, "model.b64"));
    const undeclared = quickConfig().replace("        deps: [model.b64]\n", "");
    for (const config of [quickConfig(), undeclared]) {
      folder.write({ "modelgate.yml": config, "shared/model.b64": model });
      const base = folder.commit();
      folder.write({ "shared/model.b64": modelText(WEAK) });
      expect((await runCli(folder.path, "check", "--base", base)).code).toBe(1);
    }
  });

  test("a stage that two models share runs once", async () => {
    const shared = `prepare: { cmd: "echo prepared; cp model.b64 made.b64", deps: [model.b64], outs: [made.b64] }`;
    const model = (name: string) => `  ${name}:
    stages:
      ${shared}
      train: { cmd: "base64 -d made.b64 > ${name}.onnx", deps: [made.b64], outs: [${name}.onnx] }
    evaluate: { model: ${name}.onnx, data: data/test.csv, task: binary, target: diagnosis, positive: malignant, key: id }
    objectives: [{ metric: roc_auc, min: 0.85 }]
`;
    const config = `version: 1\nmodels:\n${model("one")}${model("two")}`;
    const files = { ...quickProject(), "modelgate.yml": config, ".gitignore": "*.onnx\nmade.b64\n" };
    project({ "model.b64": modelText(BETTER) }, files);
    const run = await runCli(folder.path, "check", "--no-cache");
    expect(run.code).toBe(0);
    expect(run.err.match(/^one, prepare$/gm)).toHaveLength(1);
    expect(run.err).not.toMatch(/^two, prepare$/m);
    expect(run.err.match(/\| prepared$/gm)).toHaveLength(2);
  });

  test("Ctrl+C ends the process tree, and leaves nothing half-written", async () => {
    const forever = `cmd: "echo half > model.onnx; echo $$ > pids; sleep 600 & echo $! >> pids; echo ready; sleep 600"`;
    const slow = quickConfig().replace("cmd: base64 -d model.b64 > model.onnx", () => forever);
    project({ "modelgate.yml": slow }, { ...quickProject(), ".gitignore": "*.onnx\npids\n" });
    const { child, ended } = startCli(folder.path, ["check"]);
    await new Promise<void>((resolve) => {
      child.stderr?.on("data", (chunk: Buffer) => {
        if (chunk.includes("| ready")) resolve();
      });
    });
    const pids = readFileSync(join(folder.path, "pids"), "utf8").trim().split("\n").map(Number);
    expect(pids.every(isAlive)).toBe(true);
    child.kill("SIGINT");
    const run = await ended;
    expect(run.code).toBe(130);
    expect(run.err).toMatch(/^this run: it was cancelled by SIGINT; run it again\.$/m);
    expect(run.out).toBe("");
    expect(pids.filter(isAlive)).toEqual([]);

    // The baseline was trained, the candidate was not.
    const cache = join(folder.path, ".git/modelgate/cache");
    expect(readdirSync(join(cache, "entries"))).toHaveLength(1);
    expect(readdirSync(join(cache, "temporary"))).toEqual([]);
    expect(folder.git("status", "--porcelain")).toBe("M modelgate.yml");
  });
});

/** Nobody may have asked yet how it ended: then it is in the table, and a zombie. */
function isAlive(pid: number): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "latin1") : null;
  return stat !== null && !stat.includes(") Z ");
}

test("nothing of what is evaluated is told to anybody: ONNX Runtime keeps no device's number and no unsent events", async () => {
  project({ "model.b64": modelText(BETTER), ".gitignore": "*.onnx\nhome/\n" });
  const run = await runCliWith({ HOME: join(folder.path, "home") }, folder.path, "check");
  expect(run.code).toBe(0);
  expect(existsSync(join(folder.path, "home"))).toBe(false);
});

describe("what it refuses, in one sentence", () => {
  test("a base that nobody knows, a model that is not there, a page that cannot be written", async () => {
    project({ "model.b64": modelText(BETTER) });
    const base = await runCli(folder.path, "check", "--base", "nope");
    expect(base).toMatchObject({ code: 2, out: "" });
    expect(base.err).toMatch(
      /^commit nope: this clone lacks the commit.*; name a branch, a tag or a commit that is here or at origin\.\n$/,
    );
    const model = await runCli(folder.path, "check", "--model", "rsik");
    expect(model).toMatchObject({
      code: 2,
      err: 'modelgate.yml: it has no model "rsik"; write risk, if that is meant.\n',
    });
    const page = await runCli(folder.path, "check", "--html", "no/such/folder.html");
    expect(page.code).toBe(2);
    expect(page.err).toMatch(/no\/such\/folder\.html: the HTML report cannot be written there; /);
    expect(page.out).toMatch(/^✓ This change passes/);
    const outside = await runCli(folder.path, "check", "--config", "../modelgate.yml");
    expect(outside.code).toBe(2);
    expect(outside.err).toMatch(/^\.\.\/modelgate\.yml: it is outside of the repository/);
  });

  test("no config, no repository, no commit, nothing to compare with", async () => {
    folder = makeFolder({ "README.md": "# Bare\n" });
    const none = await runCli(folder.path, "check");
    expect(none.code).toBe(2);
    expect(none.err).toMatch(/: this is not inside a git repository; .*\n$/);
    folder.git("init", "--quiet", "--initial-branch=trunk");
    const empty = await runCli(folder.path, "check");
    expect(empty.code).toBe(2);
    expect(empty.err).toMatch(
      /^modelgate check: none of origin\/HEAD, .* is here to compare with; name .*--base REF\.\n$/,
    );
    folder.commit();
    const bare = await runCli(folder.path, "check", "--base", "trunk");
    expect(bare.code).toBe(2);
    expect(bare.err).toMatch(/^modelgate\.yml: there is no such file, neither here nor on the base branch; .*\n$/);
  });
});
