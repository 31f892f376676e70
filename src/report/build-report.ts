import type { z } from "zod";
import { canonicalJson } from "./canonical-json.ts";
import { unsafeJson } from "./json-limits.ts";
import { type Json, type Report, reportSchema } from "./schema.ts";

/** Gives the digest of a text's UTF-8 bytes, as `sha256:` and 64 hexadecimal digits. */
export type Sha256 = (text: string) => string;

/**
 * A resampled measurement of both models takes about 4,800 characters: this is some 14,000 of them (700 slices × 20
 * metrics), read in about 1.5 s and 0.5 GB. What is larger is refused, for whoever reads it did not write it.
 */
const MAX_REPORT_CHARACTERS = 64 * 1024 * 1024;
/** Everything but parameters is at most 10 levels deep. */
const MAX_DEPTH = 40;
const MAX_VALUES = 8_000_000;

/** A report, or what is wrong with the text that should be one. */
export type ParsedReport =
  | { readonly ok: true; readonly report: Report }
  | { readonly ok: false; readonly problem: string };

/** A report of the evidence, with its digest over canonical JSON (RFC 8785). What the run took is not part of the digest. */
export function sealReport(parts: Pick<Report, "evidence" | "run">, sha256: Sha256): Report {
  return { version: 1, digest: evidenceDigest(parts.evidence, sha256), evidence: parts.evidence, run: parts.run };
}

/** True where the report's digest is that of its evidence. */
export function verifyDigest(report: Report, sha256: Sha256): boolean {
  return report.digest === evidenceDigest(report.evidence, sha256);
}

/** The report as JSON: the same report gives the same text, and ends in a line break. */
export function reportText(report: Report): string {
  return `${canonicalJson(asJson(report))}\n`;
}

/**
 * Reads a report from outside. Its size, depth and numbers are checked before its shape, and keys that the schema does
 * not know are refused. Whether the digest fits is `verifyDigest`'s to say.
 */
export function parseReport(text: string): ParsedReport {
  if (text.length > MAX_REPORT_CHARACTERS) return refused(`it is longer than ${MAX_REPORT_CHARACTERS} characters`);
  const parsed = parseJson(text);
  if (!parsed.ok) return refused("it is not JSON");
  const danger = unsafeJson(parsed.document, { depth: MAX_DEPTH, values: MAX_VALUES });
  if (danger !== null) return refused(danger);
  const result = reportSchema.safeParse(parsed.document);
  if (result.success) return { ok: true, report: result.data };
  return refused(describeIssue(result.error.issues[0]));
}

function evidenceDigest(evidence: Report["evidence"], sha256: Sha256): string {
  return sha256(canonicalJson(asJson(evidence)));
}

/** The schema gives only JSON; TypeScript cannot see it, for optional members may be spelt as undefined in its types. */
function asJson(value: Report | Report["evidence"]): Json {
  return value as unknown as Json;
}

function parseJson(text: string): { ok: true; document: unknown } | { ok: false } {
  try {
    return { ok: true, document: JSON.parse(text) };
  } catch {
    // The engine's message quotes the text, which is hostile and says nothing to whoever reads it.
    return { ok: false };
  }
}

function refused(reason: string): ParsedReport {
  return { ok: false, problem: `the report cannot be read: ${reason}` };
}

function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return "it has another shape than a report";
  const path = issue.path.map(String).join(".").slice(0, 200);
  return `${path === "" ? "the document" : `\`${path}\``}: ${issue.message.slice(0, 300)}`;
}
