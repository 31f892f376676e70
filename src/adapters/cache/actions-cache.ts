import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { StageCache } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { makeStateFolder, STATE_FOLDER } from "../files/state-folder.ts";
import { fingerprintName } from "./fingerprint-name.ts";
import { createLocalCache } from "./local-cache.ts";

/** What is used of `@actions/cache`. */
export type ActionsCacheClient = {
  /** Whether this runner has a cache service. */
  readonly isFeatureAvailable: () => boolean;
  /** Puts the paths back; gives the key of what was found, which may be a longer one. */
  readonly restoreCache: (paths: string[], key: string) => Promise<string | undefined>;
  /** Stores the paths; a number below 0 where the service refused, which the toolkit has then logged. */
  readonly saveCache: (paths: string[], key: string) => Promise<number>;
};

export type ActionsCacheOptions = {
  /** The process's working folder, in the runner's workspace: entries lie in its `.modelgate` on their way. */
  readonly root: string;
  /** Loads the client at first use; without it `@actions/cache`, which takes 0.1 s to load. */
  readonly loadClient?: () => Promise<ActionsCacheClient>;
  /** Told what went wrong with the service: training again is slower, but right. */
  readonly warn: (line: string) => void;
};

/** Raised when the layout of what is stored changes. */
const LAYOUT = "1";

const PARCELS = "actions-cache";

/**
 * The stage cache of GitHub Actions: `modelgate-<layout>-<fingerprint>`, each entry a local cache of its own, packed as one
 * folder and checked as one. A run that may only read (of a fork) saves nothing, and says so; no failure of the service is an error.
 */
export function createActionsCache(options: ActionsCacheOptions): StageCache {
  let loading: Promise<ActionsCacheClient> | null = null;
  const load = () => {
    loading ??= (options.loadClient ?? loadToolkit)();
    return loading;
  };
  const inTurn = createTurns();
  const attempt = async <T>(
    fingerprint: string,
    verb: string,
    work: (parcel: Parcel) => Promise<T>,
  ): Promise<T | null> => {
    const name = fingerprintName(fingerprint);
    const key = `modelgate-${LAYOUT}-${name}`;
    try {
      const client = await load();
      if (!client.isFeatureAvailable()) return null;
      return await inTurn(name, () => withParcel(options.root, name, key, client, work));
    } catch (error) {
      // What is wrong with the workspace is not the service's fault, nor mended without it.
      if (error instanceof ProblemError && error.problem.kind !== "platform") throw error;
      const reason = error instanceof Error ? error.message : String(error);
      options.warn(`The stage cache of GitHub Actions could not ${verb} ${key}: ${reason}`);
      return null;
    }
  };

  return {
    restore: (fingerprint, workspace, outs) =>
      attempt(fingerprint, "restore", async ({ path, key, client, cache }) => {
        const found = await client.restoreCache([path], key);
        // The service looks keys up by their beginning.
        return found === key ? cache.restore(fingerprint, workspace, outs) : null;
      }),
    save: async (fingerprint, workspace, outs, run) => {
      await attempt(fingerprint, "save", async ({ path, key, client, cache }) => {
        await cache.save(fingerprint, workspace, outs, run);
        await client.saveCache([path], key);
      });
    },
  };
}

type Parcel = {
  readonly path: string;
  readonly key: string;
  readonly client: ActionsCacheClient;
  readonly cache: StageCache;
};

/** One after another for the same name: candidate and baseline can share a stage, and then its parcel's place. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const before = last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (last.get(name) === mine) last.delete(name);
    }
  };
}

/** The service finds an entry only under the same text in each run: hence a relative path. */
async function withParcel<T>(
  root: string,
  name: string,
  key: string,
  client: ActionsCacheClient,
  work: (parcel: Parcel) => Promise<T>,
): Promise<T> {
  // Refuses links, which a commit can bring: what lies behind one must not be removed, nor read.
  const absolute = join(makeStateFolder(root, PARCELS), name);
  try {
    await rm(absolute, { recursive: true, force: true });
    return await work({ path: `${STATE_FOLDER}/${PARCELS}/${name}`, key, client, cache: createLocalCache(absolute) });
  } finally {
    await rm(absolute, { recursive: true, force: true });
  }
}

async function loadToolkit(): Promise<ActionsCacheClient> {
  return import("@actions/cache");
}
