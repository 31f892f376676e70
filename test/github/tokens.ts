import type { Request, Response } from "./http.ts";
import { refuse } from "./http.ts";

type Permission = "actions" | "administration" | "checks" | "contents" | "issues" | "pull_requests" | "statuses";

/** Whom a token speaks for, and what it may do. */
export type Token = {
  /** An app's installation ends in `[bot]`: `github-actions[bot]` is GITHUB_TOKEN. */
  readonly login: string;
  /** `write`: everything; `read`: nothing but reading, as on a pull request from a fork; else as a job's `permissions:`. */
  readonly permissions: "write" | "read" | Readonly<Partial<Record<Permission, "read" | "write">>>;
};

export type App = { readonly id: number; readonly slug: string };

/** GITHUB_TOKEN's app on github.com. */
const ACTIONS_APP_ID = 15_368;

/** The app behind a bot's token; null for a person's. */
export function appOf(token: Token): App | null {
  const slug = /^(.*)\[bot\]$/.exec(token.login)?.[1];
  if (slug === undefined) return null;
  return { id: slug === "github-actions" ? ACTIONS_APP_ID : 900_001, slug };
}

/** The secret of `Authorization: token …` or `Bearer …`; null without one. */
export function secretOf(request: Request): string | null {
  return /^(?:token|bearer) (.+)$/i.exec(request.headers["authorization"] ?? "")?.[1] ?? null;
}

/** What writing to an address needs; any one of them is enough. */
const NEEDED: readonly { readonly path: RegExp; readonly any: readonly Permission[] }[] = [
  { path: /\/issues\/(?:\d+\/comments|comments\/\d+)$/, any: ["issues", "pull_requests"] },
  { path: /\/check-(?:runs|suites)(?:\/|$)/, any: ["checks"] },
  { path: /\/statuses\/[^/]+$/, any: ["statuses"] },
  { path: /\/pulls\/\d+\/merge$/, any: ["contents"] },
  { path: /\/pulls(?:\/|$)/, any: ["pull_requests"] },
  { path: /\/actions\//, any: ["actions"] },
  { path: /\/protection(?:\/|$)/, any: ["administration"] },
  { path: /\/(?:git|contents|dispatches)(?:\/|$)/, any: ["contents"] },
  { path: /\/issues(?:\/|$)/, any: ["issues"] },
];

/** GitHub's refusal where the token may not do this; null where it may. Everybody may read: the repository is public. */
export function refuseWithoutPermission(request: Request, token: Token): Response | null {
  const isApp = appOf(token) !== null;
  if (request.method === "GET") {
    return isApp && /^\/user(?:\/|$)/.test(request.path) ? refuse(403, "Resource not accessible by integration") : null;
  }
  if (!isApp && /\/check-runs(?:\/|$)/.test(request.path))
    return refuse(403, "You must authenticate via a GitHub App.");

  const { permissions } = token;
  if (permissions === "write") return null;
  const needed = NEEDED.find(({ path }) => path.test(request.path))?.any ?? [];
  if (permissions !== "read" && needed.some((permission) => permissions[permission] === "write")) return null;
  return refuse(403, `Resource not accessible by ${isApp ? "integration" : "personal access token"}`);
}
