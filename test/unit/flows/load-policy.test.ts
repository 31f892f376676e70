import { describe, expect, test } from "vitest";
import { configAt, configInWorkspace, loadPolicy } from "../../../src/flows/load-policy.ts";
import { ProblemError } from "../../../src/problem.ts";
import { quickConfig } from "../../fixtures/projects/quick-project.ts";
import { makeRepository, makeTree, sha256 } from "./fakes.ts";

/** The base branch's policy, and what a change makes of it. */

const BASE = "b".repeat(40);
type Files = Readonly<Record<string, string>>;

const CONFIG = quickConfig(["{ metric: roc_auc, min: 0.9 }"]);
const LOOSE = quickConfig(["{ metric: roc_auc, min: 0.1 }"]);

function repository(base: Files, head: Files) {
  return makeRepository({
    workspace: makeTree(head),
    head: BASE,
    commits: { [BASE]: { parents: [], files: base } },
    missing: (ref) => new ProblemError({ kind: "platform", where: ref, what: "gone", mend: "fetch it" }),
  });
}

const load = (base: Files, head: Files, path: string | null = null) =>
  loadPolicy(repository(base, head), { policySha: BASE, baselineSha: BASE }, path, sha256);

describe("what counts", () => {
  test("objectives from the base; what the change would make of them is listed", async () => {
    const { reported, base, head } = await load({ "modelgate.yml": CONFIG }, { "modelgate.yml": `# moved\n${LOOSE}` });
    expect(reported).toMatchObject({
      source: "base",
      path: "modelgate.yml",
      models: { risk: [{ objective: { metric: "roc_auc", min: 0.9 } }] },
      proposedChanges: ["risk: roc_auc min loosened from 0.9 to 0.1"],
    });
    expect(base?.models["risk"]?.objectives[0]?.min).toBe(0.9);
    expect(head?.models["risk"]?.objectives[0]?.min).toBe(0.1);
  });

  test("objectives are shown where the change has them, and else at its first line", async () => {
    const lineIn = async (head: string) => {
      const { reported } = await load({ "modelgate.yml": CONFIG }, { "modelgate.yml": head });
      return reported.models["risk"]?.[0]?.line;
    };
    const moved = `# one more line\n${CONFIG}`;
    expect(await lineIn(moved)).toBe(1 + moved.split("\n").findIndex((line) => line.includes("min: 0.9")));
    expect(await lineIn(LOOSE)).toBe(1);
  });

  test("stages from the head", async () => {
    const head = CONFIG.replace("cmd: base64 -d model.b64 > model.onnx", "cmd: ./train");
    const { config } = await load({ "modelgate.yml": CONFIG }, { "modelgate.yml": head });
    expect(config.models["risk"]?.stages?.["train"]?.cmd).toBe("./train");
  });

  test("the head's, as proposed, where the base has none; at the head's lines", async () => {
    const { reported, proposed } = await load({}, { "modelgate.yml": `# first\n${CONFIG}` });
    expect(reported).toMatchObject({ source: "proposed", models: { risk: [{ line: 20 }] }, proposedChanges: [] });
    expect([...proposed]).toEqual(["risk"]);
  });

  test("a model that only the head has is proposed beside those of the base", async () => {
    const second = CONFIG.replace(/^version: 1\nmodels:\n/, "").replace("  risk:", "  second:");
    const { reported, proposed, config } = await load(
      { "modelgate.yml": CONFIG },
      { "modelgate.yml": CONFIG + second },
    );
    expect(Object.keys(config.models)).toEqual(["risk", "second"]);
    expect([...proposed]).toEqual(["second"]);
    expect(reported).toMatchObject({ source: "base", proposedChanges: ["second: newly governed"] });
  });

  test("a model that the head removes is still judged by the base's objectives", async () => {
    const gone = await load({ "modelgate.yml": CONFIG }, {});
    expect(Object.keys(gone.config.models)).toEqual([]);
    expect(Object.keys(gone.removedModels)).toEqual(["risk"]);
    expect(gone.reported).toMatchObject({
      models: { risk: [{ line: 1 }] },
      proposedChanges: ["risk: no longer governed"],
    });
  });

  test("nothing of the base where there is nothing before the change", async () => {
    const only = repository({ "modelgate.yml": CONFIG }, { "modelgate.yml": LOOSE });
    const { reported, base } = await loadPolicy(only, { policySha: null, baselineSha: null }, null, sha256);
    expect(base).toBeNull();
    expect(reported).toMatchObject({ source: "proposed", models: { risk: [{ objective: { min: 0.1 } }] } });
  });
});

