import { type Git, makeMerge } from "./git.ts";
import { bodyObject, json, jsonObject, type Request, type Response, type Route, refuse, route } from "./http.ts";
import type { Upstream } from "./upstream.ts";

/** A pull request as the real repository has it now. */
export type PullRequest = {
  readonly number: number;
  readonly headBranch: string;
  readonly headSha: string;
  readonly baseBranch: string;
  readonly baseSha: string;
  /** Owner of the fork that it comes from; null for a branch of the repository itself. */
  readonly fork: string | null;
  /** The commit of `refs/pull/N/merge`; null where it conflicts or is closed. */
  readonly mergeSha: string | null;
  readonly state: "open" | "closed" | "merged";
};

type Merged = { readonly sha: string; readonly at: string };
/** `followed`: the two commits that its refs were last made for. */
type Tracked = PullRequest & { readonly merged: Merged | null; readonly followed: string | null };

/** Which required checks stand in the way of a merge; the first says so in GitHub's words. */
export type MissingChecks = (baseBranch: string, headSha: string) => Promise<string | null>;

export type Pulls = {
  readonly routes: readonly Route[];
  readonly get: (number: number) => PullRequest;
  /** Marks it as coming from somebody's fork. */
  readonly setFork: (number: number, owner: string) => void;
  /** Follows the branches: heads, bases, `refs/pull/N/head` and `refs/pull/N/merge` of all that is open. */
  readonly follow: () => Promise<void>;
  /** What the emulator says of pull requests, with what it does not know: real heads, bases and merges. */
  readonly correct: (value: unknown) => unknown;
};

/**
 * Pull requests on the real repository. The emulator keeps titles, comments and states; what depends on commits is kept here,
 * since it neither follows a push nor merges trees.
 */
export function createPulls(options: {
  readonly git: Git;
  readonly upstream: Upstream;
  readonly repository: string;
  readonly missingChecks: MissingChecks;
  /** Brings the emulator up to date. */
  readonly sync: () => Promise<void>;
}): Pulls {
  const { git, upstream, repository } = options;
  const tracked = new Map<number, Tracked>();

  const get = (number: number): Tracked => {
    const pull = tracked.get(number);
    if (pull === undefined) throw new Error(`there is no pull request ${number}`);
    return pull;
  };
  const set = (number: number, change: Partial<Tracked>) => tracked.set(number, { ...get(number), ...change });

  return {
    get,
    setFork: (number, owner) => set(number, { fork: owner }),
    follow,
    correct: (value) => correctPulls(value, tracked),
    routes: [
      route("POST /repos/{owner}/{repo}/pulls", open),
      route("PATCH /repos/{owner}/{repo}/pulls/{number}", change),
      route("PUT /repos/{owner}/{repo}/pulls/{number}/merge", (request, names) =>
        merge(Number(names["number"]), request),
      ),
    ],
  };

  async function open(request: Request): Promise<Response> {
    const body = bodyObject(request);
    const [headBranch, baseBranch] = [String(body["head"]), String(body["base"])];
    const branches = await readBranches();
    const [headSha, baseSha] = [branches.get(headBranch), branches.get(baseBranch)];
    if (headSha === undefined || baseSha === undefined) {
      const field = headSha === undefined ? "head" : "base";
      return refuse(422, "Validation Failed", { errors: [{ resource: "PullRequest", field, code: "invalid" }] });
    }
    const answer = await upstream.forward(request);
    const number = jsonObject(String(answer.body ?? ""))?.["number"];
    if (answer.status !== 201 || typeof number !== "number") return answer;
    const at = { headBranch, headSha, baseBranch, baseSha };
    tracked.set(number, { number, ...at, fork: null, mergeSha: null, state: "open", merged: null, followed: null });
    await options.sync();
    return answer;
  }

  async function change(request: Request, names: Readonly<Record<string, string>>): Promise<Response> {
    const answer = await upstream.forward(request);
    const { state, base } = bodyObject(request);
    if (answer.status !== 200) return answer;
    const number = Number(names["number"]);
    if (typeof base === "string") set(number, { baseBranch: base });
    if ((state === "open" || state === "closed") && get(number).state !== "merged") set(number, { state });
    await options.sync();
    return answer;
  }

  async function merge(number: number, request: Request): Promise<Response> {
    const pull = tracked.get(number);
    if (pull === undefined) return refuse(404, "Not Found");
    const { sha, merge_method: method = "merge", commit_title: title, commit_message: text } = bodyObject(request);
    if (pull.state !== "open" || pull.mergeSha === null) return refuse(405, "Pull Request is not mergeable");
    if (typeof sha === "string" && sha !== pull.headSha) {
      return refuse(409, "Head branch was modified. Review and try the merge again.");
    }
    if (method === "rebase") return refuse(405, "Rebase merges are not allowed on this repository.");
    const missing = await options.missingChecks(pull.baseBranch, pull.headSha);
    if (missing !== null) return refuse(405, missing);

    const message = [
      title ?? `Merge pull request #${number} from ${repository.split("/")[0]}/${pull.headBranch}`,
      text,
    ];
    const merged = await makeMerge(git, {
      base: pull.baseSha,
      head: pull.headSha,
      parents: method === "squash" ? [pull.baseSha] : [pull.baseSha, pull.headSha],
      message: message.filter((part) => part !== undefined).join("\n\n"),
    });
    if (merged === null) return refuse(405, "Pull Request is not mergeable");
    await git.run(["update-ref", `refs/heads/${pull.baseBranch}`, merged, pull.baseSha]);
    set(number, { state: "merged", merged: { sha: merged, at: new Date().toISOString() } });
    await upstream.call("PATCH", `/repos/${repository}/pulls/${number}`, { state: "closed" });
    await options.sync();
    return json(200, { sha: merged, merged: true, message: "Pull Request successfully merged" });
  }

  async function follow(): Promise<void> {
    const branches = await readBranches();
    for (const pull of [...tracked.values()]) {
      if (pull.state === "open") await followBranches(pull, branches);
      else if (pull.mergeSha !== null) {
        await git.run(["update-ref", "-d", mergeRef(pull.number)]);
        set(pull.number, { mergeSha: null });
      }
    }
  }

  async function followBranches(pull: Tracked, branches: ReadonlyMap<string, string>): Promise<void> {
    const headSha = branches.get(pull.headBranch) ?? pull.headSha;
    const baseSha = branches.get(pull.baseBranch) ?? pull.baseSha;
    const followed = `${baseSha}..${headSha}`;
    if (pull.followed === followed) return;
    const message = `Merge ${headSha} into ${baseSha}`;
    const mergeSha = await makeMerge(git, { base: baseSha, head: headSha, parents: [baseSha, headSha], message });
    const merge = mergeSha === null ? `delete ${mergeRef(pull.number)}` : `update ${mergeRef(pull.number)} ${mergeSha}`;
    await git.run(["update-ref", "--stdin"], { input: `update refs/pull/${pull.number}/head ${headSha}\n${merge}\n` });
    set(pull.number, { headSha, baseSha, mergeSha, followed });
  }

  async function readBranches(): Promise<ReadonlyMap<string, string>> {
    const listed = await git.text("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads");
    return new Map(listed.split("\n").map((line) => line.split(" ") as [string, string]));
  }
}

