import type { InferenceSession } from "onnxruntime-node";
import type { Task } from "../../metrics/observations.ts";
import { ProblemError } from "../../problem.ts";
import type { LoadedModel } from "./load-model.ts";

/** Which outputs of a model are read. */
export type OutputPlan = {
  /** Probabilities, scores or values. */
  readonly numbers: string | null;
  /** Predicted labels. */
  readonly labels: string | null;
};

type TensorOutput = Extract<InferenceSession.ValueMetadata, { readonly isTensor: true }>;

const FLOATS = new Set(["float32", "float64", "float16"]);
const LABELS = new Set(["int64", "int32", "string", "bool"]);
/** Names that exporters give, the likeliest first. */
const NUMBER_NAMES = [
  /^(output_)?probabilit(y|ies)$/i,
  /prob/i,
  /^scores?$/i,
  /score/i,
  /^variable$/i,
  /^output/i,
  /^logits?$/i,
  /pred/i,
];
const LABEL_NAMES = [/^(output_)?label$/i, /label/i, /class/i, /pred/i];

/**
 * Recognises what a model gives, by type, shape and name: a float tensor [n], [n, 1] or [n, k] is probabilities, scores or
 * values; an int64 or string tensor [n] is labels.
 *
 * @throws ProblemError where nothing fits the task, or several outputs fit equally well.
 */
export function planOutputs(model: LoadedModel, task: Task): OutputPlan {
  const outputs = model.session.outputMetadata;
  const tensors = outputs.filter((output): output is TensorOutput => output.isTensor);
  const numbers = choose(
    tensors.filter((output) => FLOATS.has(output.type) && isRows(output)),
    NUMBER_NAMES,
    model.name,
    outputs,
  );
  const labels = choose(
    tensors.filter((output) => LABELS.has(output.type) && isRows(output)),
    LABEL_NAMES,
    model.name,
    outputs,
  );
  if (task === "regression") {
    if (numbers !== null) return { numbers, labels: null };
    throw nothing(model.name, "a float output [n] or [n, 1] with the predicted value", outputs);
  }
  if (numbers === null && labels === null) throw nothing(model.name, "an output with probabilities or labels", outputs);
  return { numbers, labels };
}

function isRows({ shape }: TensorOutput): boolean {
  // ONNX Runtime gives no dimensions for a shape that it could not infer.
  return shape.length <= 2;
}

function choose(
  candidates: readonly TensorOutput[],
  names: readonly RegExp[],
  where: string,
  outputs: readonly InferenceSession.ValueMetadata[],
): string | null {
  if (candidates.length <= 1) return candidates[0]?.name ?? null;
  for (const pattern of names) {
    const matching = candidates.filter(({ name }) => pattern.test(name));
    if (matching.length === 1) return matching[0]?.name ?? null;
    if (matching.length > 1) break;
  }
  throw new ProblemError({
    kind: "evidence",
    where,
    what: `it has several outputs that could be the prediction (${describeAll(outputs)})`,
    mend: "export it with one output of probabilities or values, named `probabilities`",
  });
}

function nothing(where: string, wanted: string, outputs: readonly InferenceSession.ValueMetadata[]): ProblemError {
  const hasMap = outputs.some(({ isTensor }) => !isTensor);
  return new ProblemError({
    kind: "evidence",
    where,
    what: `it lacks ${wanted}; it has ${describeAll(outputs)}`,
    mend: hasMap
      ? "export it without maps: to_onnx(model, options={'zipmap': False})"
      : "export it with such an output",
  });
}

function describeAll(outputs: readonly InferenceSession.ValueMetadata[]): string {
  return outputs
    .map((output) => {
      const kind = output.isTensor
        ? `${output.type} [${output.shape.map((size) => size || "?").join(", ")}]`
        : "a sequence or map";
      return `${JSON.stringify(output.name)}: ${kind}`;
    })
    .join(", ");
}
