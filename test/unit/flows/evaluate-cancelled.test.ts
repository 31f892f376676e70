import { expect, test } from "vitest";
import { evaluateSchema } from "../../../src/config/schema.ts";
import { type EvaluatePorts, evaluateAndCompare } from "../../../src/flows/evaluate.ts";
import type { FeatureBatch, ModelScoring, Table } from "../../../src/ports.ts";
import { makeTree } from "./fakes.ts";

const ROWS = 200;
const POSITIVE = Uint8Array.from({ length: ROWS }, (_, row) => row % 2);
const CANCELLED = /^this run: it was cancelled by SIGINT/;

const unused = () => Promise.reject(new Error("not needed here"));

function makeTable(counts: { batches: number; closed: number }): Table {
  return {
    rows: ROWS,
    columns: [],
    digest: "sha256:data",
    files: [],
    target: async () => ({ task: "binary", positive: POSITIVE }),
    numbers: unused,
    codes: async () => ({ codes: Int32Array.from(POSITIVE), values: ["0", "1"] }),
    slice: unused,
    custom: unused,
    batches: async function* (): AsyncGenerator<FeatureBatch> {
      for (let offset = 0; offset < ROWS; offset++) {
        counts.batches++;
        yield { offset, rows: 1, blocks: [] };
      }
    },
    close: async () => {
      counts.closed++;
    },
  };
}

function evaluate(score: (request: Parameters<ModelScoring["score"]>[0], cancel: () => void) => Promise<void>) {
  const controller = new AbortController();
  const counts = { batches: 0, closed: 0 };
  const cancel = () => controller.abort(new Error("SIGINT"));
  const ports: EvaluatePorts = {
    tables: { open: async () => makeTable(counts) },
    scoring: {
      prepare: () => {},
      score: async (request) => {
        await score(request, cancel);
        const scores = Float32Array.from(POSITIVE, (positive, row) => (positive + (row % 7)) / 8);
        return [{ predictions: { task: "binary", score: scores, predicted: null }, latency: null }];
      },
    },
    log: { info: () => {}, warn: () => {}, group: () => ({ line: () => {}, end: () => {} }) },
    signal: controller.signal,
  };
  const config = evaluateSchema.parse({
    model: "model.onnx",
    data: "test.csv",
    task: "binary",
    target: "y",
    positive: 1,
    metrics: ["roc_auc", "average_precision", "log_loss"],
  });
  const file = { path: "model.onnx", digest: "sha256:model", bytes: 1 };
  const candidate = { workspace: makeTree({}), file, features: null };
  const evaluation = evaluateAndCompare({ model: "m", config, objectives: [], candidate, baseline: null }, ports);
  return { evaluation, counts, signal: controller.signal };
}

test("an evaluation that nobody cancels comes to its end", async () => {
  const { evaluation, counts } = evaluate(async () => {});
  expect((await evaluation).measurements).toHaveLength(3);
  expect(counts.closed).toBe(1);
});

test("cancelled while a model is scored, it reads no further batch", async () => {
  const { evaluation, counts } = evaluate(async ({ table }, cancel) => {
    for await (const { offset } of table.batches([], 1)) if (offset === 2) cancel();
  });
  await expect(evaluation).rejects.toThrow(CANCELLED);
  // The one after the signal is read, and not handed on.
  expect(counts).toEqual({ batches: 4, closed: 1 });
});

test("cancelled while it measures, it hears of it between two metrics", async () => {
  const { evaluation, counts, signal } = evaluate(async (_, cancel) => {
    setImmediate(cancel);
  });
  await expect(evaluation).rejects.toThrow(CANCELLED);
  expect(signal.aborted).toBe(true);
  expect(counts.closed).toBe(1);
});
