import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/config/load.ts";
import { mustParse, sampleEvaluate, sampleModel, sentences, withModels } from "./sample.ts";

const EXAMPLE = `# how the model is made and judged
version: 1
models:
  breast-cancer:
    stages:
      train:
        cmd: node train.mjs
        deps: [train.mjs, data/train.csv]
        params: [train.l2, other.yaml: [depth]]
        outs: [model.onnx]
    evaluate:
      model: model.onnx
      data: data/test.csv
      task: binary
      target: diagnosis
      positive: malignant
      group: patient_id
      metrics: [roc_auc, log_loss, recall]
      custom:
        missed_per_1000: { sql: "1000.0 * count(*) filter (where target <> predicted) / count(*)", better: lower }
      slices: [site, "age >= 65"]
    objectives:
      - { metric: roc_auc, min: 0.97 }
      - metric: roc_auc
        baseline: { tolerance: 0.02 }
        proof: required
      - { metric: recall, slices: all, min: 0.90 }
      - { metric: recall, slices: ["site = A", "age >= 65"], min: 0.80 }
      - { metric: latency_p95_ms, max: 20, baseline: { tolerance: 10% } }
      - { metric: train_minutes, max: 30, severity: warn }
`;

describe("a config that is right", () => {
  const parsed = parseConfig(EXAMPLE, "modelgate.yml");

  it("comes with its defaults", () => {
    expect(parsed).toMatchObject({
      ok: true,
      config: {
        models: {
          "breast-cancer": {
            baseline: "base",
            stages: { train: { wdir: ".", timeout_minutes: 60, env: [] } },
            evaluate: { threshold: 0.5, min_rows: 30, calibration_bins: 10 },
            objectives: [{ proof: "none", severity: "block" }, { proof: "required" }, {}, {}, {}, { severity: "warn" }],
          },
        },
      },
    });
  });

  it("tells the line of each objective", () => {
    expect(parsed.ok && [...parsed.lines]).toEqual([["breast-cancer", [23, 24, 27, 28, 29, 30]]]);
  });

  it("takes anchors and merges, which keep their places", () => {
    const text = `version: 1
models:
  a: &a
    stages: {}
    evaluate: &e { task: regression, data: d.csv, target: t, model: a.onnx }
    objectives:
      - { metric: rmse, max: 3 }
  b:
    <<: *a
    evaluate: { <<: *e, model: b.onnx }
`;
    const both = parseConfig(text, "modelgate.yml");
    expect(both).toMatchObject({
      ok: true,
      config: { models: { a: { evaluate: { model: "a.onnx" } }, b: { evaluate: { target: "t", model: "b.onnx" } } } },
    });
    expect(both.ok && [...both.lines]).toEqual([
      ["a", [7]],
      ["b", [7]],
    ]);
  });

  it("may have models that are called as objects' own properties are", () => {
    const config = mustParse({ constructor: sampleModel(), toString: sampleModel(), hasOwnProperty: sampleModel() });
    expect(Object.keys(config.models)).toEqual(["constructor", "toString", "hasOwnProperty"]);
    expect(mustParse({ m: sampleModel() }).models["constructor"]).toBeUndefined();
  });
});

describe("variables of a stage", () => {
  const refused =
    /^modelgate\.yml:\d+:\d+: models\.m\.stages\.train\.(?:env|secrets)\[0\]: the runner's own variables .* are not for stages; let the job set/;

  it.each([
    "INPUT_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "GITHUB_TOKEN",
    "GITHUB_ENV",
    "GITHUB_OUTPUT",
    "GITHUB_STEP_SUMMARY",
  ])("%s is the runner's own", (name) => {
    for (const key of ["env", "secrets"]) {
      const model = sampleModel({ stages: { train: { cmd: "x", outs: ["model.onnx"], [key]: [name] } } });
      expect(sentences(JSON.stringify({ version: 1, models: { m: model } })).join("\n")).toMatch(refused);
    }
  });

  it("others may be named", () => {
    const names = ["GITHUB_SHA", "HF_TOKEN", "MY_INPUT_X", "GITHUB_TOKENS"];
    const model = sampleModel({ stages: { train: { cmd: "x", outs: ["model.onnx"], secrets: names } } });
    expect(mustParse({ m: model }).models["m"]?.stages?.["train"]?.secrets).toEqual(names);
  });
});

