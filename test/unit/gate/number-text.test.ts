import { describe, expect, it } from "vitest";
import {
  formatBeside,
  formatCount,
  formatDifference,
  formatDifferenceRange,
  formatDistance,
  formatExact,
  formatPValue,
  formatRange,
  formatValue,
} from "../../../src/gate/number-text.ts";

describe("formatValue", () => {
  it.each([
    [0.98123, null, "0.981"],
    [1, null, "1.000"],
    [0, null, "0"],
    [0.0123, null, "0.0123"],
    [0.000456, null, "0.000456"],
    [1.2e-7, null, "1.20e−7"],
    [-0.25, null, "−0.250"],
    [12.345, null, "12.35"],
    [345.67, null, "345.7"],
    [48213.4, "rows/s", "48,213 rows/s"],
    [18.42, "ms", "18.4 ms"],
    [20, "MB", "20 MB"],
    [200, "MB", "200 MB"],
    [0.5, "min", "0.5 min"],
    [12, "%", "12%"],
    [Number.NaN, null, "not a number"],
    [Number.NEGATIVE_INFINITY, null, "−∞"],
  ])("%d %s is %s", (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });
});

describe("formatDifference", () => {
  it.each([
    [0.0034, null, "+0.003"],
    [-0.0112, null, "−0.011"],
    [-0.00041, null, "−0.00041"],
    [0, null, "0"],
    [-1.234, "ms", "−1.23 ms"],
  ])("%d %s is %s", (value, unit, text) => {
    expect(formatDifference(value, unit)).toBe(text);
  });
});

describe("formatBeside", () => {
  it("shows as many digits as it takes to see on which side of the bound a value lies", () => {
    expect(formatBeside(0.96996, 0.97, null)).toBe("0.96996");
    expect(formatBeside(20.0004, 20, "ms")).toBe("20.0004 ms");
  });

  it("shows the usual digits otherwise", () => {
    expect(formatBeside(0.9712, 0.98, null)).toBe("0.971");
    expect(formatBeside(0.97, 0.97, null)).toBe("0.970");
  });
});

it("formats ranges, distances, bounds, counts and p-values", () => {
  expect(formatRange(0.9624, 0.9931, null)).toBe("0.962 to 0.993");
  expect(formatRange(18.21, 19.9, "ms")).toBe("18.2 to 19.9 ms");
  expect(formatDifferenceRange(-0.0112, 0.0031, null)).toBe("−0.011 to +0.003");
  expect(formatDistance(-0.0041, null)).toBe("0.004");
  expect(formatExact(-0.97, null)).toBe("−0.97");
  expect(formatExact(20000, "ms")).toBe("20,000 ms");
  expect(formatCount(1234567)).toBe("1,234,567");
  expect(formatPValue(0.0312)).toBe("p = 0.031");
  expect(formatPValue(0)).toBe("p < 0.001");
});

it("shows what rounding leaves of 0 as 0, but not beside a bound that it misses", () => {
  expect(formatValue(-2.22e-16, null)).toBe("0");
  expect(formatDifference(-2.22e-16, null)).toBe("0");
  expect(formatDifferenceRange(-1e-15, 0.5, null)).toBe("0 to +0.500");
  expect(formatValue(1e-9, null)).toBe("1.00e−9");
  expect(formatBeside(-2.22e-16, 0, null)).not.toBe("0");
});

describe("a value far below its unit", () => {
  it.each([
    [0.000573, "MB", "0.573 kB"],
    [0.00692, "MB", "6.92 kB"],
    [0.0692, "MB", "0.0692 MB"],
    [0.00109, "min", "0.0654 s"],
    [0.00001, "min", "0.6 ms"],
    [0.0043, "ms", "4.3 µs"],
    [0, "MB", "0 MB"],
    [0.001, null, "0.00100"],
  ])("%d %s reads %s", (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it("takes one unit for both ends of a range", () => {
    expect(formatRange(0.0001, 0.002, "MB")).toBe("0.1 to 2 kB");
    expect(formatRange(0.0001, 0.2, "MB")).toBe("0.0001 to 0.2 MB");
  });
});
