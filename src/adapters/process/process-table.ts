import { readdirSync, readFileSync } from "node:fs";

/** One line of Linux's process table. */
export type ProcessInfo = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Ticks since boot; with the pid it names a process for good. */
  readonly started: number;
  /** CPU time of itself and of the children that it has waited for, in seconds. */
  readonly cpuSeconds: number;
};

/** Linux counts in hundredths for its users, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

/** Numbers of all processes, or null where the platform has no `/proc`; proc(5). */
export function listProcesses(): readonly number[] | null {
  if (process.platform !== "linux") return null;
  const names = readProc(() => readdirSync("/proc"));
  return names?.filter((name) => /^\d+$/.test(name)).map(Number) ?? null;
}

/** Running processes (no zombies), or null where the platform has no `/proc`. */
export function readProcesses(): readonly ProcessInfo[] | null {
  return listProcesses()?.flatMap((pid) => readProcess(pid) ?? []) ?? null;
}

/** Null where it is gone. */
export function readProcess(pid: number): ProcessInfo | null {
  const text = readProc(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  if (text === null) return null;
  // The name, in parentheses, may hold anything, parentheses too: fields are counted from its end.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (position: number) => Number(fields[position - 3]);
  if (fields[0] === "Z" || fields[0] === "X") return null;
  return {
    pid,
    parent: field(4),
    group: field(5),
    session: field(6),
    started: field(22),
    cpuSeconds: (field(14) + field(15) + field(16) + field(17)) / TICKS_PER_SECOND,
  };
}

/** Resident memory now and at its highest, in bytes; null where the process is gone. */
export function readMemory(pid: number): { readonly residentBytes: number; readonly peakBytes: number } | null {
  const text = readProc(() => readFileSync(`/proc/${pid}/status`, "latin1"));
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(text ?? "")?.[1];
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(text ?? "")?.[1];
  if (resident === undefined || peak === undefined) return null;
  return { residentBytes: Number(resident) * 1024, peakBytes: Number(peak) * 1024 };
}

/** Memory with each shared page divided among those who share it, in bytes; null where the kernel does not tell. */
export function readProportionalMemory(pid: number): number | null {
  const text = readProc(() => readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"));
  const share = /^Pss:\s+(\d+) kB$/m.exec(text ?? "")?.[1];
  return share === undefined ? null : Number(share) * 1024;
}

/** Whether a process was started with this variable; false where it may not be asked. */
export function hasVariable(pid: number, variable: string): boolean {
  const text = readProc(() => readFileSync(`/proc/${pid}/environ`, "latin1"));
  return text?.split("\0").includes(variable) ?? false;
}

/** Processes end, and belong to others, while they are looked at: neither is an error. */
function readProc<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error) return null;
    throw error;
  }
}
