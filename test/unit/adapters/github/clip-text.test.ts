import { expect, test } from "vitest";
import { clipBytes, clipCharacters } from "../../../../src/adapters/github/clip-text.ts";

test.each([
  ["abc", 3, "abc"],
  ["abcd", 3, "ab…"],
  ["a😀b", 3, "a…"],
  ["😀😀", 4, "😀😀"],
])("%s in %i characters is %s", (text, limit, expected) => {
  expect(clipCharacters(text, limit)).toBe(expected);
});

test.each([
  ["abcd", 4, "abcd"],
  ["abcde", 4, "a…"],
  ["ééé", 6, "ééé"],
  ["éééé", 6, "é…"],
  ["a😀b", 6, "a😀b"],
  ["a😀bc", 6, "a…"],
])("%s in %i bytes is %s", (text, limit, expected) => {
  expect(clipBytes(text, limit)).toBe(expected);
  expect(Buffer.byteLength(clipBytes(text, limit))).toBeLessThanOrEqual(limit);
});
