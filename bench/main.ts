// `npm run bench [name …]`: runs the benchmarks one after another, each beside its reference; without names all but the long
// simulation of coverage.
import { spawnSync } from "node:child_process";

const BENCHES = ["metrics", "statistics", "onnx", "action"];

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : BENCHES) {
  console.log(`── ${name}`);
  const { status } = spawnSync(process.execPath, [new URL(`${name}.ts`, import.meta.url).pathname], {
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
