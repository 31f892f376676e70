import { type Git, resolveCommit } from "./git.ts";
import { bodyObject, type Route, refuse, route } from "./http.ts";

export type Dispatch =
  | { readonly event: "repository_dispatch"; readonly type: string; readonly payload: unknown }
  | { readonly event: "workflow_dispatch"; readonly workflow: string; readonly ref: string; readonly inputs: unknown };

/** Dispatches are answered as GitHub does and recorded: there is no runner behind them. */
export function createDispatches(git: Git): {
  readonly routes: readonly Route[];
  readonly list: () => readonly Dispatch[];
} {
  const dispatches: Dispatch[] = [];
  return {
    list: () => [...dispatches],
    routes: [
      route("POST /repos/{owner}/{repo}/dispatches", (request) => {
        const { event_type: type, client_payload: payload = {} } = bodyObject(request);
        dispatches.push({ event: "repository_dispatch", type: String(type), payload });
        return { status: 204 };
      }),
      route(
        "POST /repos/{owner}/{repo}/actions/workflows/{workflow}/dispatches",
        async (request, { workflow = "" }) => {
          const { ref, inputs = {} } = bodyObject(request);
          const commit = await resolveCommit(git, String(ref));
          if (commit === null) return refuse(422, `No ref found for: ${ref}`);
          const file = await git.maybe("ls-tree", "--name-only", commit, "--", `.github/workflows/${workflow}`);
          if (file === null || file === "") return refuse(404, "Not Found");
          dispatches.push({ event: "workflow_dispatch", workflow, ref: String(ref), inputs });
          return { status: 204 };
        },
      ),
    ],
  };
}
