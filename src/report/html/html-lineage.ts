import type { Evaluated, StageLineage } from "../schema.ts";
import type { MeasuredView } from "../view/change-view.ts";
import { type ChangedSetting, COMMAND, shortDigest, shortSha } from "../view/lineage-view.ts";
import { evaluatedBaseline } from "../view/performance-view.ts";
import { formatBytes } from "../view/quantity-text.ts";
import { beyond, type HtmlColumn, htmlFacts, htmlTable, MAX_ROWS } from "./html-table.ts";
import { type Child, fragment, type Markup, tag } from "./markup.ts";

/** What was changed, and from what the models were made. */
export function lineageSection(view: MeasuredView): Markup {
  const { dataset, candidate } = view.model;
  const baseline = evaluatedBaseline(view.model);
  const settings = (view.changedSettings ?? []).slice(0, MAX_ROWS);
  const files = view.changedDependencies.slice(0, MAX_ROWS).map((path) => tag("li", {}, tag("code", {}, path)));
  return fragment(
    settings.length === 0
      ? null
      : fragment(
          tag("h3", {}, "Parameters that changed"),
          htmlTable("Parameters that changed", SETTING_COLUMNS, settings),
        ),
    beyond(view.changedSettings?.length ?? 0),
    files.length === 0 ? null : fragment(tag("h3", {}, "Changed files that stages read"), tag("ul", {}, files)),
    tag("h3", {}, "Data and lineage"),
    htmlFacts([
      ["Data", tag("code", {}, dataset.source)],
      ["Target", dataset.targetSummary],
      ["Digest of the rows", tag("code", {}, dataset.digest)],
      ...dataset.files
        .slice(0, 50)
        .map(
          (file) =>
            ["File", fragment(tag("code", {}, file.path), " ", tag("code", {}, shortDigest(file.digest)))] as const,
        ),
      ["Candidate", artifact(candidate)],
      ["Baseline", baseline === null ? null : artifact(baseline)],
    ]),
    candidate.stages.length === 0
      ? null
      : htmlTable("Stages", stageColumns(baseline), candidate.stages.slice(0, MAX_ROWS)),
  );
}

const SETTING_COLUMNS: readonly HtmlColumn<ChangedSetting>[] = [
  { head: "Parameter", cell: ({ name }) => (name === COMMAND ? COMMAND : tag("code", {}, name)) },
  { head: "Stage", cell: ({ stage }) => tag("code", {}, stage) },
  { head: "Baseline", cell: ({ baseline }) => (baseline === null ? "–" : tag("code", {}, baseline)) },
  { head: "Candidate", cell: ({ candidate }) => (candidate === null ? "–" : tag("code", {}, candidate)) },
];

function stageColumns(baseline: Evaluated | null): readonly HtmlColumn<StageLineage>[] {
  const before = (name: string) => baseline?.stages.find((stage) => stage.name === name)?.fingerprint ?? null;
  return [
    { head: "Stage", cell: ({ name }) => tag("code", {}, name) },
    { head: "Command", cell: ({ cmd }) => tag("code", {}, cmd.join(" && ")) },
    { head: "Fingerprint", cell: ({ fingerprint }) => tag("code", {}, shortDigest(fingerprint)) },
    {
      head: "Baseline's",
      cell: ({ name, fingerprint }) => {
        const other = before(name);
        if (other === null) return "–";
        return other === fingerprint ? "same" : tag("code", {}, shortDigest(other));
      },
    },
  ];
}

function artifact({ commit, artifact: of }: Evaluated): Child {
  const at = commit === null ? null : fragment("commit ", tag("code", {}, shortSha(commit)), ", ");
  return fragment(
    at,
    tag("code", {}, of.path),
    " ",
    tag("code", {}, shortDigest(of.digest)),
    `, ${formatBytes(of.bytes)}`,
  );
}
