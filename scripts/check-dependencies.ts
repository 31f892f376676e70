// Runs dependency-cruiser and asserts that it saw the modules: with a TypeScript it cannot use it reports none and is content.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";

const roots = ["src", "action", "cli", "app", "demo"].filter((root) => globSync(`${root}/**/*.ts`).length > 0);
const files = roots.flatMap((root) => globSync(`${root}/**/*.ts`));
const cruise = spawnSync("depcruise", ["--config", ".dependency-cruiser.cjs", "--output-type", "json", ...roots], {
  encoding: "utf8",
  maxBuffer: 256 * 1024 * 1024,
});
if (cruise.error) throw cruise.error;

type Result = {
  modules: { source: string }[];
  summary: { violations: { from: string; to: string; rule: { name: string; severity: string } }[] };
};
const result = JSON.parse(cruise.stdout) as Result;
const seen = new Set(result.modules.map((module) => module.source));
const unseen = files.filter((file) => !seen.has(file));
if (unseen.length > 0) {
  console.error(
    `dependency-cruiser did not see ${unseen.length} of ${files.length} modules, ${unseen[0]} among them; the rule is not checked.`,
  );
  process.exit(1);
}
for (const violation of result.summary.violations)
  console.error(`${violation.rule.name}: ${violation.from} → ${violation.to}`);
console.log(`dependencies: ${files.length} modules seen, ${result.summary.violations.length} violations`);
process.exit(result.summary.violations.length > 0 ? 1 : 0);
