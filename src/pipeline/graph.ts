import { nearest } from "../config/nearest.ts";
import type { StageConfig } from "../config/schema.ts";
import type { Problem } from "../problem.ts";
import { indexPaths } from "./path-index.ts";
import { inside, type StagePaths, stagePaths } from "./stage-paths.ts";

/** A stage in its pipeline. */
export type GraphStage = StagePaths & {
  readonly name: string;
  readonly stage: StageConfig;
  /** Stages whose outputs it reads, sorted by name. */
  readonly needs: readonly string[];
};

export type StageGraph = {
  /** In the order of the pipeline. */
  readonly stages: ReadonlyMap<string, GraphStage>;
  /** Each level's stages need only stages of the levels before it, so they can run side by side. */
  readonly levels: readonly (readonly string[])[];
};

export type GraphResult =
  | { readonly ok: true; readonly graph: StageGraph }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type Stages = Readonly<Record<string, StageConfig>>;

/** Every stage may need every other: more would let a hostile file cost minutes. */
const MOST_STAGES = 1000;

export type GraphRequest = {
  /** Where the stages stand, for problems: `modelgate.yml, model breast-cancer`. */
  readonly where: string;
  readonly stages: Stages;
  /** The model or predictions that the pipeline is there to make. */
  readonly artifact: string;
  /** Whether the workspace has a path before any stage has run; asked only for what `externalInputs` lists. */
  readonly exists: (path: string) => boolean;
};

/**
 * Orders stages by what they read of each other's outputs. A folder and what lies in it count as one: a stage that
 * reads `data` waits for the one that writes `data/train.csv`, and the other way round.
 *
 * Problems: two stages that write the same path, a cycle, a dependency that no stage writes and the workspace does not
 * have, and a model that nothing writes.
 */
export function buildGraph(request: GraphRequest): GraphResult {
  const count = Object.keys(request.stages).length;
  if (count > MOST_STAGES) {
    const what = `the pipeline has ${count} stages, at most ${MOST_STAGES} are run`;
    return { ok: false, problems: [{ kind: "config", where: request.where, what, mend: "join stages" }] };
  }
  const stages = connect(request.stages);
  const ordered = inLevels(stages);
  const problems = [
    ...sameOutputs(request.where, stages),
    ...missingInputs(request, stages),
    ...(ordered.cycle === null ? [] : [describeCycle(request.where, ordered.cycle, stages)]),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, graph: { stages, levels: ordered.levels } };
}

/**
 * The paths that must be in the workspace before any stage runs, sorted: what stages read and none writes, and the model
 * where no stage writes it.
 */
export function externalInputs(stages: Stages, artifact: string): readonly string[] {
  const resolved = resolve(stages);
  const written = indexOutputs(resolved);
  const paths = new Set([...resolved.flatMap(({ deps }) => deps), inside(".", artifact)]);
  return [...paths].filter((path) => !written.overlaps(path)).sort();
}

function resolve(stages: Stages): readonly Omit<GraphStage, "needs">[] {
  return Object.entries(stages).map(([name, stage]) => ({ name, stage, ...stagePaths(stage) }));
}

function connect(stages: Stages): ReadonlyMap<string, GraphStage> {
  const resolved = resolve(stages);
  const written = indexOutputs(resolved);
  return new Map(
    resolved.map((stage) => {
      const needs = new Set(stage.deps.flatMap((dep) => written.overlapping(dep).map(({ name }) => name)));
      return [stage.name, { ...stage, needs: [...needs].sort() }];
    }),
  );
}

type Output = { readonly name: string; readonly path: string };

function indexOutputs(stages: readonly { readonly name: string; readonly outs: readonly string[] }[]) {
  const outputs = stages.flatMap(({ name, outs }) => outs.map((path): Output => ({ name, path })));
  return indexPaths(outputs.map((output) => [output.path, output] as const));
}

// ---------------------------------------------------------------- order

type Ordered = { readonly levels: readonly (readonly string[])[]; readonly cycle: readonly string[] | null };

