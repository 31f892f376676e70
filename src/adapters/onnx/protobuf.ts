/**
 * A walker over protobuf's wire format, as much as ONNX needs. Every length is checked against the bytes that are there:
 * the file is whatever a pull request brought.
 *
 * Source: protobuf.dev/programming-guides/encoding.
 */

/** A part of a buffer. */
export type Span = { readonly bytes: Uint8Array; readonly start: number; readonly end: number };

/** One field of a message: its number, its value, and the bytes it takes with its key. */
export type Field = {
  readonly number: number;
  /** Of a varint field; beyond 2^53 only nearly right, and nothing read here is. */
  readonly integer: number;
  /** Of a length-delimited field (text, bytes, message, packed numbers); empty for any other. */
  readonly value: Span;
  readonly whole: Span;
};

/** The bytes are no protobuf message. */
export class WireError extends Error {
  constructor(what: string) {
    super(what);
    this.name = "WireError";
  }
}

/**
 * The fields of a message in the order in which they are written.
 *
 * @throws WireError where the bytes are cut off or make no sense.
 */
export function* readFields({ bytes, start, end }: Span): Generator<Field, void, undefined> {
  let at = start;
  while (at < end) {
    const key = readVarint(bytes, at, end);
    const number = Math.floor(key.value / 8);
    const wireType = key.value % 8;
    if (number < 1 || number > 536_870_911) throw new WireError(`field number ${number}`);
    const field = readValue(bytes, key.next, end, wireType);
    yield {
      number,
      integer: field.integer,
      value: { bytes, start: field.start, end: wireType === 2 ? field.next : field.start },
      whole: { bytes, start: at, end: field.next },
    };
    at = field.next;
  }
}

function readValue(
  bytes: Uint8Array,
  at: number,
  end: number,
  wireType: number,
): { readonly integer: number; readonly start: number; readonly next: number } {
  switch (wireType) {
    case 0: {
      const { value, next } = readVarint(bytes, at, end);
      return { integer: value, start: at, next };
    }
    case 1:
      return { integer: 0, start: at, next: checked(at + 8, end) };
    case 2: {
      const length = readVarint(bytes, at, end);
      return { integer: 0, start: length.next, next: checked(length.next + length.value, end) };
    }
    case 5:
      return { integer: 0, start: at, next: checked(at + 4, end) };
    default:
      throw new WireError(`wire type ${wireType}`);
  }
}

function readVarint(bytes: Uint8Array, at: number, end: number): { readonly value: number; readonly next: number } {
  let value = 0;
  let scale = 1;
  for (let next = at; next < end && next < at + 10; next++) {
    const byte = bytes[next] as number;
    value += (byte % 128) * scale;
    if (byte < 128) return { value, next: next + 1 };
    scale *= 128;
  }
  throw new WireError("a number without end");
}

function checked(next: number, end: number): number {
  if (next > end) throw new WireError("a field beyond the end");
  return next;
}

/** The text of a field. */
export function readText({ bytes, start, end }: Span): string {
  return new TextDecoder().decode(bytes.subarray(start, end));
}

/** The varints of a packed field, as signed 64-bit numbers. */
export function readPacked({ bytes, start, end }: Span): bigint[] {
  const values: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (let at = start; at < end; at++) {
    const byte = BigInt(bytes[at] as number);
    value |= (byte & 127n) << shift;
    shift += 7n;
    if (shift > 70n) throw new WireError("a number without end");
    if (byte < 128n) {
      values.push(BigInt.asIntN(64, value));
      [value, shift] = [0n, 0n];
    }
  }
  if (shift !== 0n) throw new WireError("a number without end");
  return values;
}

/** The bytes of a length-delimited field. */
export function writeField(number: number, value: Uint8Array | string): Uint8Array {
  const content = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return join([varint(number * 8 + 2), varint(content.length), content]);
}

/** The bytes of a varint field. */
export function writeInteger(number: number, value: number): Uint8Array {
  return join([varint(number * 8), varint(value)]);
}

/** One buffer of several. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The bytes of a span, without copying. */
export function bytesOf({ bytes, start, end }: Span): Uint8Array {
  return bytes.subarray(start, end);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}
