import { commandFiles, withCommandFiles } from "../pipeline/command-files.ts";
import { stageFingerprint } from "../pipeline/fingerprint.ts";
import { buildGraph, externalInputs, type GraphStage, type StageGraph, type Stages } from "../pipeline/graph.ts";
import { parameterFiles, parameterNames, pickParameters, type StageParameters } from "../pipeline/parameters.ts";
import { readyStages, stagesFor } from "../pipeline/plan.ts";
import { stagePaths } from "../pipeline/stage-paths.ts";
import type { FileDigest, Log, StageCache, StageRun, StageRunner, Workspace } from "../ports.ts";
import { type Problem, ProblemError } from "../problem.ts";
import type { Performance, StageLineage } from "../report/schema.ts";
import { refuseTrackedOutputs } from "./refuse-tracked-outputs.ts";

export type TrainPorts = {
  readonly runner: StageRunner;
  /** Null: every stage runs. */
  readonly cache: StageCache | null;
  readonly log: Log;
  readonly sha256: (text: string) => string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How many stages run side by side. */
  readonly cores: number;
  readonly signal: AbortSignal;
};

export type TrainRequest = {
  /** For people: `breast-cancer`, `breast-cancer (baseline)`. */
  readonly title: string;
  /** Where the stages are written down: `modelgate.yml, model breast-cancer`. */
  readonly where: string;
  readonly stages: Stages;
  /** The file that is to be evaluated. */
  readonly artifact: string;
  /** Other paths that are needed afterwards, such as the evaluation's data where a stage writes it. */
  readonly alsoNeeded: readonly string[];
  readonly workspace: Workspace;
  /** Of these paths the files that are somebody's own work, which making outputs would remove: none in a checkout of our own. */
  readonly kept: (paths: readonly string[]) => Promise<readonly string[]>;
};

export type Trained =
  | {
      readonly ok: true;
      readonly artifact: FileDigest;
      readonly lineage: readonly StageLineage[];
      readonly performance: Performance["stages"];
    }
  | { readonly ok: false; readonly problem: Problem; readonly logTail: readonly string[] };

type FinishedStage =
  | { readonly ok: true; readonly lineage: StageLineage; readonly restored: boolean; readonly run: StageRun }
  | { readonly ok: false; readonly problem: Problem; readonly logTail: readonly string[] };

/**
 * Makes a model by its pipeline: what the artifact needs is restored from the cache where its fingerprint is known and run where it
 * is not, side by side where the graph allows. Models that share a stage in one tree share its run.
 *
 * What a command does wrong is in the result; a config that cannot be run is too.
 */
export function createTrainer(ports: TrainPorts): (request: TrainRequest) => Promise<Trained> {
  const shared = new Map<string, Promise<FinishedStage>>();
  return (request) => trainedOrProblem(async () => runGraph(request, await readGraph(request), ports, shared));
}

/** The result of `make`; a ProblemError that it throws is one, too. */
export async function trainedOrProblem<T>(make: () => Promise<T>): Promise<T | Extract<Trained, { ok: false }>> {
  try {
    return await make();
  } catch (error) {
    return asFailure(error);
  }
}

function asFailure(error: unknown): Extract<Trained, { ok: false }> {
  if (error instanceof ProblemError) return { ok: false, problem: error.problem, logTail: [] };
  throw error;
}

async function readGraph({ stages: declared, artifact, workspace, where }: TrainRequest): Promise<StageGraph> {
  const named = [...commandFiles(declared).values()].flat();
  const stages = withCommandFiles(declared, new Set(await workspace.regularFiles(named)));
  const external = externalInputs(stages, artifact);
  const digests = await workspace.digests(external);
  const existing = new Set(external.filter((_, index) => digests[index] !== null));
  const built = buildGraph({ where, stages, artifact, exists: (path) => existing.has(path) });
  if (!built.ok) throw new ProblemError(built.problems[0] as Problem);
  return built.graph;
}

