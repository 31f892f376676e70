import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { createFaults } from "./faults.ts";
import { type Request, type Response, readRequest, sendResponse } from "./http.ts";

/** What was asked and answered; `status` null: the connection broke. */
export type Recorded = {
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  /** The REST API, or the service for artifacts and caches. */
  readonly service: "api" | "results";
};

export type Proxy = {
  readonly url: string;
  readonly requests: () => readonly Recorded[];
  readonly forgetRequests: () => void;
  readonly close: () => Promise<void>;
};

/** Listens on a free port of the loopback address, records every request, and lets faults strike. */
export async function startProxy(
  answer: (request: Request) => Promise<Response>,
  faults: Pick<ReturnType<typeof createFaults>, "strike">,
): Promise<Proxy> {
  const recorded: Recorded[] = [];
  const timers = new Set<NodeJS.Timeout>();

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const request = await readRequest(incoming);
    const service = /^\/(?:twirp|blobs)\//.test(request.path) ? "results" : "api";
    const record = (status: number | null) => {
      recorded.push({ method: request.method, path: request.path, status, service });
    };
    const disturbance = faults.strike(request);
    switch (disturbance.kind) {
      case "silence":
        return record(null);
      case "reset":
        record(null);
        return incoming.socket.resetAndDestroy();
      case "answer":
        record(disturbance.response.status);
        return sendResponse(outgoing, disturbance.response);
      case "lost-answer":
        await answer(request);
        record(disturbance.response?.status ?? null);
        if (disturbance.response === null) return incoming.socket.resetAndDestroy();
        return sendResponse(outgoing, disturbance.response);
      case "delay":
        await new Promise<void>((resolve) => timers.add(setTimeout(resolve, disturbance.ms)));
        break;
      case "none":
    }
    const response = await answer(request);
    record(response.status);
    sendResponse(outgoing, response);
  };

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      const message = `the emulated GitHub itself failed: ${error instanceof Error ? error.stack : String(error)}`;
      recorded.push({ method: incoming.method ?? "", path: incoming.url ?? "", status: 500, service: "api" });
      if (!outgoing.headersSent) sendResponse(outgoing, { status: 500, body: JSON.stringify({ message }) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port is free");

  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: () => [...recorded],
    forgetRequests: () => {
      recorded.length = 0;
    },
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
