import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FloatArray } from "../../../src/metrics/observations.ts";
import { argsort, sortRows } from "../../../src/metrics/order.ts";

/** The same by the engine's own stable sort; −0 and 0 are equal to it. */
function sortedByComparison(values: FloatArray): Uint32Array {
  return Uint32Array.from(Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number)));
}

/** The same cases each time: a test that fails must fail again. */
const RUNS = { seed: 20 };

/** Numbers that share upper halves, exponents and signs, with ties and both zeros: the sort's own edges. */
const awkward = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 0, max: 3 }).map((step) => 1 + step * Number.EPSILON),
  fc.integer({ min: -3, max: 3 }).map((step) => step * Number.MIN_VALUE),
  fc.integer({ min: -2, max: 2 }),
  fc.constant(-0),
);

describe("argsort", () => {
  it("sorts doubles as a stable comparison sort does", () => {
    fc.assert(
      fc.property(fc.array(awkward, { maxLength: 200 }), (numbers) => {
        const values = Float64Array.from(numbers);
        expect(argsort(values)).toEqual(sortedByComparison(values));
      }),
      RUNS,
    );
  });

  it("sorts singles as a stable comparison sort does", () => {
    fc.assert(
      fc.property(fc.array(awkward, { maxLength: 200 }), (numbers) => {
        const values = Float32Array.from(numbers, (number) => Math.max(-3e38, Math.min(3e38, number)));
        expect(argsort(values)).toEqual(sortedByComparison(values));
      }),
      RUNS,
    );
  });

  it.each([
    ["many that agree in their upper half", (row: number) => 1 - ((row * 7919) % 5000) * 2 ** -50],
    ["many negative ones that do", (row: number) => -1 + ((row * 7919) % 5000) * 2 ** -50],
    ["denormals of both signs", (row: number) => (((row * 7919) % 5000) - 2500) * Number.MIN_VALUE],
    ["few distinct values", (row: number) => (row * 7919) % 7],
    ["one value", () => 0.3],
    ["the largest and smallest", (row: number) => (row % 2 === 0 ? -1 : 1) * Number.MAX_VALUE],
  ])("sorts 5,000 doubles: %s", (_, numberAt) => {
    const values = Float64Array.from({ length: 5000 }, (__, row) => numberAt(row));
    expect(argsort(values)).toEqual(sortedByComparison(values));
  });

  it("takes a view into a larger buffer", () => {
    const doubles = Float64Array.of(9, 3, 1, 2, 9).subarray(1, 4);
    const singles = Float32Array.of(9, 3, 1, 2, 9).subarray(1, 4);
    expect(argsort(doubles)).toEqual(Uint32Array.of(1, 2, 0));
    expect(argsort(singles)).toEqual(Uint32Array.of(1, 2, 0));
  });

  it("leaves its input as it is, and has nothing to do for none", () => {
    const values = Float64Array.of(2, 1);
    argsort(values);
    expect(values).toEqual(Float64Array.of(2, 1));
    expect(argsort(new Float64Array())).toEqual(new Uint32Array());
    expect(argsort(new Float32Array())).toEqual(new Uint32Array());
  });
});

describe("sortRows", () => {
  it("finds the ties, and carries bit 31 along", () => {
    fc.assert(
      fc.property(fc.array(awkward, { maxLength: 100 }), fc.boolean(), (numbers, single) => {
        const values = single
          ? Float32Array.from(numbers, (number) => Math.max(-3e38, Math.min(3e38, number)))
          : Float64Array.from(numbers);
        const flag = (row: number) => (row % 3 === 0 ? 2 ** 31 : 0);
        const { rows, tiedWithNext } = sortRows(
          Uint32Array.from(values.keys(), (row) => row + flag(row)),
          values,
        );
        const order = sortedByComparison(values);
        expect(rows).toEqual(order.map((row) => row + flag(row)));
        order.forEach((row, at) => {
          const next = order[at + 1];
          const tied = next !== undefined && values[row] === values[next];
          expect(tiedWithNext[at]).toBe(tied ? 1 : 0);
        });
      }),
      RUNS,
    );
  });
});
