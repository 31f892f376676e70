import { describe, expect, test } from "vitest";
import {
  COMMENT_BODY_CHARACTERS,
  isLaterRun,
  MARKER_CHARACTERS,
  markBody,
  readMarkedBody,
} from "../../../../src/adapters/github/comment-marker.ts";

const run = { headSha: "a".repeat(40), runId: 12, runAttempt: 3 };

describe("the marker", () => {
  test("is read back as it was written, with and without CRLF", () => {
    const text = markBody("modelgate:report", run, "## Pass\n\ntext");
    expect(readMarkedBody("modelgate:report", text)).toEqual({ run, body: "## Pass\n\ntext" });
    expect(readMarkedBody("modelgate:report", text.replaceAll("\n", "\r\n"))).toEqual({ run, body: "## Pass\n\ntext" });
  });

  test.each([
    ["quoted", (text: string) => `> ${text}`],
    ["indented", (text: string) => ` ${text}`],
    ["further down", (text: string) => `\n${text}`],
    ["of another name", (text: string) => text.replace("report", "other")],
    ["with a run that is no number", (text: string) => text.replace("run=12", "run=1e99")],
    ["with something after it", (text: string) => text.replace("-->", "--> x")],
  ])("does not count %s", (_, change) => {
    expect(readMarkedBody("modelgate:report", change(markBody("modelgate:report", run, "body")))).toBeNull();
  });

  test("and body fit into GitHub's limit at their longest, and no more is taken", () => {
    const longest = { headSha: "f".repeat(40), runId: Number.MAX_SAFE_INTEGER, runAttempt: 2 ** 31 };
    const marker = "m".repeat(64);
    const empty = markBody(marker, longest, "");
    expect(empty.length).toBeLessThanOrEqual(MARKER_CHARACTERS);
    expect(markBody(marker, longest, "x".repeat(COMMENT_BODY_CHARACTERS)).length).toBeLessThanOrEqual(65_536);
    expect(() => markBody(marker, longest, "x".repeat(COMMENT_BODY_CHARACTERS + 1))).toThrow(RangeError);
    expect(() => markBody("--> <script>", run, "")).toThrow(RangeError);
  });

  test.each([
    [13, 1, true],
    [12, 4, true],
    [12, 3, false],
    [12, 2, false],
    [11, 9, false],
  ])("run %i attempt %i is later than 12.3: %s", (runId, runAttempt, later) => {
    expect(isLaterRun({ runId, runAttempt }, run)).toBe(later);
  });
});
