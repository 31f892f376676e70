import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildGraph, externalInputs, type Stages } from "../../../src/pipeline/graph.ts";
import { readyStages, stagesFor } from "../../../src/pipeline/plan.ts";
import { describeProblem } from "../../../src/problem.ts";
import { chain, stage } from "./stages.ts";

const build = (stages: Stages, artifact = "m", exists: (path: string) => boolean = () => true) =>
  buildGraph({ where: "modelgate.yml, model x", stages, artifact, exists });

function mustBuild(stages: Stages, artifact?: string) {
  const built = build(stages, artifact);
  if (!built.ok) throw new Error(built.problems.map(describeProblem).join("\n"));
  return built.graph;
}

const complaints = (stages: Stages, artifact?: string, exists?: (path: string) => boolean) => {
  const built = build(stages, artifact, exists);
  return built.ok ? [] : built.problems.map(describeProblem);
};

describe("the order of stages", () => {
  it.each<readonly [string, Stages, readonly (readonly string[])[]]>([
    ["none", {}, []],
    ["one", chain({ a: [[], ["m"]] }), [["a"]]],
    [
      "a diamond, declared backwards",
      chain({ d: [["b", "c"], ["m"]], c: [["a"], ["c"]], b: [["a"], ["b"]], a: [["raw"], ["a"]] }),
      [["a"], ["c", "b"], ["d"]],
    ],
    ["a file in a written folder", chain({ b: [["data/x/1.csv"], ["m"]], a: [[], ["data"]] }), [["a"], ["b"]]],
    ["a folder with a written file", chain({ b: [["data/"], ["m"]], a: [[], ["data/x/1.csv"]] }), [["a"], ["b"]]],
    ["names that only begin alike", chain({ b: [["data2", "data-x"], ["m"]], a: [[], ["data"]] }), [["b", "a"]]],
    ["paths spelt differently", chain({ b: [["./a//o"], ["m"]], a: [[], ["a/./o"]] }), [["a"], ["b"]]],
    [
      "folders of their own",
      { b: stage({ wdir: "src", deps: ["../out/o"], outs: ["m"] }), a: stage({ wdir: "out", outs: ["o"] }) },
      [["a"], ["b"]],
    ],
    [
      "a metric that another stage reads",
      { b: stage({ deps: ["s.json"] }), a: stage({ metrics: ["s.json"] }) },
      [["a"], ["b"]],
    ],
    [
      "names of inherited properties",
      chain({ constructor: [["o"], ["m"]], toString: [[], ["o"]] }),
      [["toString"], ["constructor"]],
    ],
  ])("%s", (_, stages, levels) => {
    expect(mustBuild(stages).levels).toEqual(levels);
  });
});

describe("problems of a graph", () => {
  it.each<readonly [string, Stages, readonly string[]]>([
    [
      "a cycle",
      chain({ c: [["b"], ["c"]], a: [["c"], ["a"]], b: [["a"], ["b"]], d: [["c"], ["m"]] }),
      [
        "modelgate.yml, model x: the stages wait for each other: a → b → c → a; remove a dependency that closes the circle.",
      ],
    ],
    [
      "a stage that feeds itself",
      chain({ a: [["data"], ["data/o", "m"]] }),
      [
        "modelgate.yml, model x, stage a: it reads what it writes itself: data; name as `deps` only what is there before the stage runs.",
      ],
    ],
    [
      "two writers",
      chain({ a: [[], ["m"]], b: [[], ["m"]] }),
      ["modelgate.yml, model x, stage b: it writes m, which stage a writes too; let one stage write each path."],
    ],
    [
      "a writer within another's folder",
      chain({ a: [[], ["out/m"]], b: [[], ["out", "m"]] }),
      ["modelgate.yml, model x, stage b: it writes out, and stage a writes out/m; let one stage write each path."],
    ],
    [
      "a stage that writes a folder and a file in it",
      chain({ a: [[], ["m", "m/x"]] }),
      ["modelgate.yml, model x, stage a: it writes m/x, and it writes m; let one stage write each path."],
    ],
  ])("%s", (_, stages, expected) => {
    expect(complaints(stages)).toEqual(expected);
  });

  it("missing inputs, with the nearest output", () => {
    const stages = chain({ a: [["raw.csv"], ["data/clean.csv"]], b: [["data/claen.csv", "train.py"], ["model.onnx"]] });
    const exists = (path: string) => path === "train.py";
    expect(complaints(stages, "modle.onnx", exists)).toEqual([
      "modelgate.yml, model x, stage a: it reads raw.csv, which does not exist and no stage writes; add the file, or a stage that writes it.",
      "modelgate.yml, model x, stage b: it reads data/claen.csv, which does not exist and no stage writes; read data/clean.csv, or add the file.",
      "modelgate.yml, model x: no stage writes modle.onnx, which is to be evaluated; evaluate model.onnx, or name it in the `outs` of a stage.",
    ]);
  });

  it("takes a model that is in the repository or in a written folder", () => {
    expect(complaints({}, "m.onnx", (path) => path === "m.onnx")).toEqual([]);
    expect(complaints(chain({ a: [[], ["out"]] }), "out/m.onnx", () => false)).toEqual([]);
  });

  it("asks only for what no stage writes", () => {
    const stages = {
      a: stage({ wdir: "src", deps: ["a.py", "../raw"], outs: ["o"] }),
      b: stage({ deps: ["src/o", "raw"] }),
    };
    expect(externalInputs(stages, "m")).toEqual(["m", "raw", "src/a.py"]);
    const asked: string[] = [];
    build(stages, "m", (path) => asked.push(path) > 0);
    expect(asked).toEqual(["m", "raw", "src/a.py"]);
  });

  it("refuses more stages than anyone has", () => {
    const stages = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`s${i}`, stage()]));
    expect(complaints(stages)).toEqual([
      "modelgate.yml, model x: the pipeline has 1001 stages, at most 1000 are run; join stages.",
    ]);
  });
});

