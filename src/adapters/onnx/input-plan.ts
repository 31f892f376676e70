import type { InferenceSession } from "onnxruntime-node";
import { nearest } from "../../config/nearest.ts";
import { numericFeatures } from "../../measurement/numeric-features.ts";
import type { Column, FeatureBlock } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import type { LoadedModel } from "./load-model.ts";

/** Tensor types that a column can be fed as, and what the table gives for them. */
const TABLE_TYPE = {
  float32: "float32",
  float64: "float64",
  float16: "float32",
  int64: "int64",
  int32: "int64",
  bool: "bool",
  string: "string",
} as const satisfies Record<string, FeatureBlock["as"]>;

/** More rows than these are not made up to fill a call. */
const MOST_FIXED_ROWS = 65_536;

export type InputType = keyof typeof TABLE_TYPE;

/** One input of a model and the columns that go into it, side by side. */
export type PlannedInput = {
  readonly name: string;
  readonly type: InputType;
  readonly block: FeatureBlock;
  /** [n] instead of [n, columns]. */
  readonly isFlat: boolean;
};

/** How a model is fed. */
export type InputPlan = {
  readonly inputs: readonly PlannedInput[];
  /** The number of rows that the model takes in each call; null: any. */
  readonly fixedRows: number | null;
};

export type InputRequest = {
  readonly columns: readonly Column[];
  readonly features: readonly string[] | null;
  /** The target's column, which no model may be fed. */
  readonly truth: string;
  readonly exclude: readonly string[];
};

type TensorInput = Extract<InferenceSession.ValueMetadata, { readonly isTensor: true }>;

/**
 * Matches a model's inputs with the table's columns: one input for each column, by name, or one input [n, F] for the
 * features in their order.
 *
 * @throws ProblemError where a column is missing, is of another type or the target itself, or the number of features differs.
 */
export function planInputs(model: LoadedModel, request: InputRequest): InputPlan {
  const inputs = model.session.inputMetadata.map((input) => tensorInput(input, model.name));
  const named = new Set(request.columns.map(({ name }) => name));
  const [only] = inputs;
  const isMatrix = inputs.length === 1 && only !== undefined && !(named.has(only.name) && isColumn(only));
  const planned = isMatrix
    ? [planMatrix(only, model.name, request)]
    : inputs.map((input) => planColumn(input, model.name, request));
  for (const { block } of planned) {
    refuseTruth(block, model.name, request);
    refuseWrongTypes(block, model.name, request);
  }
  return { inputs: planned, fixedRows: fixedRowsOf(inputs, model.name) };
}

function tensorInput(input: InferenceSession.ValueMetadata, where: string): TensorInput & { readonly type: InputType } {
  if (!input.isTensor) {
    throw refused(
      where,
      `its input ${quoted(input.name)} is no tensor`,
      "export it with one input per column, or one matrix",
    );
  }
  if (!Object.hasOwn(TABLE_TYPE, input.type)) {
    throw refused(
      where,
      `its input ${quoted(input.name)} takes ${input.type}`,
      "export it to take float, double, int64, bool or string",
    );
  }
  if (input.shape.length < 1 || input.shape.length > 2) {
    throw refused(
      where,
      `its input ${quoted(input.name)} has the shape [${input.shape.join(", ")}]`,
      "export it to take rows: [n, features], or one input [n, 1] per column; or give `predictions`",
    );
  }
  return input as TensorInput & { readonly type: InputType };
}

/** [n] or [n, 1]. */
function isColumn({ shape }: TensorInput): boolean {
  return shape.length === 1 || shape[1] === 1;
}

function planColumn(
  input: TensorInput & { readonly type: InputType },
  where: string,
  request: InputRequest,
): PlannedInput {
  const { name, type, shape } = input;
  if (!request.columns.some((column) => column.name === name)) {
    const near = nearest(
      name,
      request.columns.map((column) => column.name),
    );
    throw refused(
      where,
      `it takes ${quoted(name)}, and the data has no such column`,
      near === null
        ? "name the model's inputs as the data's columns"
        : `the nearest is ${quoted(near)}: name one as the other`,
    );
  }
  if (shape.length === 2 && typeof shape[1] === "number" && shape[1] !== 1) {
    throw refused(
      where,
      `its input ${quoted(name)} takes ${shape[1]} columns and is not the only one`,
      "export it with one input per column, or one matrix",
    );
  }
  return { name, type, block: { columns: [name], as: TABLE_TYPE[type] }, isFlat: shape.length === 1 };
}

function planMatrix(
  input: TensorInput & { readonly type: InputType },
  where: string,
  request: InputRequest,
): PlannedInput {
  const { name, type, shape } = input;
  const features = request.features ?? defaultFeatures(request);
  const unknown = features.find((feature) => !request.columns.some((column) => column.name === feature));
  if (unknown !== undefined) {
    const near = nearest(
      unknown,
      request.columns.map((column) => column.name),
    );
    throw refused(
      "evaluate.features",
      `${quoted(unknown)} is no column of the data`,
      near === null ? "name the data's columns" : `write ${quoted(near)}, if that is what was meant`,
    );
  }
  const wanted = shape.length === 1 ? 1 : shape[1];
  const isCount = typeof wanted === "number";
  if (features.length === 0 || (isCount && wanted !== features.length)) {
    const source = request.features === null ? "numeric columns" : "`features`";
    throw refused(
      where,
      `model and data disagree on features: the model wants ${isCount ? wanted : "some"}, the data's ${source} give ${features.length} (${shortList(features)})`,
      "list under `features` what the model was trained on, in its order",
    );
  }
  return { name, type, block: { columns: features, as: TABLE_TYPE[type] }, isFlat: shape.length === 1 };
}

function defaultFeatures({ columns, truth, exclude }: InputRequest): readonly string[] {
  return numericFeatures(columns, [truth, ...exclude]);
}

function refuseTruth({ columns }: FeatureBlock, where: string, { truth }: InputRequest): void {
  if (!columns.includes(truth)) return;
  throw refused(
    where,
    `it takes ${quoted(truth)} as an input, which is the target that it is to predict`,
    "train and export it without the target",
  );
}

function refuseWrongTypes(wanted: FeatureBlock, where: string, { columns }: InputRequest): void {
  if (wanted.as === "string") return;
  for (const name of wanted.columns) {
    const type = columns.find((column) => column.name === name)?.type;
    if (type === undefined || type === "number" || type === "boolean") continue;
    throw refused(
      where,
      `it takes ${quoted(name)} as ${wanted.as}, and the data has ${type === "string" ? "text" : type} there`,
      "encode the column inside the model or before it, or leave it out of `features`",
    );
  }
}

function fixedRowsOf(inputs: readonly TensorInput[], where: string): number | null {
  const fixed = new Set(inputs.flatMap(({ shape }) => (typeof shape[0] === "number" ? [shape[0]] : [])));
  const [rows] = fixed;
  if (rows !== undefined && rows > MOST_FIXED_ROWS) {
    throw refused(where, `it takes ${rows} rows at once`, "export it with a free batch dimension");
  }
  if (fixed.size > 1 || rows === 0) {
    throw refused(where, "its inputs do not agree on the number of rows", "export it with a free batch dimension");
  }
  return rows ?? null;
}

function shortList(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(", ")}, …` : names.join(", ") || "none";
}

function quoted(name: string): string {
  return JSON.stringify(name);
}

function refused(where: string, what: string, mend: string): ProblemError {
  return new ProblemError({ kind: "evidence", where, what, mend });
}
