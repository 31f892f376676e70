// Writes what comes from the code: the config's JSON Schema, the reference pages, the README's tables. With --check it fails where one is stale.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { configJsonSchema } from "../src/config/json-schema.ts";
import { configReference } from "../src/config/reference.ts";
import { metricsReference } from "../src/metrics/reference.ts";
import { withActionTables } from "./action-tables.ts";

const FILES: Readonly<Record<string, () => string>> = {
  "schema/modelgate.schema.json": () => `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  "docs/reference/configuration.md": configReference,
  "docs/reference/metrics.md": metricsReference,
  "README.md": () => withActionTables(read("README.md"), read("action.yml")),
};

function read(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
}

const check = process.argv.includes("--check");
for (const [name, text] of Object.entries(FILES)) {
  const path = new URL(`../${name}`, import.meta.url).pathname;
  if (!check) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text());
  } else if (readFileSync(path, "utf8") !== text()) {
    console.error(`${name} is stale: run \`npm run generate\`.`);
    process.exitCode = 1;
  }
}