describe("a config that is wrong", () => {
  it("says all that the grammar minds, in the order of lines", () => {
    const text = `version: 2
models:
  x y:
    evaluate: {}
  m:
    pipelin: dvc.yaml
    stages:
      train:
        cmd: 3
        deps: [/abs, 'a\\b']
        params: [3, {other.yaml: [1]}, train.l2]
        outs: m.onnx
        env: [1X]
        timeout_minutes: 0
    evaluate:
      task: binry
      dta: d.csv
      taregt: y
      model: m.onnx
      threshhold: 0.5
      threshold: "0.5"
      calibration_bins: 1.5
      slices:
    threshold: 2
    objectives:
      - { metric: roc_auc }
      - { metric: roc_auc, min: .inf }
      - { metric: roc_auc, min: "0.9", serverity: warn }
      - metric: roc_auc
        baseline: { tolerance: -1 }
        severity: wrn
        slices: al
      - { metric: roc_auc, baseline: {tolerance: "10"}, slices: [], proof: yes }
      - 3
`;
    expect(sentences(text).join("\n")).toMatchInlineSnapshot(`
      "modelgate.yml:1:10: version: expected 1, got 2; correct the value.
      modelgate.yml:3:3: the name "x y" in models: expected a model's name: letters, digits, _, - and /, starting and ending with a letter or digit; rename it.
      modelgate.yml:6:5: unknown key "pipelin" in models.m; write "pipeline".
      modelgate.yml:9:14: models.m.stages.train.cmd: expected a text or a list of texts, got 3; put it in quotes.
      modelgate.yml:10:16: models.m.stages.train.deps[0]: expected a path inside the repository, relative to \`wdir\`, with \`/\` between its parts, got "/abs"; correct the value.
      modelgate.yml:10:22: models.m.stages.train.deps[1]: expected a path inside the repository, relative to \`wdir\`, with \`/\` between its parts, got "a\\\\b"; correct the value.
      modelgate.yml:11:18: models.m.stages.train.params[0]: expected a text or a mapping, got 3; put it in quotes.
      modelgate.yml:11:35: models.m.stages.train.params[1]["other.yaml"][0]: expected a text, got 1; put it in quotes.
      modelgate.yml:12:15: models.m.stages.train.outs: expected a list of texts, got "m.onnx"; write a list: [m.onnx].
      modelgate.yml:13:15: models.m.stages.train.env[0]: expected a variable's name: letters, digits and _, not starting with a digit, got "1X"; correct the value.
      modelgate.yml:14:26: models.m.stages.train.timeout_minutes: expected a number greater than 0, got 0; correct the value.
      modelgate.yml:15:5: models.m.evaluate lacks the key "positive"; add it (a text, a number, or true or false): the target's value that counts as positive.
      modelgate.yml:16:13: models.m.evaluate.task: expected one of binary, multiclass, regression, got "binry"; write binary.
      modelgate.yml:17:7: unknown key "dta" in models.m.evaluate; write "data".
      modelgate.yml:18:7: unknown key "taregt" in models.m.evaluate; write "target".
      modelgate.yml:20:7: unknown key "threshhold" in models.m.evaluate; remove it: "threshold" is there already.
      modelgate.yml:21:18: models.m.evaluate.threshold: expected a number, got "0.5"; remove the quotes.
      modelgate.yml:22:25: models.m.evaluate.calibration_bins: expected a whole number, got 1.5; correct the value.
      modelgate.yml:23:14: models.m.evaluate.slices: expected a list of texts, got nothing; give a value, or remove the key.
      modelgate.yml:24:5: unknown key "threshold" in models.m; move it to models.<name>.evaluate.
      modelgate.yml:26:9: models.m.objectives[0]: an objective needs at least one of min, max and baseline; add a bound, such as \`min: 0.9\`.
      modelgate.yml:27:33: models.m.objectives[1].min: expected a number, got Infinity; correct the value.
      modelgate.yml:28:33: models.m.objectives[2].min: expected a number, got "0.9"; remove the quotes.
      modelgate.yml:28:40: unknown key "serverity" in models.m.objectives[2]; write "severity".
      modelgate.yml:30:32: models.m.objectives[3].baseline.tolerance: expected a number of at least 0, got -1; correct the value.
      modelgate.yml:31:19: models.m.objectives[3].severity: expected one of block, warn, got "wrn"; write warn.
      modelgate.yml:32:17: models.m.objectives[3].slices: expected all or a list of texts, got "al"; write all.
      modelgate.yml:33:50: models.m.objectives[4].baseline.tolerance: expected a number, or a percentage such as 10%, got "10"; correct the value.
      modelgate.yml:33:65: models.m.objectives[4].slices has 0 entries, expected at least 1; fill it in, or remove the key.
      modelgate.yml:33:76: models.m.objectives[4].proof: expected one of required, none, got "yes"; write required or none.
      modelgate.yml:34:9: models.m.objectives[5]: expected a mapping, got 3; correct the value."
    `);
  });

  it("says all that the cross checks mind in the models that the grammar has no quarrel with", () => {
    const text = `version: 1
models:
  m:
    stages: {}
    evaluate: { task: regression, data: d, target: t, positive: 1, model: a, custom: {"A b": {sql: x}} }
  n:
    stages: {}
    evaluate: { task: binary, data: d, target: t, positive: 1, model: m.onnx }
    objectives:
      - { metric: roc_acu, min: 0.9 }
`;
    expect(sentences(text).join("\n")).toMatchInlineSnapshot(`
      "modelgate.yml:5:55: unknown key "positive" in models.m.evaluate; remove it: only task: binary has this key.
      modelgate.yml:5:87: the name "A b" in models.m.evaluate.custom: expected a metric's name: lower-case letters, digits and _, starting with a letter; rename it.
      modelgate.yml:10:19: models.n.objectives[0].metric: no metric is called "roc_acu"; write roc_auc."
    `);
  });

  it.each([
    ["nothing", ""],
    ["a comment", "# later"],
    ["a list", "[]"],
    ["no models", "version: 1\nmodels: {}"],
    ["models that are none", "models: 3"],
    ["two pipelines", withModels({ m: sampleModel({ pipeline: "dvc.yaml" }) })],
    ["no pipeline", "version: 1\nmodels:\n  m:\n    evaluate: {task: regression, data: d, target: t, model: m}"],
    ["no artifact", withModels({ m: { stages: {}, evaluate: { task: "regression", data: "d", target: "t" } } })],
    ["no task", withModels({ m: { stages: {}, evaluate: { data: "d" } } })],
    ["a path that leads out", withModels({ m: sampleModel({ evaluate: sampleEvaluate({ model: "../m.onnx" }) }) })],
    [
      "a stage's path that leads out",
      withModels({ m: sampleModel({ stages: { t: { cmd: "x", wdir: "a", deps: ["../../b"] } } }) }),
    ],
    [
      "another task's key",
      withModels({
        m: { stages: {}, evaluate: { task: "regression", data: "d", target: "t", model: "m", positive: 1 } },
      }),
    ],
    [
      "an integer beyond 2^53",
      "version: 1\nmodels: { m: { evaluate: { task: binary, positive: 12345678901234567890 } } }",
    ],
    ["a section without anything in it", "version: 1\nmodels:\n  m:\n    stages: {}\n    evaluate:\n"],
    ["text where a list belongs", withModels({ m: sampleModel({ evaluate: sampleEvaluate({ metrics: "roc_auc" }) }) })],
  ])("says what is wrong with %s", (_, text) => {
    expect(sentences(text).join("\n")).toMatchSnapshot();
  });

  it("carries the place as data", () => {
    const parsed = parseConfig(`version: 1\nmodels:\n  m:\n    evaluat: {}\n`, "sub/modelgate.yml");
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems).toContainEqual({
      kind: "config",
      where: "sub/modelgate.yml:4:5",
      what: 'unknown key "evaluat" in models.m',
      mend: 'write "evaluate"',
      file: "sub/modelgate.yml",
      line: 4,
      column: 5,
      path: "models.m.evaluat",
    });
  });
});

