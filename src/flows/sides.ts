import type { ModelConfig } from "../config/schema.ts";
import { dataFolders, dataSource } from "../pipeline/data-source.ts";
import { externalInputs } from "../pipeline/graph.ts";
import { inside } from "../pipeline/stage-paths.ts";
import type { Repository, Workspace } from "../ports.ts";
import { type Problem, ProblemError } from "../problem.ts";
import { artifactOf } from "./artifact-of.ts";
import type { Change } from "./change.ts";
import { configAt, type LoadedPolicy } from "./load-policy.ts";
import { readStages } from "./read-stages.ts";
import { createTrainer, type Trained, type TrainPorts, trainedOrProblem } from "./train.ts";

/** One side of the comparison: the model, the tree it was made in, and that tree's commit. */
export type MadeModel = {
  readonly workspace: Workspace;
  readonly commit: string | null;
  /** What its own side's config says that it is fed with; null where it says nothing. */
  readonly features: readonly string[] | null;
  readonly trained: Trained;
};

export type SidesPorts = TrainPorts & {
  readonly repository: Repository;
  /** Brings files that git does not know (downloaded or DVC-tracked data) into the baseline's tree, as far as they are the same data. */
  readonly shareUntracked: (from: Workspace, to: Workspace, paths: readonly string[]) => Promise<void>;
};

/** Makes the two models of each comparison; trees of other commits are checked out once and kept until `release`. */
export type Sides = {
  readonly candidate: (name: string, model: ModelConfig, trains: boolean) => Promise<MadeModel>;
  /** Null where the base branch does not have the model. */
  readonly baseline: (name: string, model: ModelConfig) => Promise<MadeModel | null>;
  readonly release: () => Promise<void>;
};

type Tree = { readonly workspace: Workspace; readonly release: () => Promise<void> };

export function createSides(change: Change, policy: LoadedPolicy, ports: SidesPorts): Sides {
  const { repository } = ports;
  const train = createTrainer(ports);
  const trees = new Map<string, Promise<Tree>>();
  const checkOut = (sha: string) => {
    const tree = trees.get(sha) ?? repository.worktree(sha);
    trees.set(sha, tree);
    return tree;
  };

  return {
    candidate: async (name, model, trains) => {
      const { workspace } = repository;
      const artifact = artifactOf(model);
      const trained = trains
        ? await trainedOrProblem(async () =>
            train({
              title: name,
              where: `${policy.reported.path}, model ${name}`,
              stages: await readStages(policy.head?.models[name] ?? model, (path) => workspace.readText(path)),
              artifact,
              alsoNeeded: dataFolders(dataSource(model.evaluate.data)),
              workspace,
              kept: repository.tracked,
            }),
          )
        : await trainedOrProblem(() => takeAsIs(name, artifact, workspace));
      return { workspace, commit: change.candidateSha, features: model.evaluate.features ?? null, trained };
    },

    baseline: async (name, model) => {
      const at = await trainedOrProblem(() => findBaseline(name, model));
      if (at === null) return null;
      if ("ok" in at) return { workspace: repository.workspace, commit: null, features: null, trained: at };
      const { sha, model: own } = at;
      const { workspace } = await checkOut(sha);
      const trained = await trainedOrProblem(async () => {
        const stages = await readStages(own, (path) => workspace.readText(path));
        // Never what is to be evaluated: a baseline that is a copy of the candidate would be compared with itself.
        const shared = externalInputs(stages, artifactOf(own)).filter((path) => path !== inside(".", artifactOf(own)));
        await ports.shareUntracked(repository.workspace, workspace, shared);
        return train({
          title: `${name} (baseline)`,
          where: `${policy.reported.path} at ${sha.slice(0, 7)}, model ${name}`,
          stages,
          artifact: artifactOf(own),
          alsoNeeded: [],
          workspace,
          kept: async () => [],
        });
      });
      return { workspace, commit: sha, features: own.evaluate.features ?? null, trained };
    },

    release: async () => {
      for (const tree of trees.values()) await (await tree).release();
    },
  };

  /** The commit that the model is compared with, and its config there; null where the base branch does not have it. */
  async function findBaseline(
    name: string,
    model: ModelConfig,
  ): Promise<{ readonly sha: string; readonly model: ModelConfig } | null> {
    if (model.baseline === "base") {
      const own = policy.baseline?.models[name];
      return change.baselineSha === null || own === undefined ? null : { sha: change.baselineSha, model: own };
    }
    const sha = await repository.resolve(model.baseline);
    const config = await configAt(repository, sha, policy.reported.path);
    const own = config?.models[name];
    if (own === undefined) {
      throw new ProblemError({
        kind: "evidence",
        where: `model ${name}, baseline ${model.baseline}`,
        what: `commit ${sha.slice(0, 7)} has no such model in ${policy.reported.path}`,
        mend: "name a ref that has it, or `base`",
      });
    }
    return { sha, model: own };
  }
}

/** The candidate's file as an earlier step of the job left it. */
async function takeAsIs(name: string, artifact: string, workspace: Workspace): Promise<Trained> {
  const [file] = await workspace.digests([artifact]);
  if (file) return { ok: true, artifact: file, lineage: [], performance: [] };
  const problem: Problem = {
    kind: "evidence",
    where: `model ${name}`,
    what: `there is no ${artifact} to evaluate`,
    mend: "let an earlier step write it, or use the command `check`, which trains",
  };
  return { ok: false, problem, logTail: [] };
}
