import { createActionsCache } from "../src/adapters/cache/actions-cache.ts";
import { createLayeredCache } from "../src/adapters/cache/layered-cache.ts";
import { openProject } from "../src/adapters/open-project.ts";
import { endSignal } from "../src/adapters/process/end-signal.ts";
import type { CheckPorts } from "../src/flows/check.ts";
import type { Log } from "../src/ports.ts";
import { ProblemError } from "../src/problem.ts";
import type { Inputs } from "./inputs.ts";

/** A cancelled job is sent SIGINT and, after 7.5 seconds, SIGTERM: in between there is time to say so on the pull request. */
const CANCEL_MS = 7_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the flows need of the runner.
 *
 * @throws ProblemError on a platform whose native libraries the bundle does not have.
 */
export function openPorts(environment: Environment, inputs: Inputs, log: Log): CheckPorts {
  assertPlatform(process.platform, process.arch);
  const folder = environment["GITHUB_WORKSPACE"] ?? process.cwd();
  const project = openProject({ folder, environment, log, signal: endSignal({ patienceMs: CANCEL_MS }) });
  const remote = createActionsCache({ root: folder, warn: log.warn });
  return { ...project, cache: inputs.cache ? createLayeredCache(project.cache, remote) : null };
}

function assertPlatform(platform: string, arch: string): void {
  if (platform === "linux" && arch === "x64") return;
  throw new ProblemError({
    kind: "platform",
    where: `runner ${platform}-${arch}`,
    what: "the action brings its native libraries for linux-x64 only",
    mend: "use `runs-on: ubuntu-latest`, or run the command line in a step of your own (see the README)",
  });
}