describe("the path of the config", () => {
  test("that the base does not know is no way around the policy that it has", async () => {
    await expect(load({ "modelgate.yml": CONFIG }, { "gate.yml": LOOSE }, "gate.yml")).rejects.toThrow(
      "gate.yml: the base branch has its policy in modelgate.yml and no gate.yml; take modelgate.yml, or move the policy on the base branch first.",
    );
  });

  test("may be another one where the base has it, or nothing at all", async () => {
    expect((await load({ "gate.yml": CONFIG }, { "gate.yml": LOOSE }, "gate.yml")).source).toBe("base");
    expect((await load({}, { "gate.yml": LOOSE }, "gate.yml")).source).toBe("proposed");
  });
});

describe("the digest", () => {
  const digest = async (base: string, head = base) =>
    (await load({ "modelgate.yml": base }, { "modelgate.yml": head })).reported.digest;

  test("is that of what judges: neither how the model is made nor how the file is written makes a difference", async () => {
    const same = await digest(CONFIG);
    expect(same).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await digest(`# a comment\n${CONFIG}`)).toBe(same);
    expect(await digest(CONFIG, LOOSE)).toBe(same);
    expect(await digest(CONFIG, CONFIG.replaceAll("model.onnx", "other.onnx"))).toBe(same);
  });

  test.each([
    ["a bound", "min: 0.9", "min: 0.91"],
    ["the data", "data/test.csv", "data/easy.csv"],
    ["the positive class", "positive: malignant", "positive: benign"],
    ["a slice", "slices: [site]", "slices: []"],
  ])("differs with %s", async (_, from, to) => {
    expect(await digest(CONFIG.replace(from, to))).not.toBe(await digest(CONFIG));
  });
});

describe("what cannot be read closes the gate", () => {
  const broken = CONFIG.replace("metric: roc_auc", "metric: roc_au").replace("task:", "tsak:");

  test.each([
    [
      "no config anywhere",
      {},
      {},
      null,
      /^modelgate\.yml: there is no such file, neither here nor on the base branch; /,
    ],
    ["none at the named path", {}, {}, "gate.yml", /^gate\.yml: there is no such file/],
    [
      "a broken one on the head",
      { "modelgate.yml": CONFIG },
      { "modelgate.yml": broken },
      null,
      /^modelgate\.yml:\d+:\d+: /,
    ],
    [
      "a broken one on the base",
      { "modelgate.yml": broken },
      { "modelgate.yml": CONFIG },
      null,
      /^modelgate\.yml:\d+:\d+ on the base branch: /,
    ],
    ["an empty one", {}, { "modelgate.yml": "" }, null, /the file is empty/],
    ["two of them", {}, { "modelgate.yml": CONFIG, ".github/modelgate.yml": CONFIG }, null, /there are two configs/],
    [
      "a misspelt one",
      {},
      { "modelgate.yaml": CONFIG },
      null,
      /^modelgate\.yaml: a config of this name is not read; rename it/,
    ],
  ] as const)("%s", async (_, base, head, path, sentence) => {
    await expect(load(base, head, path)).rejects.toThrow(sentence);
    await expect(load(base, head, path)).rejects.toMatchObject({ problem: { kind: "config" } });
  });

  test("and says how much more is wrong", async () => {
    const twice = CONFIG.replace("min: 0.9", "mni: 0.9");
    await expect(load({}, { "modelgate.yml": twice })).rejects.toThrow(
      /\(and \d more; `modelgate validate` lists them\)/,
    );
  });
});

test("other commits and the tree at hand have their own", async () => {
  const both = repository({ "modelgate.yml": CONFIG }, { ".github/modelgate.yml": LOOSE });
  expect((await configAt(both, BASE, "modelgate.yml"))?.models["risk"]?.objectives[0]?.min).toBe(0.9);
  expect(await configAt(both, BASE, "nowhere.yml")).toBeNull();
  expect((await configInWorkspace(both, null)).path).toBe(".github/modelgate.yml");
  await expect(configInWorkspace(both, "nowhere.yml")).rejects.toThrow(/^nowhere\.yml: there is no such file/);
});
