import { expect, test } from "vitest";
import { tokenKind } from "../../../../src/adapters/github/token-kind.ts";

test.each([
  ["ghs_abc", "app"],
  ["v1.0123456789012345678901234567890123456789", "app"],
  ["ghp_abc", "person"],
  ["github_pat_abc", "person"],
  ["0123456789abcdef0123456789abcdef01234567", "person"],
])("a token like %s speaks for: %s", (token, kind) => {
  expect(tokenKind(token)).toBe(kind);
});
