import { z } from "zod";
import type { Json } from "../report/schema.ts";
import { configSchema } from "./schema.ts";

/** The grammar of `modelgate.yml` as JSON Schema (draft 2020-12), for editors; it cannot say all that `parseConfig` checks. */
export function configJsonSchema(): { [key: string]: Json } {
  const { $schema, ...rest } = z.toJSONSchema(configSchema, { io: "input" });
  return {
    $schema: $schema ?? "https://json-schema.org/draft/2020-12/schema",
    title: "modelgate.yml",
    description: "Models, how they are trained, what they are evaluated on, and what they must fulfil.",
    ...(JSON.parse(JSON.stringify(rest)) as { [key: string]: Json }),
  };
}
