import type { CodeHost, Published } from "../../ports.ts";
import { isLaterRun, type RunIdentity } from "./comment-marker.ts";
import type { CommentThread, Forbidden, OwnComment } from "./comment-thread.ts";

type CommentRequest = Parameters<CodeHost["upsertComment"]>[0];

/**
 * Creates or updates the comment in three requests: the pull request's head (is this run stale?), the comments, the write.
 *
 * Between looking and writing another run may write: GitHub's API has no conditional update. A comment made twice is cleared away
 * by the next run; `concurrency` in the workflow excludes it.
 *
 * @param onSeen Told the latest run known to have commented on this very commit, or null for none; not told where that is not known.
 */
export async function upsertComment(
  thread: CommentThread,
  request: CommentRequest,
  onSeen: (latest: RunIdentity | null) => void,
): Promise<Published> {
  const [headSha, ours] = await Promise.all([thread.headSha(), thread.ownComments()]);
  if (typeof headSha !== "string") return notAllowed(headSha);
  if ("forbidden" in ours) return notAllowed(ours);

  const isHead = headSha === request.headSha;
  const latest = ours.map(({ run }) => run).reduce<RunIdentity | null>(later, null);
  // The comment of a commit that is no longer the head may have been overwritten, and then says nothing of that commit.
  if (latest?.headSha === request.headSha) onSeen(latest);
  else if (isHead) onSeen(null);

  if (!isHead) {
    const [ours, theirs] = [request.headSha, headSha].map((sha) => sha.slice(0, 7));
    return skipped(`the pull request has moved on from ${ours} to ${theirs}, whose run will comment`);
  }
  if (latest !== null && isLaterRun(latest, request)) {
    return skipped(`a later run has commented already (run ${latest.runId}, attempt ${latest.runAttempt})`);
  }
  const [oldest, ...duplicates] = ours;
  const published = oldest === undefined ? await create(thread, request) : await update(thread, oldest, request);
  await Promise.all(duplicates.map(({ id }) => thread.remove(id)));
  return published;
}

async function create(thread: CommentThread, request: CommentRequest): Promise<Published> {
  const created = await thread.create(request, request.body);
  return "forbidden" in created ? notAllowed(created) : { state: "created", url: created.html_url };
}

async function update(thread: CommentThread, comment: OwnComment, request: CommentRequest): Promise<Published> {
  if (comment.text.trimEnd() === request.body.trimEnd()) return { state: "unchanged", url: comment.html_url };
  const updated = await thread.update(comment.id, request, request.body);
  if (updated === null) return create(thread, request);
  return "forbidden" in updated ? notAllowed(updated) : { state: "updated", url: updated.html_url };
}

function later(latest: RunIdentity | null, run: RunIdentity): RunIdentity {
  return latest === null || isLaterRun(run, latest) ? run : latest;
}

function notAllowed({ forbidden }: Forbidden): Published {
  return skipped(`the token may not comment here: give the job \`permissions: pull-requests: write\` (${forbidden})`);
}

function skipped(reason: string): Published {
  return { state: "skipped", reason };
}
