import { createHash } from "node:crypto";
import type { BlobStore } from "./blob-store.ts";
import { bodyObject, json, paged, type Request, type Response, type Route, refuse, route } from "./http.ts";
import { type JobClaims, readRuntimeToken } from "./runtime-token.ts";

export type Artifact = {
  readonly id: number;
  readonly name: string;
  readonly runId: number;
  /** A zip, or a bare file. */
  readonly content: Buffer;
  /** `sha256:<hex>` of the content. */
  readonly digest: string;
  readonly createdAt: string;
};

type Stored = Artifact & { readonly blobId: string; readonly type: string; isExpired: boolean };
type Pending = { readonly name: string; readonly runId: number; readonly blobId: string; readonly type: string };

const DOWNLOAD_MS = 60_000;
const SERVICE = "/twirp/github.actions.results.api.v1.ArtifactService";

/** The results service's artifacts, and what the REST API says of them. */
export function createArtifacts(
  blobs: BlobStore,
  options: { readonly url: string; readonly repository: string },
): {
  readonly routes: readonly Route[];
  readonly list: (runId: number) => readonly Artifact[];
  readonly expire: (id: number) => void;
} {
  const pending: Pending[] = [];
  const stored: Stored[] = [];
  const of = (claims: JobClaims, name: unknown) =>
    stored.find((artifact) => artifact.runId === claims.runId && artifact.name === name);

  return {
    list: (runId) => stored.filter((artifact) => artifact.runId === runId),
    expire: (id) => {
      for (const artifact of stored) if (artifact.id === id) artifact.isExpired = true;
    },
    routes: [
      route(`POST ${SERVICE}/CreateArtifact`, withClaims(create)),
      route(`POST ${SERVICE}/FinalizeArtifact`, withClaims(finalize)),
      route(`POST ${SERVICE}/ListArtifacts`, withClaims(list)),
      route(`POST ${SERVICE}/GetSignedArtifactURL`, withClaims(sign)),
      ...restRoutes(stored, blobs, options),
    ],
  };

  function create(body: Record<string, unknown>, claims: JobClaims): Response {
    const { name, version, mime_type: type } = body;
    if (typeof name !== "string" || name === "") return twirpError(400, "invalid_argument", "name is required");
    if (typeof version !== "number" || version < 4)
      return twirpError(400, "invalid_argument", "version is not supported");
    if (of(claims, name) !== undefined) {
      return twirpError(409, "already_exists", "an artifact with this name already exists on the workflow run");
    }
    const { id, uploadUrl } = blobs.create();
    pending.push({ name, runId: claims.runId, blobId: id, type: wrapped(type) ?? "application/zip" });
    return json(200, { ok: true, signed_upload_url: uploadUrl });
  }

  function finalize(body: Record<string, unknown>, claims: JobClaims): Response {
    const made = pending.find(({ name, runId }) => name === body["name"] && runId === claims.runId);
    const content = made === undefined ? null : blobs.read(made.blobId);
    if (made === undefined || content === null) return twirpError(404, "not_found", "nothing was uploaded");
    const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
    if (Number(body["size"]) !== content.length || (wrapped(body["hash"]) ?? digest) !== digest) {
      return twirpError(400, "invalid_argument", "size or hash is not that of what was uploaded");
    }
    pending.splice(pending.indexOf(made), 1);
    const artifact = {
      ...made,
      id: 1001 + stored.length,
      content,
      digest,
      createdAt: new Date().toISOString(),
      isExpired: false,
    };
    stored.push(artifact);
    return json(200, { ok: true, artifact_id: String(artifact.id) });
  }

  function list(body: Record<string, unknown>, claims: JobClaims): Response {
    const [name, id] = [wrapped(body["name_filter"]), wrapped(body["id_filter"])];
    const found = stored.filter(
      (artifact) =>
        artifact.runId === claims.runId &&
        (name === null || artifact.name === name) &&
        (id === null || String(artifact.id) === id),
    );
    const artifacts = found.map((artifact) => ({
      workflow_run_backend_id: String(claims.runId),
      workflow_job_run_backend_id: claims.jobId,
      database_id: String(artifact.id),
      name: artifact.name,
      size: String(artifact.content.length),
      created_at: artifact.createdAt,
      digest: artifact.digest,
    }));
    return json(200, { artifacts });
  }

  function sign(body: Record<string, unknown>, claims: JobClaims): Response {
    const artifact = of(claims, body["name"]);
    if (artifact === undefined) return twirpError(404, "not_found", "there is no such artifact");
    return json(200, { signed_url: signedUrl(artifact, blobs) });
  }
}

