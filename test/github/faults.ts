import type { Request, Response } from "./http.ts";
import { json } from "./http.ts";

/** What goes wrong, and with which requests. */
export type Fault = {
  readonly match: { readonly method?: string; readonly path: RegExp };
  /** Of the requests that match: the n-th (1 is the first), the first `times`, or each with a probability; else all. */
  readonly nth?: number;
  readonly times?: number;
  readonly probability?: number;
} & (
  | StatusFault
  | { readonly kind: "delay"; readonly ms: number }
  /** The connection breaks before anything is done. */
  | { readonly kind: "reset" }
  /** The request takes effect, then the connection breaks, or `status` is answered instead. */
  | { readonly kind: "lost-answer"; readonly status?: number }
  /** Never answered. */
  | { readonly kind: "silence" }
);

type StatusFault = {
  readonly kind: "status";
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** What the proxy has to do with this request. */
export type Disturbance =
  | { readonly kind: "none" }
  | { readonly kind: "answer"; readonly response: Response }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "reset" }
  | { readonly kind: "lost-answer"; readonly response: Response | null }
  | { readonly kind: "silence" };

/**
 * Decides for every request; the first fault that strikes counts. Probabilities are drawn from a seeded generator, so that a
 * test that fails fails again.
 */
export function createFaults(seed: number): {
  readonly inject: (fault: Fault) => void;
  readonly clear: () => void;
  readonly strike: (request: Request) => Disturbance;
} {
  const faults: { readonly fault: Fault; seen: number }[] = [];
  const random = mulberry32(seed);

  return {
    inject: (fault) => faults.push({ fault, seen: 0 }),
    clear: () => faults.splice(0),
    strike: (request) => {
      for (const entry of faults) {
        const { match } = entry.fault;
        if (match.method !== undefined && match.method !== request.method) continue;
        if (!match.path.test(request.path)) continue;
        entry.seen += 1;
        if (isStruck(entry.fault, entry.seen, random)) return disturbance(entry.fault);
      }
      return { kind: "none" };
    },
  };
}

/** GitHub's answer to who writes too fast; with `retryAfterSeconds` null it does not say for how long. */
export function secondaryLimit(retryAfterSeconds: number | null): StatusFault {
  return {
    kind: "status",
    status: 403,
    headers: retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) },
    body: {
      message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
      documentation_url:
        "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits",
    },
  };
}

function isStruck(fault: Fault, seen: number, random: () => number): boolean {
  if (fault.nth !== undefined) return seen === fault.nth;
  if (fault.times !== undefined) return seen <= fault.times;
  if (fault.probability !== undefined) return random() < fault.probability;
  return true;
}

function disturbance(fault: Fault): Disturbance {
  switch (fault.kind) {
    case "status":
      return { kind: "answer", response: json(fault.status, fault.body ?? { message: "Server Error" }, fault.headers) };
    case "lost-answer":
      return {
        kind: fault.kind,
        response: fault.status === undefined ? null : json(fault.status, { message: "Server Error" }),
      };
    case "delay":
      return { kind: fault.kind, ms: fault.ms };
    default:
      return { kind: fault.kind };
  }
}

/** Tommy Ettinger's generator; uniform in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
