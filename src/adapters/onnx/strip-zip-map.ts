import type { ModelGraph } from "./model-graph.ts";
import { bytesOf, join, writeField, writeInteger } from "./protobuf.ts";

/**
 * The model without the ZipMap that scikit-learn's exporter puts behind a classifier: the map of each row, which ONNX
 * Runtime's Node package cannot read, gives way to the tensor that it was made of. Null where there is none.
 *
 * The tensor is float [n, k], its columns in the order of the node's `classlabels_…`
 * (github.com/onnx/onnx/blob/main/docs/Operators-ml.md#ai.onnx.ml.ZipMap).
 */
export function stripZipMap(graph: ModelGraph): Uint8Array | null {
  const outputNames = new Set(graph.outputs.map(({ name }) => name));
  const zipped = graph.nodes.filter(
    ({ operator, inputs, outputs }) =>
      operator === "ZipMap" && inputs.length === 1 && outputs.length === 1 && outputNames.has(outputs[0] ?? ""),
  );
  if (zipped.length === 0) return null;
  const tensorOf = new Map(zipped.map(({ inputs, outputs }) => [outputs[0], inputs[0] ?? ""]));
  const dropped = new Set(zipped.map(({ field }) => field));
  const outputOf = new Map(graph.outputs.map(({ name, field }) => [field, name]));

  const parts = graph.graphFields.flatMap((field) => {
    if (dropped.has(field)) return [];
    const tensor = tensorOf.get(outputOf.get(field) ?? "");
    if (tensor === undefined) return [bytesOf(field.whole)];
    return outputNames.has(tensor) ? [] : [writeField(12, floatTensorInfo(tensor))];
  });
  // GraphProto is field 7 of ModelProto.
  const rest = graph.modelFields.filter(({ number }) => number !== 7).map(({ whole }) => bytesOf(whole));
  return join([...rest, writeField(7, join(parts))]);
}

/** ValueInfoProto of a float tensor whose shape is left to be inferred. */
function floatTensorInfo(name: string): Uint8Array {
  const floatType = writeInteger(1, 1);
  return join([writeField(1, name), writeField(2, writeField(1, floatType))]);
}
