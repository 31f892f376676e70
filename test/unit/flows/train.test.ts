import { describe, expect, test } from "vitest";
import { createTrainer, type TrainPorts, type TrainRequest } from "../../../src/flows/train.ts";
import type { Stages } from "../../../src/pipeline/graph.ts";
import { stage } from "../pipeline/stages.ts";
import { makeCache, makeLog, makeRunner, makeTree, RUN, sha256, type Tree } from "./fakes.ts";

/** Making a model by its pipeline: what runs, when, and what is taken from the cache. */

function ports(changes: Partial<TrainPorts> = {}): TrainPorts {
  return {
    runner: makeRunner(),
    cache: null,
    log: makeLog(),
    sha256,
    environment: {},
    cores: 4,
    signal: new AbortController().signal,
    ...changes,
  };
}

function request(stages: Stages, workspace: Tree, changes: Partial<TrainRequest> = {}): TrainRequest {
  return {
    title: "m",
    where: "modelgate.yml, model m",
    stages,
    artifact: "model",
    alsoNeeded: [],
    workspace,
    kept: async () => [],
    ...changes,
  };
}

const CHAIN: Stages = {
  train: stage({ deps: ["features"], outs: ["model"] }),
  features: stage({ deps: ["raw"], outs: ["features"] }),
  plots: stage({ deps: ["model"], outs: ["plots"] }),
};

