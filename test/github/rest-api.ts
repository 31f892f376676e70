import { findRoute, json, type Request, type Response, type Route, refuse } from "./http.ts";
import { createContentLimit, refuseBeyondLimit } from "./limits.ts";
import { createOpenApiCheck } from "./openapi.ts";
import { refuseWithoutPermission, secretOf, type Token } from "./tokens.ts";
import type { Upstream } from "./upstream.ts";

export type RestApi = {
  /** As GitHub answers: checked against its description, by whom, whether allowed, within limits. */
  readonly answer: (request: Request) => Promise<Response>;
  /** Without these checks, for what a person does on the website. */
  readonly handle: (request: Request, login: string) => Promise<Response>;
  readonly violations: () => readonly string[];
};

/** The REST API: our own routes first, the emulator for the rest, and `correct` over every JSON answer. */
export function createRestApi(options: {
  readonly tokens: Readonly<Record<string, Token>>;
  readonly contentPerMinute: number;
  readonly routes: readonly Route[];
  readonly upstream: Upstream;
  readonly correct: (value: unknown) => unknown;
}): RestApi {
  const checkRequest = createOpenApiCheck();
  const limitContent = createContentLimit(options.contentPerMinute);
  const violations: string[] = [];

  const handle = async (request: Request, login: string): Promise<Response> => {
    const found = findRoute(options.routes, request);
    const response = found
      ? await found.route.handle(request, found.names, login)
      : await options.upstream.forward(request);
    const text = String(response.body ?? "");
    if (!/^[[{]/.test(text)) return response;
    return json(response.status, options.correct(correctBots(JSON.parse(text))), response.headers);
  };

  const answer = async (request: Request): Promise<Response> => {
    const finding = checkRequest(request);
    violations.push(...finding.problems.map((problem) => `${request.method} ${request.path}: ${problem}`));
    if (!finding.known) return refuse(404, "Not Found");

    const secret = secretOf(request);
    const token = secret === null ? undefined : options.tokens[secret];
    if (secret === null || token === undefined) return refuse(401, "Bad credentials");
    if (finding.problems.length > 0) return refuse(422, `Invalid request.\n\n${finding.problems.join("\n")}`);
    const refused =
      refuseWithoutPermission(request, token) ?? refuseBeyondLimit(request) ?? limitContent(request, secret);
    return refused ?? handle(request, token.login);
  };

  return { answer, handle, violations: () => [...violations] };
}

/** The emulator takes everybody for a person. */
export function correctBots(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(correctBots);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, correctBots(inner)] as const);
  const isBot = "login" in value && typeof value.login === "string" && value.login.endsWith("[bot]");
  return { ...Object.fromEntries(entries), ...(isBot ? { type: "Bot" } : {}) };
}
