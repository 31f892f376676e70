import { parseConfig } from "../../../src/config/load.ts";
import type { Config } from "../../../src/config/schema.ts";
import { describeProblem } from "../../../src/problem.ts";

/** Plain data that a test changes before it is written out; JSON is YAML. */
export type Plain = { [key: string]: unknown };

/** A whole model that nothing is wrong with. */
export function sampleModel(changes: Plain = {}): Plain {
  return {
    stages: {
      train: {
        cmd: "node train.mjs",
        deps: ["train.mjs", "data/train.csv"],
        params: ["train.l2", "train.epochs"],
        outs: ["model.onnx"],
      },
    },
    evaluate: sampleEvaluate(),
    objectives: [{ metric: "roc_auc", min: 0.97 }],
    ...changes,
  };
}

export function sampleEvaluate(changes: Plain = {}): Plain {
  return {
    task: "binary",
    data: "data/test.csv",
    target: "diagnosis",
    positive: "malignant",
    model: "model.onnx",
    ...changes,
  };
}

export function withModels(models: Plain): string {
  return JSON.stringify({ version: 1, models });
}

export function mustParse(models: Plain): Config {
  const parsed = parseConfig(withModels(models), "modelgate.yml");
  if (!parsed.ok) throw new Error(parsed.problems.map(describeProblem).join("\n"));
  return parsed.config;
}

/** The problems' sentences; empty for a file that is right. */
export function sentences(text: string): readonly string[] {
  const parsed = parseConfig(text, "modelgate.yml");
  return parsed.ok ? [] : parsed.problems.map(describeProblem);
}

/** The sentences about one model, without their places: JSON stands on one line. */
export function complaints(model: Plain): readonly string[] {
  return sentences(withModels({ m: model })).map((sentence) => sentence.replace(/^modelgate\.yml:\d+:\d+: /, ""));
}
