import type { Tensor } from "onnxruntime-node";
import type { FloatArray } from "../../metrics/observations.ts";
import { ProblemError } from "../../problem.ts";
import { fromHalf } from "./half.ts";

/** Numbers of all rows as they come batch by batch: [n, width], row by row. */
export type NumbersSoFar = {
  readonly width: number;
  readonly values: FloatArray;
  /** Rows with a number that is NaN or infinite, and the first of them. */
  readonly notFinite: { count: number; first: number | null };
};

/** Labels of all rows as they come: codes [n] into the distinct texts. */
export type LabelsSoFar = { readonly codes: Int32Array; readonly codeOf: Map<string, number> };

/** Of a row: more classes than any target has. */
const MOST_NUMBERS = 4096;

/**
 * Copies the first `rows` rows of an output into its place among all `total` rows; makes the place at the first batch.
 *
 * @throws ProblemError where the output is no number for each row.
 */
export function addNumbers(
  so: NumbersSoFar | null,
  output: Tensor | undefined,
  at: { readonly offset: number; readonly rows: number; readonly given: number; readonly total: number },
  where: string,
): NumbersSoFar {
  const found = numbersOf(output);
  const width = found === null ? 0 : found.length / at.given;
  const isWidth = Number.isInteger(width) && width >= 1 && width <= MOST_NUMBERS;
  if (found === null || !isWidth || (so !== null && so.width !== width)) {
    throw new ProblemError({
      kind: "evidence",
      where,
      what: `it gave ${found === null ? "no numbers" : `${found.length} numbers`} for ${at.given} rows`,
      mend: "let it give one row of numbers for each row of the data",
    });
  }
  const size = at.total * width;
  const place = so ?? {
    width,
    notFinite: { count: 0, first: null },
    values: found instanceof Float64Array ? new Float64Array(size) : new Float32Array(size),
  };
  const used = at.rows === at.given ? found : found.subarray(0, at.rows * width);
  place.values.set(used, at.offset * width);
  noteNotFinite(place, used, at.offset);
  return place;
}

/** Looked at while they come, when DuckDB is reading the next rows, and not once more at the end. */
function noteNotFinite({ notFinite, width }: NumbersSoFar, values: FloatArray, offset: number): void {
  let lastRow = -1;
  for (let at = 0; at < values.length; at++) {
    if (Number.isFinite(values[at])) continue;
    const row = offset + Math.floor(at / width);
    if (row !== lastRow) notFinite.count++;
    lastRow = row;
    notFinite.first ??= row;
  }
}

/**
 * Codes the labels of the first `rows` rows of an output.
 *
 * @throws ProblemError where the output is no label for each row.
 */
export function addLabels(
  so: LabelsSoFar | null,
  output: Tensor | undefined,
  at: { readonly offset: number; readonly rows: number; readonly given: number; readonly total: number },
  where: string,
): LabelsSoFar {
  const place = so ?? { codes: new Int32Array(at.total), codeOf: new Map<string, number>() };
  const labels = output?.data;
  if (labels === undefined || labels.length !== at.given) {
    throw new ProblemError({
      kind: "evidence",
      where,
      what: `it gave ${labels?.length ?? 0} labels for ${at.given} rows`,
      mend: "let it give one label for each row of the data",
    });
  }
  for (let row = 0; row < at.rows; row++) {
    const text = String(labels[row]);
    let code = place.codeOf.get(text);
    if (code === undefined) {
      code = place.codeOf.size;
      place.codeOf.set(text, code);
    }
    place.codes[at.offset + row] = code;
  }
  return place;
}

function numbersOf(output: Tensor | undefined): FloatArray | null {
  if (output === undefined) return null;
  if (output.type === "float16") {
    const { buffer, byteOffset, byteLength } = output.data as unknown as Uint16Array;
    return fromHalf(new Uint16Array(buffer, byteOffset, byteLength / 2));
  }
  return output.data instanceof Float32Array || output.data instanceof Float64Array ? output.data : null;
}
