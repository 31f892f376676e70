import { isMainThread } from "node:worker_threads";
import { config } from "zod";

// A schema parses once or twice in a run: less than it takes to compile it.
config({ jitless: true });

// Both threads of the action start here, so that its bundle has one entry; each loads only what it needs.
if (isMainThread) {
  const { runAction } = await import("./run-action.ts");
  process.exitCode = await runAction(process.env, new URL(import.meta.url));
} else {
  const { serveToolkit } = await import("./toolkit-thread.ts");
  serveToolkit();
}
