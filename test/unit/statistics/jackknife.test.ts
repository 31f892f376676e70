import { describe, expect, test } from "vitest";
import { jackknifeDifference, jackknifeEstimate, jackknifeUncertainty } from "../../../src/statistics/jackknife.ts";
import { dealBlocks, groupingOf, leaveOut } from "../../../src/statistics/leave-out.ts";
import { createRandom } from "../../../src/statistics/random.ts";

/** Means of 20 blocks of one row each, and what is left without each. */
const rows = Array.from({ length: 20 }, (_, at) => Math.sin(at) + 3);
const mean = rows.reduce((sum, row) => sum + row, 0) / 20;
const leftOut = rows.map((row) => (20 * mean - row) / 19);

test("of a mean the jackknife is the usual standard error, with 19 degrees of freedom", () => {
  const variance = rows.reduce((sum, row) => sum + (row - mean) ** 2, 0) / 19;
  expect(jackknifeUncertainty(mean, leftOut)).toEqual({
    kind: "t",
    method: "jackknife over 20 blocks",
    standardError: expect.closeTo(Math.sqrt(variance / 20), 12),
    degreesOfFreedom: 19,
  });
});

describe("unknown is", () => {
  test.each<[string, (number | null)[]]>([
    ["what is undefined without a block", (leftOut as (number | null)[]).with(3, null)],
    ["what is not a number without a block", leftOut.with(3, Number.NaN)],
    ["what never changes", Array<number>(20).fill(mean)],
    [
      "what hangs on one block, as a maximum does",
      Array<number>(20)
        .fill(mean)
        .with(7, mean - 1),
    ],
  ])("%s", (_, values) => {
    expect(jackknifeUncertainty(mean, values)).toMatchObject({ kind: "unknown" });
  });

  test("what counts fewer than 10 events, on either side of a difference", () => {
    const metric = { value: mean, leftOut, events: 10 };
    const other = { value: mean - 1, leftOut: leftOut.map((left) => left ** 2), events: null };
    expect(jackknifeEstimate(metric).uncertainty.kind).toBe("t");
    expect(jackknifeEstimate({ ...metric, events: 9 }).uncertainty).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("9 rows"),
    });
    expect(jackknifeDifference(metric, other).uncertainty.kind).toBe("t");
    expect(jackknifeDifference({ ...metric, events: 9 }, other).uncertainty.kind).toBe("unknown");
    expect(jackknifeDifference(other, { ...metric, events: 0 }).uncertainty.kind).toBe("unknown");
  });
});

test("a difference is candidate minus baseline, block by block", () => {
  const shifted = { value: mean + 0.5, leftOut: leftOut.map((left, at) => left + 0.5 + at / 100), events: null };
  const plain = { value: mean, leftOut, events: null };
  const { value, uncertainty } = jackknifeDifference(shifted, plain);
  expect(value).toBeCloseTo(0.5, 12);
  // Left-out differences 0.5, 0.51, …, 0.69: √(19/20 · Σ(d − mean)²)
  expect(uncertainty).toMatchObject({ standardError: expect.closeTo(Math.sqrt((19 / 20) * 0.0665), 10) });
  expect(() => jackknifeDifference(plain, { ...shifted, leftOut: leftOut.slice(1) })).toThrow(RangeError);
  const undefinedOnce = { ...shifted, leftOut: (shifted.leftOut as (number | null)[]).with(0, null) };
  expect(jackknifeDifference(plain, undefinedOnce).uncertainty.kind).toBe("unknown");
});

describe("blocks", () => {
  test("take every row once, in equal numbers, at random", () => {
    const blocks = dealBlocks(103, null, 10, createRandom("deal"));
    expect(blocks.flatMap((block) => [...block]).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 103 }, (_, row) => row),
    );
    expect(new Set(blocks.map((block) => block.length))).toEqual(new Set([10, 11]));
    expect([...(blocks[0] as Uint32Array)]).not.toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  });

  test("keep groups whole", () => {
    const groups = groupingOf(Int32Array.from({ length: 60 }, (_, row) => 5 * (row % 12)));
    expect(groups.count).toBe(12);
    for (const block of dealBlocks(60, groups, 6, createRandom("groups"))) {
      expect(block).toHaveLength(10);
      expect(new Set([...block].map((row) => row % 12)).size).toBe(2);
    }
  });

  test("are left out one after the other, and put back", () => {
    const total = (counts: Uint32Array): number => counts.reduce((sum, count) => sum + count, 0);
    const weighted = (counts: Uint32Array): number => counts.reduce((sum, count, row) => sum + row * count, 0);
    const blocks = [Uint32Array.of(0, 3), Uint32Array.of(1), Uint32Array.of(2)];
    expect(leaveOut(4, blocks, [total, weighted])).toEqual([Float64Array.of(2, 3, 3), Float64Array.of(3, 5, 4)]);
  });
});