describe("YAML that cannot be read", () => {
  it.each([
    ["an open bracket", "version: 1\nmodels: [1,\nfoo: 2\n"],
    ["a tab", "models:\n\tm: 1\n"],
    ["a second colon", "models: m: 1\n"],
    ["an open quote", "version: '1\n"],
    ["a tag", "version: !foo 1\n"],
    ["a language's own type", "version: !!js/function 'x'\n"],
    ["two documents", "version: 1\n---\nversion: 1\n"],
    ["a key that is a list", "[a]: 1\n"],
    ["a key twice", "version: 1\nmodels: {}\nversion: 2\n"],
    ["an alias of nothing", "version: *one\n"],
    ["an alias within its anchor", "models: &m [*m]\n"],
    ["a merge of a number", "<<: 3\n"],
    ["a prototype", 'version: 1\nmodels:\n  "__proto__": { polluted: true }\n'],
    ["a prototype in a merge", "a: &a { __proto__: { polluted: 1 } }\n"],
    ["half of a surrogate pair", 'version: "\\uD800"\n'],
    ["NUL", 'version: "a\\0b"\n'],
    ["a reserved character", "version: @one\n"],
  ])("is told from %s", (_, text) => {
    expect(sentences(text).join("\n")).toMatchSnapshot();
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});

describe("hostile texts", () => {
  const bomb = [
    "a0: &a0 [1,1,1,1,1,1,1,1,1,1]",
    ...Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(",")}]`),
  ].join("\n");
  const cases: readonly (readonly [string, string, string])[] = [
    ["a number of many digits", `models: {}\nversion: ${"9".repeat(100_000)}`, "expected 1, got 9999"],
    ["a bomb of aliases", bomb, "more than 100000 values"],
    ["deep brackets", "[".repeat(3000), "nested too deeply"],
    ["deep maps that fit the parser's stack", `${"{a: ".repeat(100)}1${"}".repeat(100)}`, "nested too deeply"],
    ["too long a text", "#".repeat(1_000_001), "at most 1000000 are read"],
    ["unknown keys", Array.from({ length: 20_000 }, (_, i) => `vers${i}: 1`).join("\n"), "more problems from here on"],
    ["mistakes", "a: [}\n".repeat(2_000), "correct the value|mend|indent|bracket"],
  ];

  it.each(cases)("end in problems: %s", (_, text, expected) => {
    const found = sentences(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(51);
    expect(found.join("\n")).toMatch(new RegExp(expected));
  });

  it.each([
    ["a key", { ["x\n".repeat(500)]: 1 }],
    ["a plain key", { ["x".repeat(5000)]: 1 }],
    ["a stage's name", { stages: { ["x".repeat(5000)]: { cmd: 3 } } }],
    ["a text", { evaluate: sampleEvaluate({ metrics: "x\n".repeat(500) }) }],
    ["a metric", { objectives: [{ metric: "x\n".repeat(500), min: 1 }] }],
    ["a slice", { objectives: [{ metric: "f1", min: 0, slices: ["x\n".repeat(500)] }] }],
  ])("cuts %s that it quotes and keeps it on one line", (_, changes) => {
    const found = sentences(withModels({ m: sampleModel(changes) }));
    expect(found).toHaveLength(1);
    expect(found[0]).not.toContain("\n");
    expect(found[0]?.length).toBeLessThan(700);
  });

  it("reads no number that would take minutes", () => {
    expect(sentences(`version: ${"9".repeat(900_000)}\nmodels: {}`).join().length).toBeLessThan(300);
  });
});

describe("any text", () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  const model = sampleModel();

  it("is a config or problems that lie within the file", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: "binary" }),
          json.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const parsed = parseConfig(text, "modelgate.yml");
          if (parsed.ok) return;
          expect(parsed.problems.length).toBeGreaterThan(0);
          const lines = text.split(/\r\n|\r|\n/).length;
          for (const { line, column, what, mend } of parsed.problems) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(lines);
            expect(column).toBeGreaterThanOrEqual(1);
            expect(`${what} ${mend}`).not.toMatch(/undefined|\[object|Invalid (input|string|key)|NaN/);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is so too when any part of a right config is replaced, removed or renamed", () => {
    const places = placesIn(model, []);
    const mutation = fc.record({
      place: fc.constantFrom(...places),
      value: json,
      how: fc.constantFrom("replace", "remove", "rename"),
    });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const changed = structuredClone(model);
        for (const { place, value, how } of mutations) mutate(changed, place, how, value);
        const parsed = parseConfig(withModels({ m: changed }), "modelgate.yml");
        const text = parsed.ok ? "" : parsed.problems.map(({ what, mend }) => `${what}; ${mend}`).join("\n");
        expect(text).not.toMatch(/undefined|\[object|Invalid (input|string|key)/);
      }),
      { numRuns: 500 },
    );
  });
});

function placesIn(value: unknown, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    ...(path.length === 0 ? [] : [path]),
    ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key])),
  ];
}

function mutate(root: object, path: readonly string[], how: string, value: unknown): void {
  const parent = path.slice(0, -1).reduce<unknown>((here, key) => Reflect.get(Object(here), key), root);
  const key = path.at(-1);
  if (typeof parent !== "object" || parent === null || key === undefined) return;
  const before: unknown = Reflect.get(parent, key);
  if (how !== "replace") Reflect.deleteProperty(parent, key);
  if (how === "replace") Reflect.set(parent, key, value);
  if (how === "rename") Reflect.set(parent, `${key.slice(1)}x`, before);
}
