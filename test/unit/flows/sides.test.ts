import { describe, expect, test } from "vitest";
import { loadPolicy } from "../../../src/flows/load-policy.ts";
import { createSides } from "../../../src/flows/sides.ts";
import type { Workspace } from "../../../src/ports.ts";
import { ProblemError } from "../../../src/problem.ts";
import { quickConfig } from "../../fixtures/projects/quick-project.ts";
import { makeLog, makeRepository, makeRunner, makeTree, sha256 } from "./fakes.ts";

/** The two models of a comparison, and the trees that they are made in. */

const BASE = "b".repeat(40);
const OLD = "a".repeat(40);
const HEAD = "e".repeat(40);

const config = (baseline = "base") =>
  quickConfig().replace("    evaluate:", `    baseline: ${baseline}\n    evaluate:`);

async function sides(baseConfig: string | null, headConfig: string, changes: { baselineSha?: string | null } = {}) {
  const files = (text: string | null, model: string) => ({
    ...(text === null ? {} : { "modelgate.yml": text }),
    "model.b64": model,
    "data/test.csv": "rows",
  });
  const workspace = makeTree(files(headConfig, "new"));
  const repository = makeRepository({
    workspace,
    head: HEAD,
    commits: {
      [OLD]: { parents: [], files: files(config(), "old") },
      [BASE]: { parents: [OLD], files: files(baseConfig, "base") },
      [HEAD]: { parents: [BASE], files: files(headConfig, "new") },
    },
    refs: { v1: OLD },
    missing: (ref) =>
      new ProblemError({ kind: "platform", where: `commit ${ref}`, what: "it is gone", mend: "fetch it" }),
  });
  const { baselineSha = BASE } = changes;
  const policy = await loadPolicy(repository, { policySha: baselineSha, baselineSha }, null, sha256);
  const runner = makeRunner();
  const shared: string[] = [];
  const change = {
    repository: null,
    pullRequest: null,
    baseBranch: null,
    headSha: HEAD,
    candidateSha: HEAD,
    baselineSha,
    policySha: baselineSha,
  };
  const made = createSides(change, policy, {
    repository,
    runner,
    cache: null,
    log: makeLog(),
    sha256,
    environment: {},
    cores: 1,
    signal: new AbortController().signal,
    shareUntracked: async (from: Workspace, to: Workspace, paths) =>
      void shared.push(`${from.root} → ${to.root}: ${paths.join(" ")}`),
  });
  const model = policy.config.models["risk"];
  if (model === undefined) throw new Error("unlike the fixture");
  return { made, model, repository, runner, shared, workspace };
}

const digestOf = (model: string) => sha256(`made of ${model}`);

describe("the baseline", () => {
  test("is the base branch's own, made in a tree of its own, which may use the candidate's untracked data", async () => {
    const { made, model, repository, shared, workspace } = await sides(config(), config());
    const baseline = await made.baseline("risk", model);
    expect(baseline).toMatchObject({
      commit: BASE,
      workspace: { root: `/worktrees/${BASE}` },
      trained: { ok: true, artifact: { digest: digestOf("base") } },
    });
    expect(workspace.files.has("model.onnx")).toBe(false);
    expect(shared).toEqual([`/tree → /worktrees/${BASE}: model.b64`]);
    await made.release();
    expect(repository.released).toEqual([BASE]);
  });

  test("is made by the base's stages, whatever the head's are", async () => {
    const { made, model, runner } = await sides(config(), config().replace("train:", "fit:"));
    await made.baseline("risk", model);
    await made.candidate("risk", model, true);
    expect(runner.ran).toEqual(["train", "fit"]);
  });

  test("is a git ref's where the policy names one; two models there share its tree", async () => {
    const { made, model, repository } = await sides(config("v1"), config("v1"));
    expect(await made.baseline("risk", model)).toMatchObject({
      commit: OLD,
      trained: { artifact: { digest: digestOf("old") } },
    });
    await made.baseline("risk", model);
    await made.release();
    expect([repository.checkedOut, repository.released]).toEqual([[OLD], [OLD]]);
  });

  test("the head does not choose it", async () => {
    const { made, model } = await sides(config(), config("v1"));
    expect(await made.baseline("risk", model)).toMatchObject({ commit: BASE });
  });

  test("is none where the base has no such model, or there is nothing before", async () => {
    const first = await sides(null, config());
    expect(await first.made.baseline("risk", first.model)).toBeNull();
    const root = await sides(config(), config(), { baselineSha: null });
    expect(await root.made.baseline("risk", root.model)).toBeNull();
    expect(root.repository.checkedOut).toEqual([]);
  });

  test("a ref that is gone is a problem of the baseline alone", async () => {
    const { made, model } = await sides(config("v2"), config("v2"));
    expect(await made.baseline("risk", model)).toMatchObject({
      trained: { ok: false, problem: { where: "commit v2", what: "it is gone" } },
    });
    expect((await made.candidate("risk", model, true)).trained.ok).toBe(true);
  });

  test("a ref that does not have the model is a problem of the baseline alone", async () => {
    const renamed = config("v1").replaceAll("  risk:", "  renamed:");
    const { made, model } = await sides(renamed, renamed.replace("  renamed:", "  risk:"));
    expect(await made.baseline("unknown", { ...model, baseline: "v1" })).toMatchObject({
      trained: {
        ok: false,
        problem: { where: "model unknown, baseline v1", what: "commit aaaaaaa has no such model in modelgate.yml" },
      },
    });
  });
});

describe("the candidate", () => {
  test("is trained in the tree at hand", async () => {
    const { made, model } = await sides(config(), config());
    expect(await made.candidate("risk", model, true)).toMatchObject({
      commit: HEAD,
      workspace: { root: "/tree" },
      trained: { ok: true, artifact: { path: "model.onnx", digest: digestOf("new") } },
    });
  });

  test("is taken as it is where it is not to be trained; a file that is missing is missing evidence", async () => {
    const { made, model, runner, workspace } = await sides(config(), config());
    expect(await made.candidate("risk", model, false)).toMatchObject({
      trained: { ok: false, problem: { kind: "evidence" } },
    });
    workspace.files.set("model.onnx", "by hand");
    expect(await made.candidate("risk", model, false)).toMatchObject({
      trained: { ok: true, artifact: { digest: sha256("by hand") }, lineage: [], performance: [] },
    });
    expect(runner.ran).toEqual([]);
  });
});
