import type { StageConfig } from "../../config/schema.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a command needs to be found, to write text and temporary files, and to use the Python, Conda, Java or CUDA that
 * the workflow has set up. Proxies and package indexes are not here: their addresses hold passwords.
 */
const PASSED = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "TMPDIR",
  "TZ",
  "CI",
  // By it GitHub's runner finds what is left of a job, should we be killed before our stages.
  "RUNNER_TRACKING_ID",
  "VIRTUAL_ENV",
  "PYTHONHOME",
  "PYENV_ROOT",
  "PYENV_VERSION",
  // actions/setup-python finds its interpreter's libraries through these.
  "pythonLocation",
  "LD_LIBRARY_PATH",
  "JAVA_HOME",
  "R_HOME",
  "CUDA_HOME",
  "CUDA_PATH",
  "CUDA_VISIBLE_DEVICES",
  "NVIDIA_VISIBLE_DEVICES",
]);

const PASSED_PREFIXES = ["LC_", "CONDA_", "MAMBA_"];

/** Every process of a stage bears this variable, also one that has left its process group and its parents. */
export const STAGE_MARK = "MODELGATE_STAGE";

/**
 * The environment of a stage's commands: the few variables above, and what the stage names under `env` and `secrets`.
 * Everything else (GITHUB_TOKEN, INPUT_*, ACTIONS_*, cloud credentials) is not passed on; the config may not name the runner's own.
 *
 * That is no wall: commands run as the user that we run as, and on Linux such a process can read our own environment and memory
 * (/proc/<pid>/environ). What a pull request's code must not see, its job must not have.
 *
 * @param host usually `process.env`
 * @param mark marks this run's processes
 */
export function stageEnvironment(host: Environment, stage: StageConfig, mark: string): Record<string, string> {
  const named = new Set([...stage.env, ...stage.secrets]);
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(host)) {
    const isPassed = PASSED.has(name) || PASSED_PREFIXES.some((prefix) => name.startsWith(prefix)) || named.has(name);
    if (isPassed && value !== undefined) environment[name] = value;
  }
  // Python holds back what it prints into a pipe: hours of training would show nothing.
  return { PYTHONUNBUFFERED: "1", ...environment, [STAGE_MARK]: mark };
}

/** Which of the stage's secrets have no value here, as in a run for a fork. */
export function missingSecrets(host: Environment, stage: StageConfig): readonly string[] {
  return stage.secrets.filter((name) => (host[name] ?? "") === "");
}

/** The values of the stage's secrets. */
export function secretValues(host: Environment, stage: StageConfig): readonly string[] {
  return stage.secrets.flatMap((name) => host[name] ?? []).filter((value) => value !== "");
}
