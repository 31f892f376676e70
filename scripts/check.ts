// Every static check, one after another, all of them even when one fails; the summary says which did.
import { spawnSync } from "node:child_process";

const CHECKS: readonly (readonly [name: string, ...command: string[]])[] = [
  ["format and lint", "biome", "check", "."],
  ["types", "tsc", "--noEmit"],
  ["un-awaited promises", "eslint", "."],
  ["the dependency rule", "node", "scripts/check-dependencies.ts"],
  ["dead code and dependencies", "knip"],
  ["generated files", "node", "scripts/generate.ts", "--check"],
  ["dist/", "node", "scripts/build.ts", "--check"],
];

const failed = CHECKS.filter(([name, command, ...args]) => {
  console.log(`── ${name}`);
  const run = spawnSync(command as string, args, { stdio: "inherit" });
  if (run.error) throw run.error;
  return run.status !== 0;
});
console.log(
  failed.length === 0 ? `all ${CHECKS.length} checks pass` : `failed: ${failed.map(([name]) => name).join(", ")}`,
);
process.exit(failed.length === 0 ? 0 : 1);
