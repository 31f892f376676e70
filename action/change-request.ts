import type { Subject } from "../src/adapters/github/event.ts";
import type { ChangeRequest } from "../src/flows/change.ts";
import type { Inputs } from "./inputs.ts";

/** What is compared with what, as each event means it. The input `base` changes the comparison, never the policy. */
export function changeRequest(subject: Subject, inputs: Inputs): ChangeRequest {
  return { repository: subject.repository.fullName, compareWith: inputs.base, ...describe(subject) };
}

function describe(subject: Subject): Omit<ChangeRequest, "repository" | "compareWith"> {
  switch (subject.event) {
    case "pull_request":
      return {
        pullRequest: subject.number,
        baseBranch: subject.baseBranch,
        headSha: subject.headSha,
        base: { by: "pullRequest", baseSha: subject.baseSha },
      };
    case "merge_group":
      return {
        pullRequest: null,
        baseBranch: subject.baseBranch,
        headSha: subject.headSha,
        base: { by: "commit", sha: subject.baseSha },
      };
    case "push":
      return {
        pullRequest: null,
        baseBranch: subject.branch,
        headSha: subject.after,
        base: pushBase(subject.before),
      };
    case "workflow_dispatch":
    case "schedule": {
      const { defaultBranch } = subject.repository;
      // A branch is compared with what it would be merged into; the default branch itself with the state before its last commit.
      const isOnDefault = subject.branch === defaultBranch;
      return {
        pullRequest: null,
        baseBranch: defaultBranch,
        headSha: subject.headSha,
        base: isOnDefault ? { by: "firstParent" } : { by: "branch", ref: `refs/heads/${defaultBranch}` },
      };
    }
  }
}

/** All commits of the push together; a new branch has only its last commit's parent. */
function pushBase(before: string | null): ChangeRequest["base"] {
  return before === null ? { by: "firstParent" } : { by: "commit", sha: before, orFirstParent: true };
}
