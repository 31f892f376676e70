import { bodyObject, json, type Request, type Response, refuse } from "./http.ts";

/** Characters as GitHub counts them: code points. */
const COMMENT_CHARACTERS = 65_536;
const ANNOTATION_TITLE_CHARACTERS = 255;
const ANNOTATION_MESSAGE_BYTES = 64 * 1024;
const DISPATCH_KEYS = 10;
const DISPATCH_BYTES = 64 * 1024;
const DISPATCH_TYPE_CHARACTERS = 100;

/** What GitHub limits and its OpenAPI description does not say; null where the request is within. */
export function refuseBeyondLimit(request: Request): Response | null {
  if (request.method === "GET") return null;
  const body = bodyObject(request);
  if (/\/issues\/(?:\d+\/comments|comments\/\d+)$/.test(request.path)) return refuseLongComment(body);
  if (/\/check-runs(?:\/\d+)?$/.test(request.path)) return refuseLongAnnotation(body);
  if (/^\/repos\/[^/]+\/[^/]+\/dispatches$/.test(request.path)) return refuseLargeDispatch(body);
  return null;
}

function refuseLongComment(body: Record<string, unknown>): Response | null {
  if (typeof body["body"] !== "string" || [...body["body"]].length <= COMMENT_CHARACTERS) return null;
  return refuse(422, "Validation Failed", {
    errors: [
      {
        resource: "IssueComment",
        code: "unprocessable",
        field: "data",
        message: `Body is too long (maximum is ${COMMENT_CHARACTERS} characters)`,
      },
    ],
  });
}

function refuseLongAnnotation(body: Record<string, unknown>): Response | null {
  const output = body["output"] as { annotations?: { title?: string; message?: string }[] } | undefined;
  for (const { title = "", message = "" } of output?.annotations ?? []) {
    if (title.length > ANNOTATION_TITLE_CHARACTERS) return refuse(422, "Invalid request. annotation title is too long");
    if (Buffer.byteLength(message) > ANNOTATION_MESSAGE_BYTES) {
      return refuse(422, "Invalid request. annotation message is too long");
    }
  }
  return null;
}

function refuseLargeDispatch(body: Record<string, unknown>): Response | null {
  const payload = body["client_payload"];
  if (String(body["event_type"]).length > DISPATCH_TYPE_CHARACTERS) return refuse(422, "event_type is too long");
  if (Object.keys(payload ?? {}).length > DISPATCH_KEYS) return refuse(422, "No more than 10 properties are allowed");
  return JSON.stringify(payload ?? {}).length > DISPATCH_BYTES ? refuse(422, "client_payload is too large") : null;
}

const MINUTE_MS = 60_000;

/** Counts what creates content, by token: beyond `perMinute` GitHub's secondary limit strikes. */
export function createContentLimit(perMinute: number): (request: Request, secret: string) => Response | null {
  const created = new Map<string, number[]>();
  return (request, secret) => {
    if (request.method !== "POST" || !/\/(?:comments|issues|pulls|reviews|check-runs)$/.test(request.path)) return null;
    const now = Date.now();
    const recent = (created.get(secret) ?? []).filter((time) => now - time < MINUTE_MS);
    if (recent.length >= perMinute) {
      const waitSeconds = Math.ceil(((recent[0] ?? now) + MINUTE_MS - now) / 1000);
      return json(
        403,
        {
          message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
          documentation_url:
            "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
        },
        { "retry-after": String(waitSeconds) },
      );
    }
    created.set(secret, [...recent, now]);
    return null;
  };
}
