import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What the system itself says that a command took, once it is over. */
type CommandRecord = {
  /** User and system time of all that was waited for, in seconds. */
  readonly cpuSeconds: number | null;
  /** The largest resident memory that any single process which was waited for ever had, in bytes. */
  readonly largestProcessBytes: number | null;
};

/**
 * The program that a command's shell runs in and that reports of it. The descriptor of the report is closed to the command,
 * and its exit code is the program's.
 */
export type CommandRecorder = {
  readonly program: string;
  readonly args: (command: string) => readonly string[];
  /** Descriptors that the program is started with: what the command prints as errors, and the report. */
  readonly descriptors: { readonly errors: 2 | 3; readonly report: 2 | 3 };
  readonly read: (report: string) => CommandRecord;
};

const UNKNOWN: CommandRecord = { cpuSeconds: null, largestProcessBytes: null };

/**
 * `-e` ends a command of several lines at the first that fails: a gate must not train on half a preparation.
 * POSIX has the outer shell tell the time of what it waited for (`times`), also of what was over before it could be sampled;
 * memory it does not tell.
 */
const shellRecorder: CommandRecorder = {
  program: "/bin/sh",
  args: (command) => ["-c", 'sh -e -c "$1" 3>&-; code=$?; times >&3; exit "$code"', "sh", command],
  descriptors: { errors: 2, report: 3 },
  read: (report) => {
    // The second line is of the children: `0m1.230000s 0m0.040000s`.
    const times = [...(report.split("\n")[1] ?? "").matchAll(/(\d+)m(\d+(?:[.,]\d+)?)s/g)];
    if (times.length !== 2) return UNKNOWN;
    const seconds = times.map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest?.replace(",", ".")));
    return { ...UNKNOWN, cpuSeconds: seconds.reduce((sum, value) => sum + value, 0) };
  },
};

/** GNU time asks the kernel (getrusage, `ru_maxrss`), which misses nothing; it writes to its own standard error. */
function timeRecorder(program: string): CommandRecorder {
  const inner = 'exec 2>&3 3>&-; exec /bin/sh -e -c "$1"';
  return {
    program,
    args: (command) => ["-q", "-f", "%U %S %M", "/bin/sh", "-c", inner, "sh", command],
    descriptors: { errors: 3, report: 2 },
    read: (report) => {
      // The last line: before it there may be one on how the command ended.
      const [, user, system, kilobytes] = /(?:^|\n)(\d+\.\d+) (\d+\.\d+) (\d+)\n?$/.exec(report) ?? [];
      if (user === undefined || system === undefined || kilobytes === undefined) return UNKNOWN;
      return { cpuSeconds: Number(user) + Number(system), largestProcessBytes: Number(kilobytes) * 1024 };
    },
  };
}

/**
 * GNU time where it is installed, as on GitHub's runners, else the shell.
 *
 * @param timeProgram where to look for it
 */
export async function chooseRecorder(timeProgram: string): Promise<CommandRecorder> {
  if (process.platform !== "linux") return shellRecorder;
  try {
    const { stdout, stderr } = await promisify(execFile)(timeProgram, ["--version"], { timeout: 5_000, env: {} });
    // Up to 1.7, which wrote its name in another way, memory was told four times too large.
    return /^time \(GNU Time\)/m.test(stdout + stderr) ? timeRecorder(timeProgram) : shellRecorder;
  } catch (error) {
    // Not there, or another program of that name, which does not know the option.
    if (error instanceof Error && "code" in error) return shellRecorder;
    throw error;
  }
}