describe("any pipeline without circles", () => {
  /** Stage i reads outputs of some earlier stages; declared in any order. */
  const pipelines = fc
    .array(fc.array(fc.nat({ max: 11 }), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
    .chain((reads) => fc.tuple(fc.constant(reads), fc.shuffledSubarray([...reads.keys()], { minLength: reads.length })))
    .map(([reads, order]) =>
      chain(
        Object.fromEntries(
          order.map(
            (i) =>
              [`s${i}`, [(reads[i] ?? []).filter((j) => j < i).map((j) => `out/${j}/file`), [`out/${i}`]]] as const,
          ),
        ),
      ),
    );

  it("runs each stage once, after all that it needs, whatever ends first", () => {
    fc.assert(
      fc.property(pipelines, fc.infiniteStream(fc.nat()), (stages, choices) => {
        const graph = mustBuild(stages);
        const done = new Set<string>();
        const started = new Set<string>();
        const running: string[] = [];
        for (;;) {
          for (const name of readyStages(graph, done, started)) {
            expect(started.has(name)).toBe(false);
            expect(graph.stages.get(name)?.needs.every((need) => done.has(need))).toBe(true);
            started.add(name);
            running.push(name);
          }
          if (running.length === 0) break;
          const [ended] = running.splice(choices.next().value % running.length, 1);
          if (ended !== undefined) done.add(ended);
        }
        expect([...done].sort()).toEqual(Object.keys(stages).sort());
        expect(graph.levels.flat().sort()).toEqual(Object.keys(stages).sort());
      }),
      { numRuns: 200 },
    );
  });

  it("with one dependency turned round has a circle or another order", () => {
    fc.assert(
      fc.property(pipelines, (stages) => {
        const graph = mustBuild(stages);
        const reader = [...graph.stages.values()].find(({ needs }) => needs.length > 0);
        const writer = reader?.needs[0];
        if (reader === undefined || writer === undefined) return;
        const closed = {
          ...stages,
          [writer]: stage({ ...stages[writer], deps: reader.outs.map((out) => `${out}/x`) }),
        };
        expect(complaints(closed).join()).toContain("wait for each other");
      }),
      { numRuns: 100 },
    );
  });
});

describe("what must run", () => {
  const graph = mustBuild(
    chain({
      raw: [[], ["raw"]],
      split: [["raw"], ["train", "test"]],
      fit: [["train"], ["out"]],
      plot: [["out"], ["p.svg"]],
    }),
    "out/m",
  );

  it.each([
    [["out/m"], ["fit", "raw", "split"]],
    [["test"], ["raw", "split"]],
    [["elsewhere"], []],
    [
      ["p.svg", "raw"],
      ["fit", "plot", "raw", "split"],
    ],
  ])("for %j is %j", (paths, expected) => {
    expect([...stagesFor(graph, paths)].sort()).toEqual(expected);
  });

  it("is ready by and by", () => {
    const wanted = stagesFor(graph, ["out/m"]);
    expect(readyStages(graph, new Set())).toEqual(["raw"]);
    expect(readyStages(graph, new Set(), new Set(["raw"]))).toEqual([]);
    expect(readyStages(graph, new Set(["raw", "split", "fit"]), undefined)).toEqual(["plot"]);
    expect(readyStages(graph, new Set(["raw", "split", "fit"]), undefined, wanted)).toEqual([]);
  });
});
