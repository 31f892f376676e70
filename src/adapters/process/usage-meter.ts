import type { ProcessInfo } from "./process-table.ts";
import { readMemory, readProportionalMemory } from "./process-table.ts";

/** What a command's processes took. */
export type UsageMeter = {
  /**
   * @param largestProcessBytes what the kernel says of the command's largest process; null where it was not asked
   */
  readonly stop: (largestProcessBytes: number | null) => {
    readonly cpuSeconds: number | null;
    readonly peakMemoryBytes: number | null;
  };
};

const FIRST_MS = 10;
const LONGEST_MS = 50;
const SLOWING = 1.25;
/** Looking costs at most this share of one core, beyond what the first looks may cost (some 0.3 ms each). */
const MOST_SHARE = 0.03;
const FREE_MS = 30;
/** Where looking is dear (thousands of processes). */
const LONGEST_PAUSE_MS = 250;

/**
 * Samples a process tree a hundred times a second at first and when a process joins it, then more slowly, down to twenty times.
 *
 * - CPU time: the highest sum over the living, the children that they waited for included.
 * - Peak memory: the larger of two. First, the highest resident memory of any single process: exact where the kernel
 *   was asked, else its high-water marks (VmHWM), which reach back before each sample. Second, the highest sum over the tree at
 *   one sample, pages that forked workers share counted once (PSS): a peak of several processes between two samples is missed.
 * - Null, and not a number too low, where the kernel was not asked and the samples do not suffice, see `isEnough`.
 *
 * @param members gives the processes alive now, or null where the platform cannot tell
 * @param leader the program around the command, whose memory is not the command's
 */
export function startUsageMeter(members: () => readonly ProcessInfo[] | null, leader: number): UsageMeter {
  let cpuSeconds: number | null = null;
  const memory = createMemoryPeak();
  const known = new Set<number>();
  const startedMs = performance.now();
  let spentMs = 0;
  let delayMs = FIRST_MS;
  let timer: NodeJS.Timeout | null = null;

  const sample = () => {
    const before = process.cpuUsage();
    const alive = members();
    if (alive === null) return;
    cpuSeconds = Math.max(
      cpuSeconds ?? 0,
      alive.reduce((sum, { cpuSeconds: seconds }) => sum + seconds, 0),
    );
    memory.add(
      alive.filter(({ pid }) => pid !== leader),
      performance.now(),
    );
    const hasNew = alive.some(({ pid }) => !known.has(pid));
    for (const { pid } of alive) known.add(pid);
    // Of this process and not of the clock: on a busy machine looking less often would find less.
    const { user, system } = process.cpuUsage(before);
    spentMs += (user + system) / 1000;
    delayMs = hasNew ? FIRST_MS : Math.min(delayMs * SLOWING, LONGEST_MS);
    const paidMs = (spentMs - FREE_MS) / MOST_SHARE - (performance.now() - startedMs);
    timer = setTimeout(sample, Math.max(delayMs, Math.min(paidMs, LONGEST_PAUSE_MS))).unref();
  };
  sample();

  return {
    stop: (largestProcessBytes) => {
      if (timer !== null) clearTimeout(timer);
      return { cpuSeconds, peakMemoryBytes: memory.peakBytes(largestProcessBytes) };
    },
  };
}

/** Proportional memory is dear to read (the kernel walks the page tables): only when the plain sum has grown so much. */
const WORTH_READING = 1.05;
const LEAST_SAMPLES = 10;
const LEAST_SPAN_MS = 250;
/** A process may have grown by so much since it was seen last. */
const STILL = 1.05;

function createMemoryPeak() {
  let peak = 0;
  let plainSumRead = 0;
  let samples = 0;
  let firstMs = Number.NaN;
  let lastMs = Number.NaN;
  let largest = 0;
  let largestBefore = 0;
  let largestSeenAgain = 0;

  const noteLargest = (bytes: number, nowMs: number) => {
    if (samples === 0) firstMs = nowMs;
    lastMs = nowMs;
    samples++;
    largest = Math.max(largest, bytes);
    largestSeenAgain = Math.max(largestSeenAgain, Math.min(largestBefore, bytes));
    largestBefore = bytes;
  };
  /** Long enough, and the largest process was seen again after its peak: one seen once may have grown to any size. */
  const isEnough = () =>
    samples >= LEAST_SAMPLES && lastMs - firstMs >= LEAST_SPAN_MS && largest <= largestSeenAgain * STILL;

  return {
    peakBytes: (recorded: number | null) => {
      if (recorded === null) return isEnough() ? peak : null;
      return Math.max(recorded, peak);
    },
    add: (alive: readonly ProcessInfo[], nowMs: number) => {
      const each = alive.flatMap(({ pid }) => {
        const memory = readMemory(pid);
        return memory === null ? [] : [{ pid, ...memory }];
      });
      if (each.length === 0) return;
      noteLargest(Math.max(...each.map(({ peakBytes }) => peakBytes)), nowMs);
      peak = Math.max(peak, largest);
      const plainSum = each.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
      if (each.length < 2 || plainSum <= Math.max(peak, plainSumRead * WORTH_READING)) return;
      plainSumRead = plainSum;
      const shared = each.reduce(
        (sum, { pid, residentBytes }) => sum + (readProportionalMemory(pid) ?? residentBytes),
        0,
      );
      peak = Math.max(peak, shared);
    },
  };
}
