import { createServer } from "node:net";
import { createEmulator } from "emulate";
import type { Request, Response } from "./http.ts";
import { jsonObject } from "./http.ts";
import type { Token } from "./tokens.ts";

/** The emulator behind the proxy. */
export type Upstream = {
  /** Passes a request on, as whoever sent it. */
  readonly forward: (request: Request) => Promise<Response>;
  /** A request of the proxy's own, uncounted, with all rights; null for 404. Throws for any other refusal. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

const OWN_LOGIN = "emulated-github";
const OWN_TOKEN = "ghs_of_the_emulated_github_itself";

/** Starts `emulate`, so that every address in its answers is the proxy's. */
export async function startUpstream(options: {
  readonly proxyUrl: string;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  readonly tokens: Readonly<Record<string, Token>>;
  readonly people: readonly string[];
}): Promise<Upstream> {
  const logins = [
    ...new Set([OWN_LOGIN, ...options.people, ...Object.values(options.tokens).map(({ login }) => login)]),
  ];
  const tokens = Object.entries(options.tokens).map(([secret, { login }]) => [secret, { login }] as const);
  const port = await freePort();
  const emulator = await createEmulator({
    service: "github",
    port,
    baseUrl: options.proxyUrl,
    seed: {
      tokens: { [OWN_TOKEN]: { login: OWN_LOGIN }, ...Object.fromEntries(tokens) },
      github: {
        users: logins.map((login) => ({ login })),
        // An organisation's admin passes branch protection: that is how a real push gets in here.
        orgs: [{ login: options.owner, members: logins.map((login) => ({ login, role: "admin" })) }],
        repos: [{ owner: options.owner, name: options.name, default_branch: options.defaultBranch, auto_init: false }],
      },
    },
  });
  const address = `http://127.0.0.1:${port}`;

  return {
    forward: async (request) => {
      const query = request.query.size === 0 ? "" : `?${request.query}`;
      const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
      const answer = await fetch(`${address}${request.path}${query}`, {
        method: request.method,
        headers,
        redirect: "manual",
        ...(request.body.length === 0 ? {} : { body: new Uint8Array(request.body) }),
      });
      return {
        status: answer.status,
        headers: endToEnd(answer.headers),
        body: Buffer.from(await answer.arrayBuffer()),
      };
    },
    call: async (method, path, body) => {
      const answer = await fetch(`${address}${path}`, {
        method,
        headers: { authorization: `token ${OWN_TOKEN}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (answer.status === 404) return null;
      if (!answer.ok) throw new Error(`the emulator answered ${answer.status} to ${method} ${path}: ${text}`);
      return text.startsWith("[") ? (JSON.parse(text) as unknown) : jsonObject(text);
    },
    close: () => emulator.close(),
  };
}

function endToEnd(headers: Headers): Record<string, string> {
  const hop = new Set(["connection", "content-encoding", "content-length", "date", "keep-alive", "transfer-encoding"]);
  return Object.fromEntries([...headers].filter(([name]) => !hop.has(name)));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