/** Takes away, level by level, what needs nothing that is left (Kahn 1962); what cannot be taken away holds a cycle. */
function inLevels(stages: ReadonlyMap<string, GraphStage>): Ordered {
  const open = new Map([...stages.values()].map(({ name, needs }) => [name, needs.length]));
  const readers = new Map<string, string[]>([...stages.keys()].map((name) => [name, []]));
  for (const { name, needs } of stages.values()) for (const need of needs) readers.get(need)?.push(name);

  const levels: string[][] = [];
  let level = [...open].filter(([, count]) => count === 0).map(([name]) => name);
  while (level.length > 0) {
    levels.push(level);
    const next: string[] = [];
    for (const name of level) {
      open.delete(name);
      for (const reader of readers.get(name) ?? []) {
        const left = (open.get(reader) ?? 0) - 1;
        open.set(reader, left);
        if (left === 0) next.push(reader);
      }
    }
    level = next;
  }
  return { levels, cycle: open.size === 0 ? null : findCycle(stages, open) };
}

/** Walks from need to need among the stages that are left, all of which need one of them, until one comes up again. */
function findCycle(stages: ReadonlyMap<string, GraphStage>, left: ReadonlyMap<string, number>): readonly string[] {
  const walked: string[] = [];
  const seen = new Map<string, number>();
  let here = left.keys().next().value;
  while (here !== undefined && !seen.has(here)) {
    seen.set(here, walked.length);
    walked.push(here);
    here = stages.get(here)?.needs.find((need) => left.has(need));
  }
  const cycle = walked.slice(here === undefined ? 0 : seen.get(here));
  // Needs were walked against the flow of data; people read a cycle along it, from its first name.
  const along = cycle.reverse();
  const start = along.indexOf(along.toSorted()[0] ?? "");
  return [...along.slice(start), ...along.slice(0, start)];
}

// ---------------------------------------------------------------- problems

function describeCycle(where: string, cycle: readonly string[], stages: ReadonlyMap<string, GraphStage>): Problem {
  const [only] = cycle;
  if (cycle.length === 1 && only !== undefined) {
    const { deps = [], outs = [] } = stages.get(only) ?? {};
    const written = indexPaths(outs.map((out) => [out, out] as const));
    const path = deps.find(written.overlaps);
    const mend = "name as `deps` only what is there before the stage runs";
    return { kind: "config", where: `${where}, stage ${only}`, what: `it reads what it writes itself: ${path}`, mend };
  }
  const shown = cycle.length > 8 ? [...cycle.slice(0, 8), "…"] : cycle;
  const what = `the stages wait for each other: ${[...shown, cycle[0]].join(" → ")}`;
  return { kind: "config", where, what, mend: "remove a dependency that closes the circle" };
}

function sameOutputs(where: string, stages: ReadonlyMap<string, GraphStage>): readonly Problem[] {
  const all = [...stages.values()];
  const written = indexOutputs(all);
  const order = new Map([...stages.keys()].map((name, index) => [name, index]));
  return all.flatMap(({ name, outs }) =>
    outs.flatMap((path) => {
      const earlier = written
        .overlapping(path)
        .find(
          (other) =>
            (order.get(other.name) ?? 0) < (order.get(name) ?? 0) || (other.name === name && other.path < path),
        );
      if (earlier === undefined) return [];
      const by = earlier.name === name ? "it" : `stage ${earlier.name}`;
      const what =
        earlier.path === path
          ? `it writes ${path}, which ${by} writes too`
          : `it writes ${path}, and ${by} writes ${earlier.path}`;
      return [
        { kind: "config" as const, where: `${where}, stage ${name}`, what, mend: "let one stage write each path" },
      ];
    }),
  );
}

function missingInputs(
  { where, stages: declared, artifact, exists }: GraphRequest,
  stages: ReadonlyMap<string, GraphStage>,
): readonly Problem[] {
  const missing = new Set(externalInputs(declared, artifact).filter((path) => !exists(path)));
  const outputs = [...stages.values()].flatMap(({ outs }) => outs);
  const problems: Problem[] = [];
  for (const { name, deps } of stages.values()) {
    for (const path of deps) {
      if (!missing.has(path)) continue;
      const meant = nearest(path, outputs);
      const what = `it reads ${path}, which does not exist and no stage writes`;
      const mend = meant === null ? "add the file, or a stage that writes it" : `read ${meant}, or add the file`;
      problems.push({ kind: "config", where: `${where}, stage ${name}`, what, mend });
    }
  }
  const wanted = inside(".", artifact);
  if (missing.has(wanted)) {
    const meant = nearest(wanted, outputs);
    const what = `no stage writes ${wanted}, which is to be evaluated`;
    const mend =
      meant === null
        ? "name it in the `outs` of the stage that writes it"
        : `evaluate ${meant}, or name it in the \`outs\` of a stage`;
    problems.push({ kind: "config", where, what, mend });
  }
  return problems;
}
