import type { Policy, Report } from "../schema.ts";
import { shortSha } from "./lineage-view.ts";

/** What was compared with what, and by whose policy. Texts are as they came. */
export type Comparison = {
  readonly candidate: CandidateName;
  readonly baseline: { readonly commit: string; readonly branch: string | null } | null;
  readonly policy: {
    readonly path: string;
    readonly source: Policy["source"];
    /** The base branch, where it is known. */
    readonly branch: string | null;
  };
};

/**
 * - `commit`: just that commit
 * - `working tree`: the files as they lie there, committed or not, on top of the commit that is checked out
 * - `unknown`: the report does not say
 */
type CandidateName =
  | { readonly kind: "commit"; readonly commit: string }
  | { readonly kind: "working tree"; readonly on: string | null }
  | { readonly kind: "unknown" };

/** How it is told: words of the program's own, or a name of the repository's, which stands out; `whole` where it is shortened. */
export type TextPart =
  | { readonly kind: "words"; readonly text: string }
  | { readonly kind: "name"; readonly text: string; readonly whole: string };

/** What a report says that it compared. */
export function comparisonOf({ evidence, run }: Report): Comparison {
  const { baselineSha, baseBranch, policy } = evidence;
  return {
    candidate: candidateOf(evidence, run),
    baseline: baselineSha === null ? null : { commit: baselineSha, branch: baseBranch },
    policy: { path: policy.path, source: policy.source, branch: baseBranch },
  };
}

/** Without a run of CI the candidate is what lies in the working tree: the commit alone would not give it again. */
function candidateOf(
  { pullRequest, candidateSha }: Report["evidence"],
  { id }: Pick<Report["run"], "id">,
): CandidateName {
  if (pullRequest === null && id === null) return { kind: "working tree", on: candidateSha };
  return candidateSha === null ? { kind: "unknown" } : { kind: "commit", commit: candidateSha };
}

/** "working tree on `abc1234`", "`abc1234`", or null where it is not known. */
export function candidateText({ candidate }: Comparison): readonly TextPart[] | null {
  switch (candidate.kind) {
    case "unknown":
      return null;
    case "commit":
      return [commit(candidate.commit)];
    case "working tree":
      return candidate.on === null ? [words("working tree")] : [words("working tree on "), commit(candidate.on)];
  }
}

/** "`abc1234` of `main`", or "none". */
export function baselineText({ baseline }: Comparison): readonly TextPart[] {
  if (baseline === null) return [words("none")];
  return [commit(baseline.commit), ...ofBranch(baseline.branch)];
}

/** "`modelgate.yml` of `main`", or "`modelgate.yml`, as the change proposes it". */
export function policyText({ policy }: Comparison): readonly TextPart[] {
  const whose = policy.source === "base" ? ofBranch(policy.branch) : [words(", as the change proposes it")];
  return [name(policy.path), ...whose];
}

/** All of it in one line: "Candidate `abc1234` against baseline `def5678` of `main` · policy: `modelgate.yml` of `main`". */
export function comparisonText(comparison: Comparison): readonly TextPart[] {
  const candidate = candidateText(comparison);
  const baseline =
    comparison.baseline === null ? [words("no baseline")] : [words("baseline "), ...baselineText(comparison)];
  return [
    words("Candidate"),
    ...(candidate === null ? [] : [words(comparison.candidate.kind === "commit" ? " " : ": "), ...candidate]),
    words(" against "),
    ...baseline,
    words(" · policy: "),
    ...policyText(comparison),
  ];
}

function ofBranch(branch: string | null): readonly TextPart[] {
  return branch === null ? [] : [words(" of "), name(branch)];
}

function words(text: string): TextPart {
  return { kind: "words", text };
}

function name(text: string): TextPart {
  return { kind: "name", text, whole: text };
}

function commit(sha: string): TextPart {
  return { kind: "name", text: shortSha(sha), whole: sha };
}
