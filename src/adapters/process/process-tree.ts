import { setTimeout as sleep } from "node:timers/promises";
import { hasVariable, listProcesses, type ProcessInfo, readProcess, readProcesses } from "./process-table.ts";

/** All processes that come of one command. */
export type ProcessTree = {
  /**
   * Those alive now: the leader's group and session, everybody's children, and who was seen to be one of them before.
   * Null where the platform has no process table.
   */
  readonly members: () => readonly ProcessInfo[] | null;
  /** As `members`, and those that bear the run's mark in their environment: a daemon has neither group nor parents left. */
  readonly everyMember: () => readonly ProcessInfo[] | null;
  /** SIGTERM, then SIGKILL after the grace period, until none is left; how many there were. Gives up after two seconds more. */
  readonly end: (graceMs: number) => Promise<number>;
  /** SIGKILL to all, now: for when this process itself comes to its end. */
  readonly kill: () => void;
};

const FIRST_POLL_MS = 5;
const LONGEST_POLL_MS = 100;
const GIVE_UP_MS = 2_000;
/** One that forks while it is being killed leaves a child that has to be looked for anew. */
const MOST_ROUNDS = 10;

/**
 * Watches the processes that descend from a leader, the first of a process group and session of its own.
 *
 * @param mark `NAME=value`, in the environment of each of them
 * @param others processes that were there before the leader
 */
export function watchProcessTree(leader: number, mark: string, others: readonly number[]): ProcessTree {
  /** Start time by pid, so that a number used again is not taken for the same process. */
  const seen = new Map<number, number>();
  const readOwn = createOwnReader(others.filter((pid) => pid !== leader));

  const collect = (
    processes: readonly ProcessInfo[] | null,
    isMarked: (pid: number) => boolean,
  ): readonly ProcessInfo[] | null => {
    if (processes === null) return null;
    const members = descendants(
      processes,
      ({ pid, group, session, started }) =>
        group === leader || session === leader || seen.get(pid) === started || isMarked(pid),
    );
    for (const { pid, started } of members) seen.set(pid, started);
    return members;
  };
  const everyMember = () => collect(readProcesses(), (pid) => pid !== process.pid && hasVariable(pid, mark));

  return {
    members: () => readOwn((processes) => collect(processes, () => false)),
    everyMember,
    end: (graceMs) => (readProcesses() === null ? endGroup(leader, graceMs) : endMembers(everyMember, graceMs)),
    kill: () => {
      if (readProcesses() === null) signal(-leader, "SIGKILL");
      else killMembers(everyMember);
    },
  };
}

/**
 * Reads only processes that may be members: who is not one when seen first never becomes one. It makes looking often cheap,
 * however many processes the machine runs.
 */
function createOwnReader(others: readonly number[]) {
  let foreign = new Set(others);
  return (select: (processes: readonly ProcessInfo[]) => readonly ProcessInfo[] | null) => {
    const pids = listProcesses();
    if (pids === null) return null;
    const processes = pids.filter((pid) => !foreign.has(pid)).flatMap((pid) => readProcess(pid) ?? []);
    const members = select(processes);
    const own = new Set(members?.map(({ pid }) => pid));
    const strangers = processes.filter(({ pid }) => !own.has(pid)).map(({ pid }) => pid);
    // A number that is free now may come back as one of ours.
    foreign = new Set([...pids.filter((pid) => foreign.has(pid)), ...strangers]);
    return members;
  };
}

function descendants(processes: readonly ProcessInfo[], isRoot: (info: ProcessInfo) => boolean): ProcessInfo[] {
  const children = new Map<number, ProcessInfo[]>();
  for (const info of processes) {
    const siblings = children.get(info.parent);
    if (siblings === undefined) children.set(info.parent, [info]);
    else siblings.push(info);
  }
  const members = new Map<number, ProcessInfo>();
  const queue = processes.filter(isRoot);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (members.has(next.pid)) continue;
    members.set(next.pid, next);
    queue.push(...(children.get(next.pid) ?? []));
  }
  return [...members.values()];
}

async function endMembers(find: () => readonly ProcessInfo[] | null, graceMs: number): Promise<number> {
  const first = find() ?? [];
  for (const member of first) signalMember(member, "SIGTERM");
  const started = performance.now();
  let pollMs = FIRST_POLL_MS;
  for (let alive = first; alive.length > 0; alive = find() ?? []) {
    const elapsed = performance.now() - started;
    if (elapsed > graceMs + GIVE_UP_MS) break;
    // In each round anew: one that forks while it is being killed leaves a child that has not been seen yet.
    if (elapsed >= graceMs) for (const member of alive) signalMember(member, "SIGKILL");
    await sleep(pollMs);
    pollMs = Math.min(pollMs * 2, LONGEST_POLL_MS);
  }
  return first.length;
}

function killMembers(find: () => readonly ProcessInfo[] | null): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const alive = find() ?? [];
    if (alive.length === 0) return;
    for (const member of alive) signalMember(member, "SIGKILL");
  }
}

async function endGroup(leader: number, graceMs: number): Promise<number> {
  if (!signal(-leader, "SIGTERM")) return 0;
  const started = performance.now();
  while (signal(-leader, 0) && performance.now() - started < graceMs) await sleep(FIRST_POLL_MS * 4);
  signal(-leader, "SIGKILL");
  return 1;
}

function signalMember(member: ProcessInfo, name: NodeJS.Signals): void {
  if (readProcess(member.pid)?.started === member.started) signal(member.pid, name);
}

/** False where there is nobody to receive it. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && "code" in error) return error.code === "EPERM";
    throw error;
  }
}
