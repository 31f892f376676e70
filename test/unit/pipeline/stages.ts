import { type StageConfig, stageSchema } from "../../../src/config/schema.ts";

/** A stage with its defaults. */
export function stage(changes: Partial<StageConfig> = {}): StageConfig {
  return stageSchema.parse({ cmd: "run", ...changes });
}

/** Stages written as `name: [deps, outs]`, for tables. */
export function chain(stages: Readonly<Record<string, readonly (readonly string[])[]>>): Record<string, StageConfig> {
  return Object.fromEntries(
    Object.entries(stages).map(([name, [deps = [], outs = []]]) => [name, stage({ deps: [...deps], outs: [...outs] })]),
  );
}
