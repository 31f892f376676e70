import { ProblemError } from "../../problem.ts";
import { classifyFailure, type RequestFailure } from "./request-failure.ts";

/** The one thing that is needed of Octokit. */
export type SendRequest = (
  route: string,
  parameters: Record<string, unknown>,
) => Promise<{ readonly status: number; readonly headers: Record<string, unknown>; readonly data: unknown }>;

export type Clock = { readonly nowMs: () => number; readonly sleep: (ms: number) => Promise<void> };

export type Answer =
  | {
      readonly ok: true;
      readonly data: unknown;
      /** There is a further page. */
      readonly more: boolean;
      /** The request was sent more than once, and an earlier one may have taken effect after all. */
      readonly repeated: boolean;
    }
  | { readonly ok: false; readonly status: number; readonly message: string };

export type Requests = {
  /** For GET, DELETE and for a PATCH that sets: sending it twice does no harm. */
  readonly send: (route: string, parameters: Record<string, unknown>) => Promise<Answer>;
  /**
   * For what must not be sent twice. After an unclear failure `landed` looks whether it took effect (null: no) before it is
   * sent again.
   */
  readonly sendOnce: (
    route: string,
    parameters: Record<string, unknown>,
    landed: () => Promise<unknown>,
  ) => Promise<Answer>;
};

const BACKOFF_MS = [1_000, 2_000, 4_000, 8_000] as const;

/**
 * Sends requests with patience that is bounded in all, not for each request: what fails for long fails the job.
 *
 * Octokit's retry plugin is not used: it repeats a POST after a 502 without looking whether it took effect, takes every 403 for
 * final (also the secondary limit), and bounds attempts but not time.
 *
 * @param patienceMs What may be spent in all on failed requests and on waiting for the next try.
 * @throws ProblemError from `send` and `sendOnce` of kind `platform`, when patience is at an end or the token is not accepted.
 */
export function createRequests(
  request: SendRequest,
  options: {
    readonly patienceMs: number;
    readonly clock: Clock;
    readonly onRetry: (line: string) => void;
  },
): Requests {
  const { clock } = options;
  let patienceMs = options.patienceMs;

  const attempt = async (route: string, parameters: Record<string, unknown>) => {
    const startMs = clock.nowMs();
    try {
      const { headers, data } = await request(route, parameters);
      return { data, more: hasNextPage(headers) };
    } catch (error) {
      patienceMs -= clock.nowMs() - startMs;
      return { failure: classifyFailure(error, clock.nowMs()) };
    }
  };

  const sendUntilClear = async (
    route: string,
    parameters: Record<string, unknown>,
    landed: (() => Promise<unknown>) | null,
  ): Promise<Answer> => {
    for (let tries = 0, unclear = false; ; tries += 1) {
      const result = await attempt(route, parameters);
      if (result.failure === undefined) return { ok: true, data: result.data, more: result.more, repeated: unclear };
      const { failure } = result;
      if (failure.kind === "refused") return refused(route, failure);

      const waitMs = failure.waitMs ?? BACKOFF_MS[tries];
      if (waitMs === undefined || waitMs > patienceMs) {
        // What else is under way gives up at its next failure, too.
        patienceMs = 0;
        throw outOfPatience(route, failure, waitMs);
      }
      options.onRetry(`${describeFailure(route, failure)}; trying again in ${Math.ceil(waitMs / 1000)} s`);
      await clock.sleep(waitMs);
      patienceMs -= waitMs;

      unclear ||= failure.kind === "unclear";
      const found = failure.kind === "unclear" && landed !== null ? await landed() : null;
      if (found !== null) return { ok: true, data: found, more: false, repeated: true };
    }
  };

  return {
    send: (route, parameters) => sendUntilClear(route, parameters, null),
    sendOnce: sendUntilClear,
  };
}

/** What GitHub refuses may be expected (no permission) or not; only a token that is not accepted is always the end. */
function refused(route: string, failure: Extract<RequestFailure, { kind: "refused" }>): Answer {
  if (failure.status !== 401) return { ok: false, status: failure.status, message: failure.message };
  throw new ProblemError({
    kind: "platform",
    where: "GitHub",
    what: `the token was not accepted for ${route} (401: ${failure.message})`,
    mend: "hand the action a valid token; the job's GITHUB_TOKEN will do",
  });
}

function outOfPatience(
  route: string,
  failure: Exclude<RequestFailure, { kind: "refused" }>,
  waitMs: number | undefined,
): ProblemError {
  const after = waitMs === undefined ? "" : `, and asks to wait ${Math.ceil(waitMs / 1000)} s`;
  return new ProblemError(
    {
      kind: "platform",
      where: "GitHub",
      what: `${describeFailure(route, failure)}${failure.kind === "limit" ? after : " again and again"}`,
      mend: failure.kind === "limit" ? "run the job again after that time" : "run the job again when GitHub is well",
    },
    failure.kind === "unclear" ? { cause: failure.cause } : {},
  );
}

function describeFailure(route: string, failure: Exclude<RequestFailure, { kind: "refused" }>): string {
  if (failure.kind === "limit") return `its rate limit stopped ${route}`;
  return failure.status === null ? `it gave no answer to ${route}` : `it answered ${failure.status} to ${route}`;
}

function hasNextPage(headers: Record<string, unknown>): boolean {
  return typeof headers["link"] === "string" && /<[^>]*>;\s*rel="next"/.test(headers["link"]);
}
