import type { MeasuredModel, Report } from "../schema.ts";
import { countText } from "./count-text.ts";

/** What changes how the numbers are to be read. The text is as it came: whoever renders it escapes it. */
export type Alert = { readonly level: "warning" | "note"; readonly text: string };

const ICONS: Readonly<Record<Alert["level"], string>> = { warning: "⚠️", note: "ℹ️" };

/** The sign that stands before an alert; its text says all of it. */
export function alertIcon({ level }: Alert): string {
  return ICONS[level];
}

/** What is to be known of the judgement as a whole. */
export function changeAlerts({ policy, pullRequest }: Report["evidence"]): readonly Alert[] {
  if (policy.source === "base") return [];
  const who = pullRequest === null ? "change" : "pull request";
  const text = `The base branch has no policy yet: this is judged by the one that the ${who} itself proposes.`;
  return [{ level: "note", text }];
}

/** What is to be known of one model: its data changed, or there is no baseline, and why. */
export function modelAlerts({ baseline, dataset }: MeasuredModel): readonly Alert[] {
  const rows: readonly Alert[] = dataset.changedByPullRequest
    ? [{ level: "warning", text: "This change alters the rows that both models are evaluated on." }]
    : [];
  if (!("absent" in baseline)) return rows;
  if (baseline.absent === "no-policy-on-base") {
    const text = "The base branch does not have this model: there is nothing to compare with yet.";
    return [...rows, { level: "note", text }];
  }
  const why = baseline.problem === null ? "" : `: ${baseline.problem.where}: ${baseline.problem.what}`;
  return [...rows, { level: "warning", text: `The baseline could not be measured${why}.` }];
}

/** How much the numbers rest on: "1,234 rows in 120 groups". */
export function rowsText({ rows, groups }: MeasuredModel["dataset"]): string {
  return `${countText(rows, "row")}${groups === null ? "" : ` in ${countText(groups, "group")}`}`;
}
