import type { YamlSource } from "./read-yaml.ts";
import type { Config } from "./schema.ts";

/** By model, the line (from 1) of each of its objectives, in their order: where annotations point. */
export type ObjectiveLines = ReadonlyMap<string, readonly number[]>;

/** Looks up where each objective stands in the file that the config was read from. */
export function objectiveLines(config: Config, source: Pick<YamlSource, "lineOf">): ObjectiveLines {
  return new Map(
    Object.entries(config.models).map(([name, { objectives }]) => [
      name,
      objectives.map((_, index) => source.lineOf(["models", name, "objectives", index])),
    ]),
  );
}
