import { createHash, randomUUID } from "node:crypto";
import { type Request, type Response, type Route, route } from "./http.ts";

export type BlobStore = {
  readonly routes: readonly Route[];
  /** A new, empty blob and the address to put it to. */
  readonly create: () => { readonly id: string; readonly uploadUrl: string };
  /** Null while nothing has been put. */
  readonly read: (id: string) => Buffer | null;
  /** A blob's address for reading, valid for so long. */
  readonly downloadUrl: (
    id: string,
    options: { readonly name: string; readonly type: string; readonly validMs: number },
  ) => string;
};

type Blob = { content: Buffer | null; readonly blocks: Map<string, Buffer> };

/**
 * Azure's block blobs, as far as the runner's clients use them: Put Blob, Put Block, Put Block List, Get Blob. An address carries
 * its own permission, as a shared access signature does.
 */
export function createBlobStore(url: string): BlobStore {
  const blobs = new Map<string, Blob>();
  const grants = new Map<
    string,
    { readonly id: string; readonly write: boolean; readonly until: number; readonly headers: Record<string, string> }
  >();

  const grant = (id: string, write: boolean, validMs: number, headers: Record<string, string>): string => {
    const signature = randomUUID();
    grants.set(signature, { id, write, until: Date.now() + validMs, headers });
    return `${url}/blobs/results/${id}?sig=${signature}`;
  };

  return {
    create: () => {
      const id = randomUUID();
      blobs.set(id, { content: null, blocks: new Map() });
      return { id, uploadUrl: grant(id, true, 3_600_000, {}) };
    },
    read: (id) => blobs.get(id)?.content ?? null,
    downloadUrl: (id, { name, type, validMs }) =>
      grant(id, false, validMs, { "content-type": type, "content-disposition": `attachment; filename="${name}"` }),
    routes: [
      route("PUT /blobs/results/{id}", (request, { id = "" }) => put(request, id)),
      route("GET /blobs/results/{id}", (request, { id = "" }) => get(request, id)),
    ],
  };

  function allowed(request: Request, id: string, write: boolean) {
    const found = grants.get(request.query.get("sig") ?? "");
    return found !== undefined && found.id === id && found.write === write && found.until > Date.now() ? found : null;
  }

  function put(request: Request, id: string): Response {
    const blob = blobs.get(id);
    if (blob === undefined || allowed(request, id, true) === null) return azureError(403, "AuthenticationFailed");
    switch (request.query.get("comp")) {
      case "block":
        blob.blocks.set(request.query.get("blockid") ?? "", request.body);
        return { status: 201, headers: azureHeaders(request.body) };
      case "blocklist":
        return putBlockList(request, blob);
      case null:
        if (request.headers["x-ms-blob-type"] !== "BlockBlob") return azureError(400, "InvalidHeaderValue");
        blob.content = request.body;
        return { status: 201, headers: azureHeaders(request.body) };
      default:
        return azureError(400, "InvalidQueryParameterValue");
    }
  }

  function get(request: Request, id: string): Response {
    const grant = allowed(request, id, false);
    const content = blobs.get(id)?.content;
    if (grant === null) return azureError(403, "AuthenticationFailed");
    if (content === null || content === undefined) return azureError(404, "BlobNotFound");
    return { status: 200, headers: { ...azureHeaders(content), ...grant.headers }, body: content };
  }
}

function putBlockList(request: Request, blob: Blob): Response {
  const ids = [...request.body.toString("utf8").matchAll(/<(?:Latest|Uncommitted)>([^<]*)<\//g)].map(
    ([, id]) => id ?? "",
  );
  const blocks = ids.map((id) => blob.blocks.get(id));
  const found = blocks.filter((block) => block !== undefined);
  if (found.length < blocks.length) return azureError(400, "InvalidBlockList");
  blob.content = Buffer.concat(found);
  return { status: 201, headers: azureHeaders(blob.content) };
}

function azureHeaders(content: Buffer): Record<string, string> {
  return {
    etag: `"0x${createHash("sha1").update(content).digest("hex").slice(0, 15).toUpperCase()}"`,
    "last-modified": new Date().toUTCString(),
    "x-ms-request-id": randomUUID(),
    "x-ms-version": "2025-01-05",
  };
}

function azureError(status: number, code: string): Response {
  return {
    status,
    headers: { "content-type": "application/xml", "x-ms-error-code": code },
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  };
}