describe("what runs", () => {
  test("what the model needs, in its order, and nothing else", async () => {
    const runner = makeRunner();
    const tree = makeTree({ raw: "rows" });
    const trained = await createTrainer(ports({ runner }))(request(CHAIN, tree));
    expect(runner.ran).toEqual(["features", "train"]);
    expect(trained).toMatchObject({
      ok: true,
      artifact: { path: "model", digest: sha256("made of made of rows") },
      lineage: [
        { name: "train", deps: [{ path: "features", digest: sha256("made of rows") }], outs: [{ path: "model" }] },
        { name: "features", deps: [{ path: "raw", digest: sha256("rows") }] },
      ],
      performance: [
        { name: "train", restored: false, ...RUN },
        { name: "features", restored: false, ...RUN },
      ],
    });
  });

  test("also what else is asked for", async () => {
    const runner = makeRunner();
    await createTrainer(ports({ runner }))(request(CHAIN, makeTree({ raw: "rows" }), { alsoNeeded: ["plots"] }));
    expect(runner.ran).toEqual(["features", "train", "plots"]);
  });

  test.each([
    [1, 1],
    [2, 2],
    [8, 3],
  ])("on %i cores at most %i of three independent stages at the same time", async (cores, most) => {
    let running = 0;
    let highest = 0;
    const runner = makeRunner(async () => {
      running += 1;
      highest = Math.max(highest, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return undefined;
    });
    const part = (name: string) => stage({ deps: ["raw"], outs: [name] });
    const stages = {
      a: part("a"),
      b: part("b"),
      c: part("c"),
      train: stage({ deps: ["a", "b", "c"], outs: ["model"] }),
    };
    const trained = await createTrainer(ports({ runner, cores }))(request(stages, makeTree({ raw: "rows" })));
    expect(trained.ok).toBe(true);
    expect(highest).toBe(most);
    expect(runner.ran.at(-1)).toBe("train");
  });
});

describe("the cache", () => {
  test("gives back what is known, in another tree too, and the log says so", async () => {
    const cache = makeCache();
    await createTrainer(ports({ cache }))(request(CHAIN, makeTree({ raw: "rows" })));
    const runner = makeRunner();
    const log = makeLog();
    const tree = makeTree({ raw: "rows", "README.md": "changed" }, "/other");
    const trained = await createTrainer(ports({ cache, runner, log }))(request(CHAIN, tree));
    expect(runner.ran).toEqual([]);
    expect(log.lines).toEqual(["m, features: restored from the cache", "m, train: restored from the cache"]);
    expect(tree.files.get("model")).toBe("made of made of rows");
    expect(trained).toMatchObject({ performance: [{ restored: true, ...RUN }, { restored: true }] });
  });

  test.each([
    ["an input", { raw: "other rows" }, {}, {}],
    ["a parameter", { raw: "rows", "params.yaml": "l2: 2" }, {}, {}],
    ["a declared variable", { raw: "rows" }, { SEED: "8" }, {}],
    ["the command", { raw: "rows" }, {}, { cmd: "make it otherwise" }],
  ])("does not give back what %s has changed", async (_, files, environment, definition) => {
    const cache = makeCache();
    const one = (changes: object): Stages => ({
      train: stage({ deps: ["raw"], params: ["l2"], env: ["SEED"], outs: ["model"], ...changes }),
    });
    const base = { raw: "rows", "params.yaml": "l2: 1" };
    await createTrainer(ports({ cache, environment: { SEED: "7" } }))(request(one({}), makeTree(base)));
    const runner = makeRunner();
    const changed = ports({ cache, runner, environment: { SEED: "7", ...environment } });
    await createTrainer(changed)(request(one(definition), makeTree({ ...base, ...files })));
    expect(runner.ran).toEqual(["train"]);
  });

  test("is not given what failed, and the failure has the log's end", async () => {
    const cache = makeCache();
    const runner = makeRunner(async (name) =>
      name === "train" ? { ok: false, reason: "exit code 1", logTail: ["out of memory"], ...RUN } : undefined,
    );
    const trained = await createTrainer(ports({ cache, runner }))(request(CHAIN, makeTree({ raw: "rows" })));
    expect(trained).toEqual({
      ok: false,
      problem: {
        kind: "stage",
        where: "modelgate.yml, model m, stage train",
        what: "exit code 1",
        mend: "see the end of its log, and run it alone",
      },
      logTail: ["out of memory"],
    });
    expect(cache.saved.size).toBe(1);
  });

  test("is not given what was made while an input changed", async () => {
    const cache = makeCache();
    const runner = makeRunner(async (_, tree) => {
      tree.files.set("raw", "rows, and one more");
      return undefined;
    });
    const stages = { train: stage({ deps: ["raw"], outs: ["model"] }) };
    const trained = await createTrainer(ports({ cache, runner }))(request(stages, makeTree({ raw: "rows" })));
    expect(trained).toMatchObject({
      ok: false,
      problem: { kind: "stage", what: "raw, which it only reads, changed while it ran" },
    });
    expect(cache.saved.size).toBe(0);
  });
});

describe("models that share stages", () => {
  const both = { prepare: stage({ deps: ["raw"], outs: ["rows"] }) };
  const one: Stages = { ...both, train: stage({ deps: ["rows"], outs: ["one"] }) };
  const two: Stages = { prepare2: both.prepare, train: stage({ deps: ["rows"], outs: ["two"] }) };

  test("share the run in one tree, under each one's own name for it", async () => {
    const runner = makeRunner();
    const train = createTrainer(ports({ runner }));
    const tree = makeTree({ raw: "rows" });
    await train(request(one, tree, { artifact: "one" }));
    const second = await train(request(two, tree, { artifact: "two" }));
    expect(runner.ran).toEqual(["prepare", "train", "train"]);
    expect(second).toMatchObject({ lineage: [{ name: "prepare2" }, { name: "train" }] });
  });

  test("also when they are made at the same time", async () => {
    const runner = makeRunner(() => new Promise((resolve) => setImmediate(() => resolve(undefined))));
    const train = createTrainer(ports({ runner }));
    const tree = makeTree({ raw: "rows" });
    const trained = await Promise.all([
      train(request(one, tree, { artifact: "one" })),
      train(request(two, tree, { artifact: "two" })),
    ]);
    expect(trained.map(({ ok }) => ok)).toEqual([true, true]);
    expect(runner.ran.filter((name) => name.startsWith("prepare"))).toHaveLength(1);
  });

  test("not across trees", async () => {
    const runner = makeRunner();
    const train = createTrainer(ports({ runner }));
    await train(request(one, makeTree({ raw: "rows" }, "/a"), { artifact: "one" }));
    await train(request(one, makeTree({ raw: "rows" }, "/b"), { artifact: "one" }));
    expect(runner.ran).toEqual(["prepare", "train", "prepare", "train"]);
  });

  test("not where another model's stage has written over it", async () => {
    const runner = makeRunner();
    const train = createTrainer(ports({ runner }));
    const tree = makeTree({ raw: "rows", other: "other rows" });
    await train(request(one, tree, { artifact: "one" }));
    const over: Stages = {
      prepare: stage({ deps: ["other"], outs: ["rows"] }),
      train: stage({ deps: ["rows"], outs: ["x"] }),
    };
    await train(request(over, tree, { artifact: "x" }));
    await train(request(two, tree, { artifact: "two" }));
    expect(runner.ran).toEqual(["prepare", "train", "prepare", "train", "prepare2", "train"]);
    expect(tree.files.get("two")).toBe("made of made of rows");
  });

  test("share its failure, each in its own place", async () => {
    const runner = makeRunner(async () => ({ ok: false, reason: "exit code 1", logTail: ["oh"], ...RUN }));
    const train = createTrainer(ports({ runner }));
    const tree = makeTree({ raw: "rows" });
    await train(request(one, tree, { artifact: "one" }));
    const second = await train(request(two, tree, { artifact: "two", where: "modelgate.yml, model two" }));
    expect(runner.ran).toEqual(["prepare"]);
    expect(second).toMatchObject({ problem: { where: "modelgate.yml, model two, stage prepare2" }, logTail: ["oh"] });
  });
});

describe("what cannot run is a problem, not an exception", () => {
  test.each([
    ["a missing input", CHAIN, {}, /^config: it reads raw, which does not exist/],
    ["a model that nothing writes", { other: stage({ outs: ["else"] }) }, {}, /^config: no stage writes model/],
    [
      "a circle",
      { a: stage({ deps: ["b"], outs: ["model"] }), b: stage({ deps: ["model"], outs: ["b"] }) },
      {},
      /^config: the stages wait for each other: a → b → a/,
    ],
    [
      "a parameter that is not there",
      { train: stage({ params: ["l2"], outs: ["model"] }) },
      {},
      /^config: .*params\.yaml/,
    ],
  ])("%s", async (_, stages, files, sentence) => {
    const runner = makeRunner();
    const trained = await createTrainer(ports({ runner }))(request(stages, makeTree(files)));
    if (trained.ok) throw new Error("it ran");
    expect(`${trained.problem.kind}: ${trained.problem.what}`).toMatch(sentence);
    expect(runner.ran).toEqual([]);
  });

  test("a stage that says nothing and writes nothing that the next one needs", async () => {
    const runner = makeRunner(async (name) => (name === "features" ? { ok: true, ...RUN } : undefined));
    const trained = await createTrainer(ports({ runner }))(request(CHAIN, makeTree({ raw: "rows" })));
    expect(trained).toMatchObject({
      ok: false,
      problem: { kind: "stage", what: "it reads features, which the stages before it did not write" },
    });
  });

  test("a pipeline that ends without the model", async () => {
    const runner = makeRunner(async (name) => (name === "train" ? { ok: true, ...RUN } : undefined));
    const trained = await createTrainer(ports({ runner }))(request(CHAIN, makeTree({ raw: "rows" })));
    expect(trained).toMatchObject({ ok: false, problem: { what: "the pipeline ran and left no model" } });
  });

  test("what runs beside a stage that fails is let end, and its result is kept", async () => {
    const cache = makeCache();
    const runner = makeRunner(async (name) => {
      if (name === "bad") return { ok: false, reason: "exit code 1", logTail: [], ...RUN };
      await new Promise((resolve) => setImmediate(resolve));
      return undefined;
    });
    const stages = {
      bad: stage({ deps: ["raw"], outs: ["x"] }),
      slow: stage({ deps: ["raw"], outs: ["y"] }),
      train: stage({ deps: ["x", "y"], outs: ["model"] }),
    };
    const trained = await createTrainer(ports({ cache, runner }))(request(stages, makeTree({ raw: "rows" })));
    expect(trained).toMatchObject({ ok: false, problem: { where: "modelgate.yml, model m, stage bad" } });
    expect(cache.saved.size).toBe(1);
  });
});

describe("files that a command names", () => {
  const named: Stages = { train: stage({ cmd: "python train.py notes > log", outs: ["model"] }) };
  const files = { "train.py": "x", log: "old" };

  test("count as inputs, in the lineage too; others do not", async () => {
    const cache = makeCache();
    const ran = async (changes: Readonly<Record<string, string>>) => {
      const runner = makeRunner();
      const trained = await createTrainer(ports({ cache, runner }))(request(named, makeTree({ ...files, ...changes })));
      if (!trained.ok) throw new Error(trained.problem.what);
      expect(trained.lineage[0]?.deps.map(({ path }) => path)).toEqual(["train.py"]);
      return runner.ran.length;
    };
    expect([await ran({}), await ran({}), await ran({ log: "new" }), await ran({ "train.py": "-x" })]).toEqual([
      1, 0, 0, 1,
    ]);
  });

  test("a stage that writes one of them is no failure, and not cached", async () => {
    const cache = makeCache();
    const runner = makeRunner(async (_, tree) => void tree.files.set("train.py", "rewritten"));
    const trained = await createTrainer(ports({ cache, runner }))(request(named, makeTree(files)));
    expect([trained.ok, cache.saved.size]).toEqual([true, 0]);
  });

  test("are found from the stage's folder", async () => {
    const stages = { train: stage({ cmd: "python train.py ../raw", wdir: "a/b", outs: ["../../model"] }) };
    const tree = makeTree({ "a/b/train.py": "x", "a/raw": "rows", "train.py": "other" });
    const runner = makeRunner(async (_, { files: all }) => void all.set("model", "m"));
    const trained = await createTrainer(ports({ runner }))(request(stages, tree));
    expect(trained).toMatchObject({ ok: true, lineage: [{ deps: [{ path: "a/b/train.py" }, { path: "a/raw" }] }] });
  });
});

describe("an output that git tracks", () => {
  test("is refused before anything runs or is restored", async () => {
    const cache = makeCache();
    await createTrainer(ports({ cache }))(request(CHAIN, makeTree({ raw: "rows" })));
    const runner = makeRunner();
    const tree = makeTree({ raw: "rows", model: "somebody's own" });
    const asked: (readonly string[])[] = [];
    const kept = async (paths: readonly string[]) => {
      asked.push(paths);
      return paths.includes("model") ? ["model"] : [];
    };
    const trained = await createTrainer(ports({ cache, runner }))(request(CHAIN, tree, { kept }));
    expect(trained).toEqual({
      ok: false,
      logTail: [],
      problem: {
        kind: "config",
        where: "modelgate.yml, model m, stage train",
        what: "git tracks model, which is declared as an output, and outputs are removed before a run",
        mend: "take it out of git (`git rm --cached model`, and name it in .gitignore), or out of `outs`",
      },
    });
    expect([runner.ran, tree.files.get("model"), asked]).toEqual([[], "somebody's own", [["model", "features"]]]);
  });

  test("but for metrics", async () => {
    const kept = async (paths: readonly string[]) => paths.filter((path) => path === "m.json");
    const stages = { train: stage({ deps: ["raw"], outs: ["model"], metrics: ["m.json"] }) };
    const trained = await createTrainer(ports())(request(stages, makeTree({ raw: "rows" }), { kept }));
    expect(trained.ok).toBe(true);
  });
});
