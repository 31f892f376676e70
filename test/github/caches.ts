import { twirpError, withClaims } from "./artifacts.ts";
import type { BlobStore } from "./blob-store.ts";
import { json, type Response, type Route, route } from "./http.ts";
import type { JobClaims } from "./runtime-token.ts";

type Entry = {
  readonly id: number;
  readonly key: string;
  readonly version: string;
  /** The ref of the run that wrote it. */
  readonly scope: string;
  readonly blobId: string;
  isFinal: boolean;
};

const SERVICE = "/twirp/github.actions.results.api.v1.CacheService";
const DOWNLOAD_MS = 600_000;

/**
 * The cache service, version 2. An entry belongs to the ref of the run that wrote it: a run reads what its own ref, its base
 * branch and the default branch wrote, in this order, and never what another pull request did.
 */
export function createCaches(blobs: BlobStore): {
  readonly routes: readonly Route[];
  readonly list: () => readonly { readonly key: string; readonly scope: string; readonly bytes: number }[];
} {
  const entries: Entry[] = [];
  return {
    list: () =>
      entries
        .filter(({ isFinal }) => isFinal)
        .map(({ key, scope, blobId }) => ({ key, scope, bytes: blobs.read(blobId)?.length ?? 0 })),
    routes: [
      route(`POST ${SERVICE}/CreateCacheEntry`, withClaims(create)),
      route(`POST ${SERVICE}/FinalizeCacheEntryUpload`, withClaims(finalize)),
      route(`POST ${SERVICE}/GetCacheEntryDownloadURL`, withClaims(find)),
    ],
  };

  function writableScope(claims: JobClaims): string | null {
    return claims.cacheScopes.find(({ write }) => write)?.scope ?? null;
  }

  function create(body: Record<string, unknown>, claims: JobClaims): Response {
    const scope = writableScope(claims);
    const [key, version] = [String(body["key"]), String(body["version"])];
    if (scope === null) return twirpError(403, "permission_denied", "cache write denied: the token may only read");
    if (entries.some((entry) => entry.key === key && entry.version === version && entry.scope === scope)) {
      return twirpError(409, "already_exists", "cache entry with the same key, version, and scope already exists");
    }
    const { id: blobId, uploadUrl } = blobs.create();
    entries.push({ id: entries.length + 1, key, version, scope, blobId, isFinal: false });
    return json(200, { ok: true, signed_upload_url: uploadUrl });
  }

  function finalize(body: Record<string, unknown>, claims: JobClaims): Response {
    const scope = writableScope(claims);
    const entry = entries.find(
      (candidate) =>
        !candidate.isFinal &&
        candidate.key === body["key"] &&
        candidate.version === body["version"] &&
        candidate.scope === scope,
    );
    const content = entry === undefined ? null : blobs.read(entry.blobId);
    if (entry === undefined || content === null) return twirpError(404, "not_found", "nothing was uploaded");
    if (Number(body["size_bytes"]) !== content.length) return twirpError(400, "invalid_argument", "size is wrong");
    entry.isFinal = true;
    return json(200, { ok: true, entry_id: String(entry.id) });
  }

  function find(body: Record<string, unknown>, claims: JobClaims): Response {
    const restoreKeys = (body["restore_keys"] ?? []) as readonly string[];
    for (const { scope } of claims.cacheScopes) {
      const readable = entries.filter(
        (entry) => entry.isFinal && entry.scope === scope && entry.version === body["version"],
      );
      const newestFirst = readable.toReversed();
      const exact = readable.find(({ key }) => key === body["key"]);
      const byPrefix = restoreKeys.map((prefix) => newestFirst.find(({ key }) => key.startsWith(prefix)));
      const entry = exact ?? byPrefix.find((candidate) => candidate !== undefined);
      if (entry === undefined) continue;
      const url = blobs.downloadUrl(entry.blobId, {
        name: "cache.tzst",
        type: "application/octet-stream",
        validMs: DOWNLOAD_MS,
      });
      return json(200, { ok: true, signed_download_url: url, matched_key: entry.key });
    }
    return json(200, { ok: false });
  }
}
