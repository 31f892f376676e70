// Just enough of ONNX's protobuf format to write a small graph (https://onnx.ai/onnx/repo-docs/IR.html, onnx.proto3).

const varint = (value) => {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
};
const bytes = (field, content) => Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
const text = (field, value) => bytes(field, Buffer.from(value));
const int = (field, value) => Buffer.concat([varint(field << 3), varint(value)]);
const message = (field, ...parts) => bytes(field, Buffer.concat(parts));

const FLOAT = 1;
const INT_ATTRIBUTE = 2;

/** A float tensor that is part of the model. */
export const tensor = (name, shape, values) =>
  Buffer.concat([
    ...shape.map((size) => int(1, size)),
    int(2, FLOAT),
    text(8, name),
    bytes(9, Buffer.from(Float32Array.from(values).buffer)),
  ]);

/** One operation; attributes are integers. */
export const node = (operator, inputs, outputs, attributes = {}) =>
  Buffer.concat([
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) =>
      message(5, text(1, name), int(3, value), int(20, INT_ATTRIBUTE)),
    ),
  ]);

/** A float input or output of shape [rows, columns], with any number of rows. */
export const value = (name, columns) =>
  Buffer.concat([
    text(1, name),
    message(2, message(1, int(1, FLOAT), message(2, message(1, text(2, "rows")), message(1, int(1, columns))))),
  ]);

/** The file: one graph, operators of the default set. */
export const model = ({ name, nodes, inputs, outputs, tensors }) =>
  Buffer.concat([
    int(1, 8), // IR version
    text(2, "modelgate-example"),
    message(
      7,
      ...nodes.map((one) => bytes(1, one)),
      text(2, name),
      ...tensors.map((one) => bytes(5, one)),
      ...inputs.map((one) => bytes(11, one)),
      ...outputs.map((one) => bytes(12, one)),
    ),
    message(8, text(1, ""), int(2, 17)), // operator set
  ]);
