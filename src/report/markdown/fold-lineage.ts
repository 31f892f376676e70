import { formatCount } from "../../gate/number-text.ts";
import { markdownCode, markdownFold, markdownGrid, markdownText } from "../markdown-text.ts";
import type { StageLineage } from "../schema.ts";
import { rowsText } from "../view/alerts.ts";
import type { MeasuredView } from "../view/change-view.ts";
import { COMMAND, shortDigest, shortSha } from "../view/lineage-view.ts";
import { evaluatedBaseline } from "../view/performance-view.ts";
import { formatBytes } from "../view/quantity-text.ts";
import { more, moreInline } from "./comment-cells.ts";
import type { FoldLimits } from "./fold-limits.ts";

/** Parameters, commands and files that differ from the baseline's. */
export function parametersFold(
  { changedSettings, changedDependencies }: MeasuredView,
  { lines }: FoldLimits,
): string | null {
  if (changedSettings === null) return null;
  const count = changedSettings.length;
  if (count === 0 && changedDependencies.length === 0) return null;
  const rows = changedSettings
    .slice(0, lines)
    .map(({ stage, name, baseline, candidate }) => [
      markdownCode(stage, 40),
      name === COMMAND ? COMMAND : markdownCode(name, 60),
      baseline === null ? "–" : markdownCode(baseline, 60),
      candidate === null ? "–" : markdownCode(candidate, 60),
    ]);
  const table =
    rows.length === 0
      ? []
      : [markdownGrid([["Stage", "Parameter", "Baseline", "Candidate"], ...rows], ["l", "l", "l", "l"])];
  const files = changedDependencies.slice(0, lines).map((path) => markdownCode(path, 60));
  const filesLine =
    files.length === 0
      ? []
      : [`Changed files that stages read: ${files.join(", ")}${moreInline(changedDependencies.length - files.length)}`];
  const body = [...table, ...more(count - rows.length), ...filesLine].join("\n\n");
  return markdownFold(count === 0 ? "What changed" : `Parameters that changed (${formatCount(count)})`, body);
}

/** From what data and stages the models were made. */
export function lineageFold({ model }: MeasuredView, { lines }: FoldLimits): string | null {
  const { dataset, candidate } = model;
  const baseline = evaluatedBaseline(model);
  const facts = [
    `- Data: ${markdownCode(dataset.source)}, ${rowsText(dataset)} (${markdownText(dataset.targetSummary, 120)}), digest ${markdownCode(shortDigest(dataset.digest))}`,
    ...dataset.files
      .slice(0, lines)
      .map((file) => `  - ${markdownCode(file.path)} ${markdownCode(shortDigest(file.digest))}`),
    ...more(dataset.files.length - lines).map((line) => `  ${line}`),
    `- Candidate: ${artifactText(candidate)}`,
    ...(baseline === null ? [] : [`- Baseline: ${artifactText(baseline)}`]),
  ];
  const head = ["Stage", "Command", "Fingerprint", "Baseline's"];
  const stages = candidate.stages.slice(0, lines).map((stage) => stageRow(stage, baseline?.stages ?? []));
  const table = stages.length === 0 ? [] : [markdownGrid([head, ...stages], ["l", "l", "l", "l"])];
  return markdownFold(
    "Data and lineage",
    [facts.join("\n"), ...table, ...more(candidate.stages.length - lines)].join("\n\n"),
  );
}

function artifactText({ commit, artifact }: MeasuredView["model"]["candidate"]): string {
  const at = commit === null ? "" : `commit ${markdownCode(shortSha(commit))}, `;
  return `${at}${markdownCode(artifact.path)} ${markdownCode(shortDigest(artifact.digest))}, ${formatBytes(artifact.bytes)}`;
}

function stageRow(stage: StageLineage, baseline: readonly StageLineage[]): string[] {
  const before = baseline.find(({ name }) => name === stage.name);
  const same = before?.fingerprint === stage.fingerprint;
  return [
    markdownCode(stage.name, 40),
    markdownCode(stage.cmd.join(" && "), 80),
    markdownCode(shortDigest(stage.fingerprint)),
    before === undefined ? "–" : same ? "same" : markdownCode(shortDigest(before.fingerprint)),
  ];
}
