import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArtifactStore, Published } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";

/** The client retries by itself for half a minute; a blob upload that hangs is ended here. */
const UPLOAD_TIMEOUT_MS = 120_000;

/**
 * The workflow run's artifacts. The client takes its addresses and token from the process's environment, so `environment` is
 * only asked whether they are there. It reads the runner's own host names: `github.com`, `*.ghe.com`, `*.localhost`; anything
 * else it takes for an enterprise server, which has no such store, and the upload is skipped.
 *
 * @throws ProblemError from `upload`, of kind `platform`, where the upload fails or does not end.
 */
export function createArtifactStore(options: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
}): ArtifactStore {
  const { environment } = options;
  return {
    upload: async (name, files) => {
      if (!hasArtifactStore(environment)) {
        return { state: "skipped", reason: "there is no artifact store here: not run by a GitHub runner" };
      }
      const folder = await mkdtemp(join(environment["RUNNER_TEMP"] ?? tmpdir(), "modelgate-artifact-"));
      try {
        const paths = await writeFiles(folder, files);
        return await uploadFolder(name, paths, folder, options.timeoutMs ?? UPLOAD_TIMEOUT_MS, environment);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Whether a GitHub runner has told where its artifact store is. */
export function hasArtifactStore(environment: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(environment["ACTIONS_RUNTIME_TOKEN"] && environment["ACTIONS_RESULTS_URL"]);
}

async function writeFiles(folder: string, files: Parameters<ArtifactStore["upload"]>[1]): Promise<string[]> {
  return Promise.all(
    files.map(async ({ name, content }) => {
      if (!/^[\w-][\w.-]*$/.test(name)) throw new RangeError(`not a plain file name: ${JSON.stringify(name)}`);
      const path = join(folder, name);
      await writeFile(path, content, { flag: "wx" });
      return path;
    }),
  );
}

async function uploadFolder(
  name: string,
  paths: string[],
  folder: string,
  timeoutMs: number,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Published> {
  // A quarter of a second to load, and needed at the very end only.
  const { DefaultArtifactClient, GHESNotSupportedError } = await import("@actions/artifact");
  try {
    const uploading = new DefaultArtifactClient().uploadArtifact(name, paths, folder, { compressionLevel: 6 });
    const { id } = await within(timeoutMs, uploading);
    const run = `${environment["GITHUB_SERVER_URL"]}/${environment["GITHUB_REPOSITORY"]}/actions/runs/${environment["GITHUB_RUN_ID"]}`;
    return { state: "created", url: id === undefined ? run : `${run}/artifacts/${id}` };
  } catch (cause) {
    if (cause instanceof GHESNotSupportedError) {
      return { state: "skipped", reason: "this GitHub Enterprise Server has no store for artifacts of this kind" };
    }
    const problem = {
      kind: "platform",
      where: `artifact ${name}`,
      what: `the upload failed (${cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause)})`,
      mend: "run the job again when GitHub is well",
    } as const;
    throw new ProblemError(problem, { cause });
  }
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
