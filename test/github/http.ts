import type { IncomingMessage, ServerResponse } from "node:http";

/** A request as the handlers see it: read whole, its address taken apart. */
export type Request = {
  readonly method: string;
  /** Without the query, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

export type Response = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};

const BODY_BYTES = 256 * 1024 * 1024;

/** @throws Error for a body beyond 256 MB. */
export async function readRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_BYTES) throw new Error("the body is too large");
    chunks.push(chunk as Buffer);
  }
  const url = new URL(incoming.url ?? "/", "http://localhost");
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}

export function sendResponse(outgoing: ServerResponse, response: Response): void {
  outgoing.writeHead(response.status, { date: new Date().toUTCString(), ...response.headers });
  outgoing.end(response.body);
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

/** An error of GitHub's REST API. */
export function refuse(status: number, message: string, more: Readonly<Record<string, unknown>> = {}): Response {
  return json(status, { message, documentation_url: "https://docs.github.com/rest", status: String(status), ...more });
}

/** A page of a list, with GitHub's Link header. */
export function paged<T>(
  request: Request,
  address: string,
  items: readonly T[],
): { readonly page: readonly T[]; readonly headers: Readonly<Record<string, string>> } {
  const size = Math.min(100, Number(request.query.get("per_page") ?? 30) || 30);
  const page = Math.max(1, Number(request.query.get("page") ?? 1) || 1);
  const link = page * size < items.length ? { link: `<${address}?per_page=${size}&page=${page + 1}>; rel="next"` } : {};
  return { page: items.slice((page - 1) * size, page * size), headers: link };
}

/** The body as a JSON object; empty where it is none. */
export function bodyObject(request: Request): Record<string, unknown> {
  return jsonObject(request.body.toString("utf8")) ?? {};
}

/** Null for what is not a JSON object. */
export function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** One handler of the proxy's own; `names` are the pattern's groups, decoded. */
export type Route = {
  readonly method: string;
  readonly path: RegExp;
  readonly handle: (
    request: Request,
    names: Readonly<Record<string, string>>,
    login: string,
  ) => Promise<Response> | Response;
};

/**
 * A route as GitHub's documentation writes it: `GET /repos/{owner}/{repo}/statuses/{sha}`. A name matches one segment, and with
 * a `+` (`{ref+}`) also slashes.
 */
export function route(pattern: string, handle: Route["handle"]): Route {
  const [method = "", path = ""] = pattern.split(" ");
  const source = path.replaceAll(/\{(\w+)(\+?)\}/g, (_, name, many) => `(?<${name}>${many === "" ? "[^/]+" : ".+?"})`);
  return { method, path: new RegExp(`^${source}$`), handle };
}

/** The first route that fits; null where none does. */
export function findRoute(
  routes: readonly Route[],
  request: Request,
): { readonly route: Route; readonly names: Readonly<Record<string, string>> } | null {
  for (const candidate of routes) {
    const match = candidate.method === request.method ? candidate.path.exec(request.path) : null;
    if (match === null) continue;
    const names = Object.entries(match.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)] as const);
    return { route: candidate, names: Object.fromEntries(names) };
  }
  return null;
}
