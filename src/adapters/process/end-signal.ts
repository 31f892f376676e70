import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** One press of Ctrl-C can come twice: from the terminal, and from npm, which passes on its own. */
const SAME_PRESS_MS = 500;

/**
 * Aborts when the process is asked to end, so that what it started ends too. Its reason is an Error with the signal's name.
 *
 * From then on the exit code is 128 + the signal's number, whatever the run comes to. A process that is still there after
 * `patienceMs`, or at the next signal, is ended; locks that it leaves are those of a dead process, which the next run takes over.
 *
 * @param patienceMs default 2000
 */
export function endSignal({ patienceMs = 2_000 }: { readonly patienceMs?: number } = {}): AbortSignal {
  const controller = new AbortController();
  let first: { readonly name: string; readonly atMs: number } | null = null;
  const begin = (name: (typeof SIGNALS)[number]) => {
    const code = 128 + constants.signals[name];
    first = { name, atMs: performance.now() };
    process.once("exit", () => {
      process.exitCode = code;
    });
    setTimeout(() => end(name), patienceMs).unref();
    controller.abort(new Error(name));
  };
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (first === null) begin(name);
      else if (performance.now() - first.atMs >= SAME_PRESS_MS) end(first.name);
    });
  }
  return controller.signal;
}

function end(name: string): never {
  process.stderr.write(`modelgate: cancelled by ${name}\n`);
  process.exit();
}
