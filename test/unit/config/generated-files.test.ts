import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configJsonSchema } from "../../../src/config/json-schema.ts";
import { configReference } from "../../../src/config/reference.ts";
import { configSchema, evaluateSchema, objectiveSchema, stageSchema } from "../../../src/config/schema.ts";

const root = join(import.meta.dirname, "..", "..", "..");

describe("what is generated from the grammar", () => {
  it("is up to date", () => {
    const schema = JSON.parse(readFileSync(join(root, "schema", "modelgate.schema.json"), "utf8")) as unknown;
    expect(schema).toEqual(configJsonSchema());
    expect(readFileSync(join(root, "docs", "reference", "configuration.md"), "utf8")).toBe(configReference());
  });

  it("explains every key", () => {
    const reference = configReference();
    const shapes = [
      configSchema.shape,
      objectiveSchema.shape,
      stageSchema.shape,
      ...evaluateSchema.options.map(({ shape }) => shape),
    ];
    for (const key of shapes.flatMap((shape) => Object.keys(shape))) {
      expect(reference).toMatch(new RegExp(`^\\| \`${key}\` .*\\| [^|]*[A-Za-z][^|]* \\|$`, "m"));
    }
  });
});