async function runGraph(
  request: TrainRequest,
  graph: StageGraph,
  ports: TrainPorts,
  shared: Map<string, Promise<FinishedStage>>,
): Promise<Trained> {
  const wanted = stagesFor(graph, [request.artifact, ...request.alsoNeeded]);
  const stages = [...wanted].map((name) => graph.stages.get(name) as GraphStage);
  await refuseTrackedOutputs(stages, request.where, request.kept);
  const done = new Set<string>();
  const started = new Set<string>();
  const finished = new Map<string, Extract<FinishedStage, { ok: true }>>();
  const running = new Map<string, Promise<readonly [string, FinishedStage]>>();
  while (done.size < wanted.size) {
    const free = ports.cores - running.size;
    for (const name of readyStages(graph, done, started, wanted).slice(0, free)) {
      started.add(name);
      const stage = graph.stages.get(name) as GraphStage;
      const finishing = finishStage(request, stage, ports, shared).catch(asFailure);
      running.set(
        name,
        finishing.then((result) => [name, result] as const),
      );
    }
    const [name, result] = await Promise.race(running.values());
    running.delete(name);
    if (!result.ok) {
      // What runs beside it is let finish: ended halfway it would have to run again.
      await Promise.allSettled(running.values());
      return result;
    }
    done.add(name);
    finished.set(name, result);
  }
  return collect(request, graph, wanted, finished);
}

async function collect(
  request: TrainRequest,
  graph: StageGraph,
  wanted: ReadonlySet<string>,
  finished: ReadonlyMap<string, Extract<FinishedStage, { ok: true }>>,
): Promise<Trained> {
  const [artifact] = await request.workspace.digests([request.artifact]);
  if (!artifact) {
    throw new ProblemError({
      kind: "stage",
      where: request.where,
      what: `the pipeline ran and left no ${request.artifact}`,
      mend: "let a stage write it and name it in its `outs`",
    });
  }
  const inOrder = [...graph.stages.keys()].filter((name) => wanted.has(name)).map((name) => finished.get(name));
  const stages = inOrder.filter((stage) => stage !== undefined);
  return {
    ok: true,
    artifact,
    lineage: stages.map(({ lineage }) => lineage),
    performance: stages.map(({ lineage, restored, run }) => ({ name: lineage.name, restored, ...run })),
  };
}

/** One stage, once for each tree and fingerprint. */
async function finishStage(
  request: TrainRequest,
  stage: GraphStage,
  ports: TrainPorts,
  shared: Map<string, Promise<FinishedStage>>,
): Promise<FinishedStage> {
  const where = `${request.where}, stage ${stage.name}`;
  const parameters = await readParameters(where, stage, request.workspace);
  const deps = await readDependencies(where, stage, request.workspace);
  const fingerprint = stageFingerprint(
    stage,
    { digests: new Map(deps.map(({ path, digest }) => [path, digest])), parameters, environment: ports.environment },
    ports.sha256,
  );
  const key = `${request.workspace.root}\n${fingerprint}`;
  const start = () => {
    const finishing = restoreOrRun(request, stage, fingerprint, deps, parameters, ports);
    shared.set(key, finishing);
    return finishing;
  };
  const earlier = shared.get(key);
  if (earlier === undefined) return start();
  const known = await earlier;
  // The other model may call the same stage something else.
  if (!known.ok) return { ...known, problem: { ...known.problem, where } };
  if (!(await isInPlace(known.lineage, request.workspace))) return start();
  return { ...known, lineage: { ...known.lineage, name: stage.name } };
}

