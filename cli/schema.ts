import { configJsonSchema } from "../src/config/json-schema.ts";
import type { Command } from "./command.ts";
import { EXIT_CODES } from "./exit-code.ts";
import { parseOptions } from "./options.ts";

export const schemaCommand: Command = {
  name: "schema",
  summary: "Prints the JSON Schema of modelgate.yml, for editors",
  details: `With a language server for YAML, this line at the top of modelgate.yml gives completion and checks while typing
  # yaml-language-server: $schema=modelgate.schema.json

Example
  modelgate schema > modelgate.schema.json`,
  options: {},
  run: async (args, terminal) => {
    parseOptions("schema", args, {});
    terminal.out(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    return EXIT_CODES.pass;
  },
};
