/** How a request to GitHub failed, which decides what may be done next. */
export type RequestFailure =
  /** A rate limit: nothing was done, and `waitMs` has to pass. */
  | { readonly kind: "limit"; readonly waitMs: number }
  /** GitHub broke off, answered 5xx or nothing (`status` null): a write may have taken effect. */
  | {
      readonly kind: "unclear";
      readonly status: number | null;
      readonly waitMs: number | null;
      readonly cause: unknown;
    }
  /** GitHub understood and said no. */
  | { readonly kind: "refused"; readonly status: number; readonly message: string };

/** GitHub asks for at least a minute where it limits without saying for how long. */
const UNSTATED_LIMIT_MS = 60_000;

/**
 * Sorts what Octokit threw.
 *
 * @param nowMs Milliseconds since the epoch, for limits that name the time of their end.
 */
export function classifyFailure(error: unknown, nowMs: number): RequestFailure {
  const response = field(error, "response");
  const status = field(response, "status");
  if (typeof status !== "number") return { kind: "unclear", status: null, waitMs: null, cause: error };

  const headers = field(response, "headers");
  const stated = secondsHeader(headers, "retry-after");
  if (status === 429 || (status === 403 && isLimit(response, headers))) {
    return { kind: "limit", waitMs: stated ?? untilReset(headers, nowMs) ?? UNSTATED_LIMIT_MS };
  }
  if (status >= 500) return { kind: "unclear", status, waitMs: stated, cause: error };
  const message = field(field(response, "data"), "message");
  return { kind: "refused", status, message: typeof message === "string" ? firstLine(message) : `status ${status}` };
}

/**
 * GitHub answers 403 both for "too fast" and for "not allowed". The secondary limit often comes without any header that tells
 * it apart, so that only the documentation address and the text do.
 */
function isLimit(response: unknown, headers: unknown): boolean {
  if (secondsHeader(headers, "retry-after") !== null) return true;
  if (field(headers, "x-ratelimit-remaining") === "0") return true;
  const data = field(response, "data");
  return [field(data, "documentation_url"), field(data, "message")].some(
    (text) => typeof text === "string" && /\bsecondary[- ]rate[- ]limit/i.test(text),
  );
}

function untilReset(headers: unknown, nowMs: number): number | null {
  if (field(headers, "x-ratelimit-remaining") !== "0") return null;
  const reset = Number(field(headers, "x-ratelimit-reset"));
  return Number.isFinite(reset) && reset > 0 ? Math.max(0, reset * 1000 - nowMs) + 1000 : null;
}

function secondsHeader(headers: unknown, name: string): number | null {
  const value = field(headers, name);
  if (typeof value !== "string" || !/^\d{1,6}$/.test(value)) return null;
  return Number(value) * 1000;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A stranger's text goes into our sentences: one line, and not a long one. */
function firstLine(text: string): string {
  const line = text.split(/[\r\n]/, 1)[0] ?? "";
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
