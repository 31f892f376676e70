import type { Log, Repository } from "../ports.ts";
import { ProblemError } from "../problem.ts";

/** What is compared with what, and where the result belongs. Every part is a full commit SHA. */
export type Change = {
  readonly repository: string | null;
  readonly pullRequest: number | null;
  /** The branch whose policy counts; null on a laptop that compares with a bare commit. */
  readonly baseBranch: string | null;
  /** The commit that the check stands on: the pull request's head, not its merge commit. */
  readonly headSha: string;
  /** The commit that is trained and evaluated: on a pull request the merge commit; null for what is not committed. */
  readonly candidateSha: string | null;
  /** What it is compared with; null where there is nothing before it (a repository's first commit). */
  readonly baselineSha: string | null;
  /** Whose policy it is judged by: the base branch's tip, whatever it is compared with; null where there is none. */
  readonly policySha: string | null;
};

/** What an event says of a change, before git has been asked. */
export type ChangeRequest = {
  readonly repository: string | null;
  readonly pullRequest: number | null;
  readonly baseBranch: string | null;
  /** Null: the commit that is checked out. */
  readonly headSha: string | null;
  /** What the change goes into. */
  readonly base: /** The commit before the one that is checked out. */
    | { readonly by: "firstParent" }
    /** A merge commit's first parent; where the head itself is checked out, the branch's tip as the event tells it. */
    | { readonly by: "pullRequest"; readonly baseSha: string }
    /** `orFirstParent`: where it cannot be had any more, as after a push by force. */
    | { readonly by: "commit"; readonly sha: string; readonly orFirstParent?: true }
    /** A branch, by a ref that nothing else can be called: compared with the commit that the change left it at. */
    | { readonly by: "branch"; readonly ref: string };
  /** A ref to compare with instead; the policy stays the base's. */
  readonly compareWith: string | null;
};

/**
 * Finds the commits. On a pull request the runner has checked out the merge commit that GitHub made, and its first
 * parent is the base branch; where a workflow checked out the head instead, the comparison is with the merge base.
 *
 * @throws ProblemError where a named commit cannot be found, and where what is checked out is not what the result would stand on.
 */
export async function describeChange(
  request: ChangeRequest,
  repository: Repository,
  log: Pick<Log, "warn">,
): Promise<Change> {
  const head = await repository.head();
  refuseOtherCommit(request, head);
  const base = await findBase(request, head, repository, log);
  const baselineSha = request.compareWith === null ? base.left : await repository.resolve(request.compareWith);
  return {
    repository: request.repository,
    pullRequest: request.pullRequest,
    baseBranch: request.baseBranch,
    headSha: request.headSha ?? head.sha,
    candidateSha: head.sha,
    baselineSha,
    policySha: base.tip,
  };
}

type Head = { readonly sha: string; readonly parents: readonly string[] };

/** The base branch's tip, and where the change left it. */
type Base = { readonly tip: string | null; readonly left: string | null };

/** A workflow can check out anything: what is not the head, or GitHub's merge of it, must not become the head's verdict. */
function refuseOtherCommit({ headSha, pullRequest }: ChangeRequest, head: Head): void {
  if (headSha === null || headSha === head.sha || isMergeOf(headSha, head)) return;
  throw new ProblemError({
    kind: "usage",
    where: pullRequest === null ? "the checkout" : `pull request ${pullRequest}`,
    what: `commit ${short(head.sha)} is checked out, which is neither ${short(headSha)}, that this run is about, nor a merge of it`,
    mend: "let actions/checkout take its default, without `ref`",
  });
}

/** GitHub merges the head into the base: the head is the second of two parents. */
function isMergeOf(headSha: string, { parents }: Head): boolean {
  return parents.length === 2 && parents[1] === headSha;
}

async function findBase(
  { base, headSha }: ChangeRequest,
  head: Head,
  repository: Repository,
  log: Pick<Log, "warn">,
): Promise<Base> {
  switch (base.by) {
    case "firstParent":
      return alone(await firstParent(head, repository));
    case "pullRequest": {
      if (headSha !== null && isMergeOf(headSha, head)) return alone(await firstParent(head, repository));
      const tip = await repository.resolve(base.baseSha);
      return { tip, left: await repository.mergeBase(tip, head.sha) };
    }
    case "commit": {
      if (base.orFirstParent !== true) return alone(await repository.resolve(base.sha));
      return alone((await resolveIfThere(base.sha, repository)) ?? (await insteadOf(base.sha, head, repository, log)));
    }
    case "branch": {
      const tip = await repository.resolve(base.ref);
      return { tip, left: await repository.mergeBase(tip, head.sha) };
    }
  }
}

function alone(sha: string | null): Base {
  return { tip: sha, left: sha };
}

async function firstParent(head: Head, repository: Repository): Promise<string | null> {
  const [parent] = head.parents;
  return parent === undefined ? null : repository.resolve(parent);
}

async function insteadOf(
  sha: string,
  head: Head,
  repository: Repository,
  log: Pick<Log, "warn">,
): Promise<string | null> {
  const parent = await firstParent(head, repository);
  const instead = parent === null ? "there is nothing to compare with" : "compared with the first parent instead";
  log.warn(`Commit ${short(sha)}, which was there before this push, cannot be had any more: ${instead}.`);
  return parent;
}

async function resolveIfThere(ref: string, repository: Repository): Promise<string | null> {
  try {
    return await repository.resolve(ref);
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
