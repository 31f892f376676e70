import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parseReport, reportText, sealReport, verifyDigest } from "../../../src/report/build-report.ts";
import type { Report } from "../../../src/report/schema.ts";
import { failing, hostile, passing } from "../../fixtures/reports/scenarios.ts";

const sha256 = (text: string) => `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;

function sealed(report: Report): Report {
  return sealReport(report, sha256);
}

function refusal(text: string): string {
  const parsed = parseReport(text);
  if (parsed.ok) throw new Error("the text was taken for a report");
  return parsed.problem;
}

/** The passing report's JSON with one replacement in its text. */
function changed(from: string, to: string): string {
  const text = reportText(sealed(passing().report));
  expect(text).toContain(from);
  return text.replace(from, to);
}

describe("a report", () => {
  test.each([
    ["passing", passing],
    ["failing", failing],
    ["hostile", hostile],
  ])("of the scenario %s is read back as it was written", (_, scenario) => {
    const report = sealed(scenario().report);
    const parsed = parseReport(reportText(report));
    expect(parsed).toEqual({ ok: true, report });
    expect(verifyDigest(report, sha256)).toBe(true);
  });

  test("has the same text whatever the order of its keys", () => {
    const report = sealed(passing().report);
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, child]) => [key, turned(child)]),
      );
    };
    expect(reportText(turned(report) as Report)).toBe(reportText(report));
  });

  test("keeps its digest when only the run differs, and loses it when a number does", () => {
    const { report } = passing();
    const first = sealed(report);
    const second = sealed({ ...report, run: { ...report.run, seconds: 99, attempt: 2 } });
    expect(second.digest).toBe(first.digest);
    const forged = structuredClone(first);
    const [model] = forged.evidence.models;
    if (model?.outcome !== "measured" || !model.measurements[0]?.candidate.measured)
      throw new Error("unlike the fixture");
    model.measurements[0].candidate.value = 0.99999;
    expect(verifyDigest(forged, sha256)).toBe(false);
  });
});

describe("reading a report", () => {
  test("refuses what is no JSON without quoting it", () => {
    expect(refusal("<script>alert(1)</script>")).toBe("the report cannot be read: it is not JSON");
    expect(refusal("")).toContain("not JSON");
  });

  test("refuses unknown keys, wrong types and other versions, and says where", () => {
    expect(refusal(changed('"version":1', '"version":2'))).toContain("`version`");
    expect(refusal(changed('"pullRequest":12', '"pullRequest":"12"'))).toContain("`evidence.pullRequest`");
    expect(refusal(changed('"pullRequest":12', '"pullRequest":12,"extra":true'))).toContain("extra");
    expect(refusal("null")).toContain("the document");
    expect(refusal("[]")).toContain("the document");
  });

  test("refuses numbers that are not finite", () => {
    expect(refusal(changed('"seconds":12.4', '"seconds":1e999'))).toContain("not finite");
  });

  test("refuses a key that would reach the prototype, at any depth, and takes other inherited names", () => {
    expect(refusal(changed('"l2":0.01', '"__proto__":{"polluted":true},"l2":0.01'))).toContain("__proto__");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(parseReport(changed('"l2":0.01', '"constructor":1,"toString":2,"l2":0.01')).ok).toBe(true);
  });

  test("refuses nesting that would exhaust the stack", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(refusal(changed('"l2":0.01', `"l2":${deep}`))).toContain("nested deeper");
  });

  test("refuses text that has no UTF-8, since it has no digest", () => {
    expect(refusal(changed('"repository":"acme/oncology"', '"repository":"\\ud800"'))).toContain("not Unicode");
    expect(refusal(changed('"l2":0.01', '"\\udfff":0.01'))).toContain("not Unicode");
  });

  test("refuses a text that is too long before it parses it", () => {
    expect(refusal(" ".repeat(64 * 1024 * 1024 + 1))).toContain("longer than");
  });
});