function restRoutes(
  stored: readonly Stored[],
  blobs: BlobStore,
  options: { readonly url: string; readonly repository: string },
): readonly Route[] {
  const address = (artifact: Stored) => `${options.url}/repos/${options.repository}/actions/artifacts/${artifact.id}`;
  const find = (id: string | undefined) => stored.find((artifact) => String(artifact.id) === id);
  const describe = (artifact: Stored) => ({
    id: artifact.id,
    node_id: `artifact-${artifact.id}`,
    name: artifact.name,
    size_in_bytes: artifact.content.length,
    url: address(artifact),
    archive_download_url: `${address(artifact)}/zip`,
    expired: artifact.isExpired,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: new Date(Date.parse(artifact.createdAt) + 90 * 86_400_000).toISOString(),
    digest: artifact.digest,
    workflow_run: { id: artifact.runId },
  });
  const answer = (request: Request, artifacts: readonly Stored[]) => {
    const name = request.query.get("name");
    const named = artifacts.filter((artifact) => name === null || artifact.name === name).toReversed();
    const { page, headers } = paged(request, `${options.url}${request.path}`, named);
    return json(200, { total_count: named.length, artifacts: page.map(describe) }, headers);
  };
  return [
    route("GET /repos/{owner}/{repo}/actions/artifacts", (request) => answer(request, stored)),
    route("GET /repos/{owner}/{repo}/actions/runs/{run}/artifacts", (request, { run }) =>
      answer(
        request,
        stored.filter((artifact) => String(artifact.runId) === run),
      ),
    ),
    route("GET /repos/{owner}/{repo}/actions/artifacts/{id}", (_, { id }) => {
      const artifact = find(id);
      return artifact === undefined ? refuse(404, "Not Found") : json(200, describe(artifact));
    }),
    route("GET /repos/{owner}/{repo}/actions/artifacts/{id}/zip", (_, { id }) => {
      const artifact = find(id);
      if (artifact === undefined) return refuse(404, "Not Found");
      if (artifact.isExpired) return refuse(410, "Artifact has expired");
      return { status: 302, headers: { location: signedUrl(artifact, blobs) } };
    }),
  ];
}

function signedUrl(artifact: Stored, blobs: BlobStore): string {
  const name = artifact.type === "application/zip" ? `${artifact.name}.zip` : artifact.name;
  return blobs.downloadUrl(artifact.blobId, { name, type: artifact.type, validMs: DOWNLOAD_MS });
}

/** A handler of the results service: Twirp's JSON, and a job's runtime token. */
export function withClaims(
  handle: (body: Record<string, unknown>, claims: JobClaims) => Response,
): (request: Request) => Response {
  return (request) => {
    const claims = readRuntimeToken(request);
    if (claims === null) return twirpError(401, "unauthenticated", "the runtime token is missing or wrong");
    return handle(bodyObject(request), claims);
  };
}

export function twirpError(status: number, code: string, message: string): Response {
  return json(status, { code, msg: message });
}

/** Protobuf's wrapper types are plain values in JSON; some clients send the message form. */
function wrapped(value: unknown): string | null {
  if (typeof value === "string" || typeof value === "number") return String(value);
  const inner = (value as { value?: unknown } | null | undefined)?.value;
  return inner === undefined ? null : String(inner);
}
