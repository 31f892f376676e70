import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const EXAMPLE = new URL("../examples/breast-cancer/", import.meta.url).pathname;

/** All files of the example as a team would commit them; what training writes is not among them. */
export function exampleFiles(): Readonly<Record<string, string>> {
  const names = globSync(["**/*", ".github/**/*", ".gitignore"], { cwd: EXAMPLE });
  const files = names.filter((name) => statSync(join(EXAMPLE, name)).isFile() && !name.endsWith(".onnx"));
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(EXAMPLE, name), "utf8")]));
}

const PARAMETERS = "params.yaml";

/** params.yaml with another list of features. */
export function withFeatures(features: readonly string[]): Readonly<Record<string, string>> {
  const [head] = readFileSync(join(EXAMPLE, PARAMETERS), "utf8").split(/^ {2}features:\n/m);
  return { [PARAMETERS]: `${head}  features:\n${features.map((feature) => `    - ${feature}\n`).join("")}` };
}

const BASE = ["mean_texture", "mean_area", "mean_smoothness", "mean_symmetry"];

/** What the story's pull requests train on. */
export const FEATURES = {
  better: [...BASE, "worst_area", "worst_concave_points"],
  best: [...BASE, "worst_texture", "worst_area", "worst_concave_points"],
  weak: BASE.filter((feature) => feature !== "mean_area"),
} as const;
