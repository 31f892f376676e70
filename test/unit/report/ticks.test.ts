import { scaleLinear } from "d3-scale";
import { describe, expect, test } from "vitest";
import { horizontalTicks, ticksOf } from "../../../src/report/svg/ticks.ts";

function texts(low: number, high: number): string[] {
  return ticksOf(scaleLinear([low, high], [0, 100]), 5).map(({ text }) => text);
}

describe("ticks", () => {
  test.each([
    [0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]],
    [-300_000, 300_000, ["−300k", "−200k", "−100k", "0", "100k", "200k", "300k"]],
    [0, 2_500_000, ["0", "0.5M", "1M", "1.5M", "2M", "2.5M"]],
    [0, 9000, ["0", "2000", "4000", "6000", "8000"]],
    [0, 0.00001, ["0", "2e−6", "4e−6", "6e−6", "8e−6", "1e−5"]],
    [0, 4.5e200, ["0", "1e200", "2e200", "3e200", "4e200"]],
  ])("from %d to %d are short", (low, high, expected) => {
    expect(texts(low, high)).toEqual(expected);
  });

  test("along an axis are as many as there is room for", () => {
    const ticks = (width: number) => horizontalTicks(scaleLinear([100_000, 100_050], [0, width]), 5);
    expect(ticks(360).length).toBeGreaterThan(ticks(150).length);
    const [first, second] = ticks(150);
    if (first === undefined || second === undefined) throw new Error("an axis needs two ticks");
    const apart = ((second.value - first.value) / 50) * 150;
    expect(apart).toBeGreaterThan(first.text.length * 6);
  });
});
