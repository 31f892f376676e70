import { expect, test } from "vitest";
import { classifyFailure } from "../../../../src/adapters/github/request-failure.ts";

const NOW_MS = 1_000_000_000_000;

function failed(status: number, headers: Record<string, string> = {}, data: unknown = {}) {
  return Object.assign(new Error("failed"), { status, response: { status, headers, data } });
}

test.each([
  ["429 that says for how long", failed(429, { "retry-after": "7" }), { kind: "limit", waitMs: 7_000 }],
  ["429 that does not", failed(429), { kind: "limit", waitMs: 60_000 }],
  ["403 with retry-after", failed(403, { "retry-after": "30" }), { kind: "limit", waitMs: 30_000 }],
  [
    "the primary limit, until its reset",
    failed(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW_MS / 1000 + 90) }),
    { kind: "limit", waitMs: 91_000 },
  ],
  [
    "a secondary limit that only its text gives away",
    failed(403, { "x-ratelimit-remaining": "4000" }, { message: "You have exceeded a secondary rate limit." }),
    { kind: "limit", waitMs: 60_000 },
  ],
  [
    "a missing permission",
    failed(403, { "x-ratelimit-remaining": "4000" }, { message: "Resource not accessible by integration" }),
    { kind: "refused", status: 403, message: "Resource not accessible by integration" },
  ],
  [
    "a refusal of many lines",
    failed(422, {}, { message: `Invalid\n${"x".repeat(1000)}` }),
    { kind: "refused", status: 422, message: "Invalid" },
  ],
  ["a refusal without words", failed(404, {}, "<html>"), { kind: "refused", status: 404, message: "status 404" }],
  [
    "a retry-after that is a date",
    failed(429, { "retry-after": "Wed, 21 Oct 2026" }),
    { kind: "limit", waitMs: 60_000 },
  ],
] as const)("%s", (_, error, expected) => {
  expect(classifyFailure(error, NOW_MS)).toEqual(expected);
});

test.each([
  ["a 502", failed(502), 502],
  ["a broken connection", Object.assign(new Error("fetch failed"), { status: 500 }), null],
  ["anything else that is thrown", "a string", null],
])("%s is unclear: a write may have taken effect", (_, error, status) => {
  expect(classifyFailure(error, NOW_MS)).toMatchObject({ kind: "unclear", status });
});
