import type { Request } from "./http.ts";

/** What a job's runtime token says: its run, and which cache scopes it may use (refs). */
export type JobClaims = {
  readonly runId: number;
  readonly jobId: string;
  readonly cacheScopes: readonly { readonly scope: string; readonly write: boolean }[];
};

const READ = 1;
const READ_AND_WRITE = 3;

/** ACTIONS_RUNTIME_TOKEN: a JWT with the claims that the runner's clients and the results service read, unsigned. */
export function makeRuntimeToken(claims: JobClaims): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const ac = claims.cacheScopes.map(({ scope, write }) => ({
    Scope: scope,
    Permission: write ? READ_AND_WRITE : READ,
  }));
  const payload = { scp: `Actions.Results:${claims.runId}:${claims.jobId}`, ac: JSON.stringify(ac) };
  return `${part({ alg: "none", typ: "JWT" })}.${part(payload)}.unsigned`;
}

/** The claims of a request to the results service; null where it carries no such token. */
export function readRuntimeToken(request: Request): JobClaims | null {
  const payload = /^Bearer [^.]+\.([^.]+)\./.exec(request.headers["authorization"] ?? "")?.[1];
  if (payload === undefined) return null;
  const { scp, ac } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { scp: string; ac: string };
  const [, runId, jobId] = /(?:^| )Actions\.Results:([^:]+):(\S+)/.exec(scp) ?? [];
  if (runId === undefined || jobId === undefined) return null;
  const scopes = JSON.parse(ac) as { Scope: string; Permission: number }[];
  return {
    runId: Number(runId),
    jobId,
    cacheScopes: scopes.map(({ Scope, Permission }) => ({ scope: Scope, write: (Permission & 2) !== 0 })),
  };
}
