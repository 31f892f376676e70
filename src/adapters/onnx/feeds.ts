import type { Tensor } from "onnxruntime-node";
import type { FeatureBatch, FeatureBlock } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { loadOnnxRuntime } from "../load-native.ts";
import { toHalf } from "./half.ts";
import type { InputPlan, InputType, PlannedInput } from "./input-plan.ts";

type Values = FeatureBatch["blocks"][number];

/** A model's inputs for some rows: by input [rows × columns], row by row. */
export type Rows = { readonly count: number; readonly inputs: readonly Values[] };

/** What tells blocks apart: their type and columns, whichever model wants them. */
export function blockKey({ columns, as }: FeatureBlock): string {
  return JSON.stringify([as, columns]);
}

/** Makes a function that finds a model's inputs in batches of the blocks `wanted`. */
export function createLayout(plan: InputPlan, wanted: readonly FeatureBlock[]): (batch: FeatureBatch) => Rows {
  const keys = wanted.map(blockKey);
  const places = plan.inputs.map(({ block }) => keys.indexOf(blockKey(block)));
  return ({ rows, blocks }) => ({ count: rows, inputs: places.map((place) => blocks[place] as Values) });
}

/** Rows `from` to `from + count`, filled up with the last row to `size` rows. */
export function sliceRows(rows: Rows, plan: InputPlan, from: number, count: number, size: number): Rows {
  return {
    count: size,
    inputs: rows.inputs.map((values, index) => {
      const width = plan.inputs[index]?.block.columns.length ?? 1;
      const part = values.slice(from * width, (from + count) * width);
      return size === count ? part : padded(part, width, size - count);
    }),
  };
}

/** Tensors of rows, by input name. */
export function toFeeds(rows: Rows, plan: InputPlan): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  plan.inputs.forEach((input, index) => {
    feeds[input.name] = toTensor(input, rows.inputs[index] as Values, rows.count);
  });
  return feeds;
}

function toTensor({ type, block, isFlat, name }: PlannedInput, values: Values, rows: number): Tensor {
  const { Tensor: TensorOf } = loadOnnxRuntime();
  const dims = isFlat ? [rows] : [rows, block.columns.length];
  switch (type) {
    case "string":
      return new TensorOf("string", values as string[], dims);
    case "float16":
      // Made as bits and named afterwards: where Node has Float16Array the package wraps them in one, which its own
      // native part cannot read (onnxruntime-node 1.30 on Node 24).
      return Object.assign(new TensorOf("uint16", toHalf(values as Float32Array), dims) as Tensor, { type: "float16" });
    case "int32":
      return new TensorOf("int32", toInt32(values as BigInt64Array, name), dims);
    case "bool":
      return new TensorOf("bool", values as Uint8Array, dims);
    case "float32":
    case "float64":
    case "int64":
      return new TensorOf(type satisfies InputType, values as Float32Array, dims);
  }
}

function toInt32(values: BigInt64Array, name: string): Int32Array {
  return Int32Array.from(values, (value) => {
    if (value === BigInt.asIntN(32, value)) return Number(value);
    throw new ProblemError({
      kind: "evidence",
      where: `input ${JSON.stringify(name)}`,
      what: `it takes int32, and the data has ${value}`,
      mend: "export the model to take int64",
    });
  });
}

function padded(part: Values, width: number, missingRows: number): Values {
  const last = part.slice(part.length - width);
  const more = Array.from({ length: missingRows }, () => last);
  if (Array.isArray(part)) return [...part, ...more.flat()] as string[];
  const numbers = part as Float32Array;
  const whole = new (numbers.constructor as Float32ArrayConstructor)(numbers.length + missingRows * width);
  whole.set(numbers);
  more.forEach((row, index) => {
    whole.set(row as Float32Array, numbers.length + index * width);
  });
  return whole;
}
