import { ProblemError } from "../problem.ts";

/**
 * Ends a run whose signal has fired: half a run has no verdict.
 *
 * @throws ProblemError that names the reason.
 */
export function refuseCancelled(signal: AbortSignal): void {
  if (!signal.aborted) return;
  const by = signal.reason instanceof Error ? ` by ${signal.reason.message}` : "";
  throw new ProblemError({ kind: "platform", where: "this run", what: `it was cancelled${by}`, mend: "run it again" });
}