function mergeRef(number: number): string {
  return `refs/pull/${number}/merge`;
}

/** Anything in an answer that is a pull request of ours. */
function correctPulls(value: unknown, tracked: ReadonlyMap<number, Tracked>): unknown {
  if (Array.isArray(value)) return value.map((item) => correctPulls(item, tracked));
  if (typeof value !== "object" || value === null || !("number" in value && "head" in value && "base" in value))
    return value;
  const pull = tracked.get(value.number as number);
  return pull === undefined ? value : correctPull(value as EmulatedPull, pull);
}

type Side = { readonly repo: { readonly full_name: string; readonly id: number; readonly owner: object } };
type EmulatedPull = { readonly head: Side; readonly base: Side; readonly [key: string]: unknown };

function correctPull(value: EmulatedPull, pull: Tracked): unknown {
  const { fork, merged } = pull;
  const headOwner = fork ?? value.base.repo.full_name.split("/")[0];
  return {
    ...value,
    head: {
      ...value.head,
      ...(fork === null
        ? {}
        : { repo: forkOf(value.head.repo, fork), user: { ...value.head.repo.owner, login: fork } }),
      ref: pull.headBranch,
      sha: pull.headSha,
      label: `${headOwner}:${pull.headBranch}`,
    },
    base: { ...value.base, ref: pull.baseBranch, sha: pull.baseSha },
    state: pull.state === "open" ? "open" : "closed",
    merged: merged !== null,
    merged_at: merged?.at ?? null,
    merge_commit_sha: merged?.sha ?? pull.mergeSha,
    mergeable: pull.state === "open" ? pull.mergeSha !== null : null,
    mergeable_state: pull.state !== "open" ? "unknown" : pull.mergeSha === null ? "dirty" : "clean",
  };
}

function forkOf(repository: Side["repo"], owner: string): Side["repo"] & { readonly fork: true } {
  const name = repository.full_name.split("/")[1];
  return {
    ...repository,
    id: repository.id + 1_000_000,
    full_name: `${owner}/${name}`,
    fork: true,
    owner: { ...repository.owner, login: owner, type: "User" },
  };
}
