import { expect, test } from "vitest";
import { formatBytes, formatSeconds } from "../../../src/report/view/quantity-text.ts";

test.each([
  [0, "0 s"],
  [0.424, "0.42 s"],
  [12.34, "12.3 s"],
  [59.96, "1 min 00 s"],
  [245, "4 min 05 s"],
  [3599.7, "1 h 00 min"],
  [7620, "2 h 07 min"],
])("%d seconds read %s", (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [3400, "3.4 kB"],
  [999_600, "1 MB"],
  [412_000_000, "412 MB"],
  [1.2e9, "1.2 GB"],
  [5e15, "5000 TB"],
])("%d bytes read %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
