import type { StageCache } from "../../ports.ts";

/**
 * A near cache before a far one: asked first, filled with what the far one had to be asked for; both are given what is new.
 * It fails as they do.
 */
export function createLayeredCache(near: StageCache, far: StageCache): StageCache {
  return {
    restore: async (fingerprint, workspace, outs) => {
      const known = await near.restore(fingerprint, workspace, outs);
      if (known !== null) return known;
      const run = await far.restore(fingerprint, workspace, outs);
      if (run !== null) await near.save(fingerprint, workspace, outs, run);
      return run;
    },
    save: async (fingerprint, workspace, outs, run) => {
      await near.save(fingerprint, workspace, outs, run);
      await far.save(fingerprint, workspace, outs, run);
    },
  };
}
