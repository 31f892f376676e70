import { canonicalJson } from "../report/canonical-json.ts";
import type { GraphStage } from "./graph.ts";
import type { StageParameters } from "./parameters.ts";

/** Raised when what a fingerprint covers changes: outputs cached under an older one are then made anew. */
const FORMAT = 1;

export type FingerprintInputs = {
  /** Digest of each of the stage's `deps`, by path. */
  readonly digests: ReadonlyMap<string, string>;
  readonly parameters: StageParameters;
  /** The environment that the stage would see; only what its `env` names is looked at. */
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/**
 * What decides a stage's outputs, as one digest: its commands, folder, inputs' content, parameters, outputs' names and
 * declared environment, and nothing else (no time-out, secret, time or machine). Equal fingerprints, equal outputs, as
 * far as the stage declares what it depends on. The order of `deps`, `outs`, `params` and `env` does not matter; that
 * of commands does. An unset variable differs from an empty one.
 *
 * @param hash SHA-256 of a text, as `sha256:<hex>`; the fingerprint is what it returns.
 * @throws Error if the digest of a dependency was not given.
 */
export function stageFingerprint(stage: GraphStage, inputs: FingerprintInputs, hash: (text: string) => string): string {
  const { cmd, env } = stage.stage;
  return hash(
    canonicalJson({
      format: FORMAT,
      cmd: typeof cmd === "string" ? [cmd] : cmd,
      wdir: stage.wdir,
      deps: stage.deps.map((path) => [path, digestOf(path, inputs.digests)]),
      parameters: inputs.parameters,
      outs: [...stage.outs],
      env: Object.fromEntries(env.map((name) => [name, environmentValue(name, inputs.environment)])),
    }),
  );
}

function digestOf(path: string, digests: ReadonlyMap<string, string>): string {
  const digest = digests.get(path);
  if (digest === undefined) throw new Error(`the digest of ${path} was not given`);
  return digest;
}

function environmentValue(name: string, environment: Readonly<Record<string, string | undefined>>): string | null {
  return Object.hasOwn(environment, name) ? (environment[name] ?? null) : null;
}
