import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Log, ModelScoring, Repository, StageCache, StageRunner, Tables, Workspace } from "../ports.ts";
import { createLocalCache } from "./cache/local-cache.ts";
import { createTables } from "./duckdb/tables.ts";
import { findGitFolders } from "./git/git-folder.ts";
import { linkUntracked } from "./git/link-untracked.ts";
import { openRepository } from "./git/repository.ts";
import { createModelScoring } from "./onnx/model-scoring.ts";
import { createStageRunner } from "./process/stage-runner.ts";

/** What the flows need of the world on one machine, whoever starts them. */
export type Project = {
  readonly repository: Repository;
  readonly cache: StageCache;
  readonly runner: StageRunner;
  readonly tables: Tables;
  readonly scoring: ModelScoring;
  readonly log: Log;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cores: number;
  readonly signal: AbortSignal;
  readonly sha256: (text: string) => string;
  readonly nowMs: () => number;
  readonly shareUntracked: (from: Workspace, to: Workspace, paths: readonly string[]) => Promise<void>;
};

/**
 * Opens the repository that a folder lies in. Natives are loaded when the first table or model is.
 *
 * @throws ProblemError where there is no repository.
 */
export function openProject(options: {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Project {
  const { folder, environment, log, signal } = options;
  const repository = openRepository(folder, { environment });
  return {
    repository,
    cache: createLocalCache(join(findGitFolders(folder).shared, "modelgate", "cache")),
    runner: createStageRunner({ environment }),
    tables: createTables({}),
    scoring: createModelScoring({}),
    log,
    environment,
    cores: availableParallelism(),
    signal,
    sha256,
    nowMs: () => performance.now(),
    shareUntracked: async (from, to, paths) => {
      const { skipped } = await linkUntracked(from, to, paths, environment);
      for (const { path, reason } of skipped) log.info(`${path} is not shared with the baseline: ${reason}`);
    },
  };
}

/** The digest of a text's UTF-8 bytes, as `sha256:<hex>`. */
export function sha256(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
