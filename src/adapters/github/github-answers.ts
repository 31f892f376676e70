import { z } from "zod";
import { ProblemError } from "../../problem.ts";
import type { Answer } from "./requests.ts";

/** What is read of GitHub's answers, and nothing else. */

export const pullSchema = z.object({ head: z.object({ sha: z.string() }) });

export const commentSchema = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z.string().nullish(),
  /** Null: an account that is gone. */
  user: z.object({ id: z.int(), login: z.string(), type: z.string() }).nullish(),
});
export type Comment = z.output<typeof commentSchema>;

export const userSchema = z.object({ id: z.int() });

export const checkRunSchema = z.object({
  id: z.int(),
  url: z.string(),
  html_url: z.string().nullish(),
  external_id: z.string().nullish(),
  output: z.object({ annotations_count: z.int() }),
});
export type CheckRun = z.output<typeof checkRunSchema>;

export const checkRunsSchema = z.object({ check_runs: z.array(checkRunSchema) });

/**
 * Takes out of an answer what is needed.
 *
 * @throws ProblemError of kind `platform` for a refusal and for an answer of another form.
 */
export function parseAnswer<T>(route: string, answer: Answer, schema: z.ZodType<T>): T {
  if (!answer.ok) throw refusal(route, answer);
  const parsed = schema.safeParse(answer.data);
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    kind: "platform",
    where: "GitHub",
    what: `the answer to ${route} is not what GitHub's API describes (${z.prettifyError(parsed.error).split("\n", 1)[0]})`,
    mend: "check that the API address is GitHub's and not a proxy's page",
  });
}

/** A refusal that nothing here expects. */
export function refusal(route: string, answer: Extract<Answer, { ok: false }>): ProblemError {
  return new ProblemError({
    kind: "platform",
    where: "GitHub",
    what: `it refused ${route} (${answer.status}: ${answer.message})`,
    mend: "check the repository's name and what the token may do",
  });
}

/** GitHub hides from a token without permission what is there: it says 404 as well as 403. */
export function isForbidden(answer: Answer): answer is Extract<Answer, { ok: false }> {
  return !answer.ok && (answer.status === 403 || answer.status === 404);
}
