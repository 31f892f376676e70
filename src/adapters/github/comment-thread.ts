import { z } from "zod";
import { markBody, type RunIdentity, readMarkedBody } from "./comment-marker.ts";
import {
  type Comment,
  commentSchema,
  isForbidden,
  parseAnswer,
  pullSchema,
  refusal,
  userSchema,
} from "./github-answers.ts";
import type { Answer, Requests } from "./requests.ts";

const GET_PULL = "GET /repos/{owner}/{repo}/pulls/{pull_number}";
const LIST = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
const CREATE = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
const UPDATE = "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}";
const DELETE = "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}";
const PAGE = 100;

/** A comment of ours: the run that wrote it, and its body without the marker. */
export type OwnComment = Comment & { readonly run: RunIdentity; readonly text: string };

/** What GitHub does not let the token do; `message` in GitHub's words. */
export type Forbidden = { readonly forbidden: string };

export type CommentThread = {
  readonly headSha: () => Promise<string | Forbidden>;
  /** Oldest first, of all pages. */
  readonly ownComments: () => Promise<readonly OwnComment[] | Forbidden>;
  /** Exactly one, also where an answer is lost. */
  readonly create: (run: RunIdentity, body: string) => Promise<Comment | Forbidden>;
  /** Null where the comment is gone. */
  readonly update: (id: number, run: RunIdentity, body: string) => Promise<Comment | Forbidden | null>;
  /** What is gone or may not be removed stays as it is. */
  readonly remove: (id: number) => Promise<void>;
};

/**
 * The comments of one pull request that bear our marker and are by us.
 *
 * A comment is ours if its very first line is our marker *and* its author is who we are. An app's installation is always a
 * user of type Bot, which no person is; for a person's token GitHub is asked who that is, but only if somebody's comment bears the
 * marker. So a comment in which a person quotes or imitates the marker is never touched.
 */
export function createCommentThread(
  requests: Requests,
  at: {
    readonly owner: string;
    readonly repo: string;
    readonly pullRequest: number;
    readonly marker: string;
    readonly speaksFor: "app" | "person";
  },
): CommentThread {
  const repository = { owner: at.owner, repo: at.repo };
  const thread = { ...repository, issue_number: at.pullRequest };

  const listAll = async (): Promise<readonly Comment[] | Forbidden> => {
    const comments: Comment[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await requests.send(LIST, { ...thread, per_page: PAGE, page });
      if (isForbidden(answer)) return { forbidden: answer.message };
      comments.push(...parseAnswer(LIST, answer, z.array(commentSchema)));
      if (!(answer.ok && answer.more)) return comments;
    }
  };

  const ownComments = async (): Promise<readonly OwnComment[] | Forbidden> => {
    const comments = await listAll();
    if ("forbidden" in comments) return comments;
    const marked = comments.flatMap((comment) => {
      const found = readMarkedBody(at.marker, comment.body ?? "");
      return found === null ? [] : [{ ...comment, run: found.run, text: found.body }];
    });
    const isOurs = marked.length === 0 ? () => false : await whoWeAre(requests, at.speaksFor);
    return marked.filter(isOurs).toSorted((a, b) => a.id - b.id);
  };

  const remove = async (id: number): Promise<void> => {
    const answer = await requests.send(DELETE, { ...repository, comment_id: id });
    if (!answer.ok && !isForbidden(answer)) throw refusal(DELETE, answer);
  };

  const commentsOf = async (run: RunIdentity): Promise<readonly OwnComment[]> => {
    const ours = await ownComments();
    if ("forbidden" in ours) return [];
    return ours.filter((own) => own.run.runId === run.runId && own.run.runAttempt === run.runAttempt);
  };

  /** A request whose answer was lost may have taken effect after we looked: the oldest stays. */
  const withoutTwins = async (created: Comment, run: RunIdentity): Promise<Comment> => {
    const [oldest, ...twins] = await commentsOf(run);
    await Promise.all(twins.map(({ id }) => remove(id)));
    return oldest ?? created;
  };

  return {
    headSha: async () => {
      const answer = await requests.send(GET_PULL, { ...repository, pull_number: at.pullRequest });
      return isForbidden(answer) ? forbidden(answer) : parseAnswer(GET_PULL, answer, pullSchema).head.sha;
    },
    ownComments,
    create: async (run, body) => {
      const parameters = { ...thread, body: markBody(at.marker, run, body) };
      const answer = await requests.sendOnce(CREATE, parameters, async () => (await commentsOf(run))[0] ?? null);
      if (isForbidden(answer)) return forbidden(answer);
      const created = parseAnswer(CREATE, answer, commentSchema);
      return answer.ok && answer.repeated ? withoutTwins(created, run) : created;
    },
    update: async (id, run, body) => {
      const parameters = { ...repository, comment_id: id, body: markBody(at.marker, run, body) };
      const answer = await requests.send(UPDATE, parameters);
      if (!answer.ok && answer.status === 404) return null;
      return isForbidden(answer) ? forbidden(answer) : parseAnswer(UPDATE, answer, commentSchema);
    },
    remove,
  };
}

async function whoWeAre(requests: Requests, speaksFor: "app" | "person"): Promise<(comment: Comment) => boolean> {
  if (speaksFor === "app") return ({ user }) => user?.type === "Bot";
  const me = parseAnswer("GET /user", await requests.send("GET /user", {}), userSchema);
  return ({ user }) => user?.id === me.id;
}

function forbidden(answer: Extract<Answer, { ok: false }>): Forbidden {
  return { forbidden: answer.message };
}