async function restoreOrRun(
  { title, where, workspace, stages }: TrainRequest,
  stage: GraphStage,
  fingerprint: string,
  deps: readonly FileDigest[],
  parameters: StageParameters,
  { cache, runner, log, signal }: TrainPorts,
): Promise<FinishedStage> {
  const restored = (await cache?.restore(fingerprint, workspace, stage.outs)) ?? null;
  if (restored !== null) {
    log.info(`${title}, ${stage.name}: restored from the cache`);
    return {
      ok: true,
      restored: true,
      run: restored,
      lineage: await describe(stage, fingerprint, deps, parameters, workspace),
    };
  }
  const group = log.group(`${title}, ${stage.name}`);
  const outcome = await runner
    .run({ name: stage.name, stage: stage.stage, workspace, onLine: group.line, signal })
    .finally(group.end);
  if (!outcome.ok) {
    const problem: Problem = {
      kind: "stage",
      where: `${where}, stage ${stage.name}`,
      what: outcome.reason,
      mend: "see the end of its log, and run it alone",
    };
    return { ok: false, problem, logTail: outcome.logTail };
  }
  const { wallSeconds, cpuSeconds, peakMemoryBytes } = outcome;
  const run = { wallSeconds, cpuSeconds, peakMemoryBytes };
  const changed = await changedMeanwhile(deps, workspace);
  const declared = new Set(stagePaths(stages[stage.name] ?? stage.stage).deps);
  const spoilt = changed.find((path) => declared.has(path));
  if (spoilt !== undefined) {
    const problem: Problem = {
      kind: "stage",
      where: `${where}, stage ${stage.name}`,
      what: `${spoilt}, which it only reads, changed while it ran`,
      mend: "let it write only what its `outs` name",
    };
    return { ok: false, problem, logTail: [] };
  }
  // What a command only names it may write as well, such as a log: then nobody knows what the outputs were made of.
  if (changed.length === 0) await cache?.save(fingerprint, workspace, stage.outs, run);
  return { ok: true, restored: false, run, lineage: await describe(stage, fingerprint, deps, parameters, workspace) };
}

/** False where another model's stage has written over the outputs since. */
async function isInPlace({ outs }: StageLineage, workspace: Workspace): Promise<boolean> {
  const now = await workspace.digests(outs.map(({ path }) => path));
  return outs.every(({ digest }, index) => now[index]?.digest === digest);
}

/** The inputs whose content is another one now: its outputs then belong to no fingerprint. */
async function changedMeanwhile(deps: readonly FileDigest[], workspace: Workspace): Promise<readonly string[]> {
  const now = await workspace.digests(deps.map(({ path }) => path));
  return deps.filter(({ digest }, index) => now[index]?.digest !== digest).map(({ path }) => path);
}

async function readParameters(where: string, stage: GraphStage, workspace: Workspace): Promise<StageParameters> {
  const files = [...parameterFiles(stage.stage).keys()];
  const texts = new Map(await Promise.all(files.map(async (path) => [path, await workspace.readText(path)] as const)));
  const picked = pickParameters(where, stage.stage, (path) => texts.get(path) ?? null);
  if (!picked.ok) throw new ProblemError(picked.problems[0] as Problem);
  return picked.parameters;
}

async function readDependencies(
  where: string,
  stage: GraphStage,
  workspace: Workspace,
): Promise<readonly FileDigest[]> {
  const digests = await workspace.digests(stage.deps);
  return digests.map((digest, index) => {
    if (digest !== null) return digest;
    throw new ProblemError({
      kind: "stage",
      where,
      what: `it reads ${stage.deps[index]}, which the stages before it did not write`,
      mend: "let one of them write it, or remove it from `deps`",
    });
  });
}

async function describe(
  stage: GraphStage,
  fingerprint: string,
  deps: readonly FileDigest[],
  parameters: StageParameters,
  workspace: Workspace,
): Promise<StageLineage> {
  const outs = await workspace.digests(stage.outs);
  const { cmd } = stage.stage;
  return {
    name: stage.name,
    cmd: typeof cmd === "string" ? [cmd] : [...cmd],
    fingerprint,
    deps: deps.map(({ path, digest }) => ({ path, digest })),
    params: parameterNames(parameters),
    outs: outs.filter((out) => out !== null).map(({ path, digest, bytes }) => ({ path, digest, bytes })),
  };
}
