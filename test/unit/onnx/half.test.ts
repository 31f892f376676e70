import { describe, expect, it } from "vitest";
import { fromHalf, toHalf } from "../../../src/adapters/onnx/half.ts";

describe("half precision", () => {
  // IEEE 754-2019, binary16; the ties go to the even neighbour.
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [2 ** -25 * 1.001, 0x0001],
    [0.1, 0x2e66],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
  ])("%d is 0x%s", (value, bits) => {
    expect(toHalf(Float32Array.of(value))[0]).toBe(bits);
  });

  it("comes back from every bit pattern", () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, pattern) => pattern);
    const values = fromHalf(bits);
    const again = toHalf(values);
    for (let pattern = 0; pattern < 65_536; pattern++) {
      if (Number.isNaN(values[pattern])) expect((again[pattern] as number) & 0x7fff).toBe(0x7e00);
      else expect(again[pattern]).toBe(pattern);
    }
  });
});
