import { type Finding, type PathStep, pathText } from "./config-problem.ts";
import { valueAt } from "./schema-walk.ts";

/** Something of DVC's that is not understood here, and the part of the file about which nothing more need be said. */
export type Unsupported = Finding & { readonly covers: readonly PathStep[] };

/** What would change which commands run, or with what, and so cannot be passed over. */
const TEMPLATES = "DVC's templates are not supported";
const WRITE_OUT = "write the stages out";

/**
 * Finds what this tool refuses in a `dvc.yaml` by name: templates (`vars`, `foreach`, `matrix`, `${…}`), `datasets`,
 * and stages whose result nothing declared decides (`always_changed`) or that must not be made (`frozen`).
 */
export function findUnsupported(file: unknown): readonly Unsupported[] {
  const found: Unsupported[] = [];
  if (valueAt(file, ["vars"]) !== undefined) found.push(refuse(["vars"], TEMPLATES, WRITE_OUT));
  if (valueAt(file, ["datasets"]) !== undefined) {
    found.push(refuse(["datasets"], "DVC's datasets are not supported", "name files as `deps`"));
  }
  const stages = valueAt(file, ["stages"]);
  if (typeof stages !== "object" || stages === null || Array.isArray(stages)) return found;
  for (const [name, stage] of Object.entries(stages)) found.push(...findInStage(["stages", name], stage));
  return found;
}

function findInStage(path: readonly PathStep[], stage: unknown): readonly Unsupported[] {
  const loops = ["foreach", "matrix"].filter((key) => valueAt(stage, [key]) !== undefined);
  if (loops.length > 0) return loops.map((key) => refuse([...path, key], TEMPLATES, WRITE_OUT, path));
  const found: Unsupported[] = [];
  if (valueAt(stage, ["vars"]) !== undefined) found.push(refuse([...path, "vars"], TEMPLATES, WRITE_OUT));
  if (valueAt(stage, ["frozen"]) === true) {
    const mend = "remove it, or keep the stage's outputs in the repository and remove the stage";
    found.push(refuse([...path, "frozen"], "a frozen stage is never run, so its outputs cannot be made", mend));
  }
  if (valueAt(stage, ["always_changed"]) === true) {
    const what =
      "the stage's result depends on something that it does not declare, so it can be neither cached nor made again";
    found.push(refuse([...path, "always_changed"], what, "declare what it depends on as `deps` or `params`"));
  }
  return [...found, ...findTemplates(path, stage)];
}

/** Texts with a `${` that DVC would fill in; `\${` is the shell's. */
function findTemplates(path: readonly PathStep[], value: unknown): readonly Unsupported[] {
  if (typeof value === "string") return hasTemplate(value) ? [refuse(path, TEMPLATES, "write the value out")] : [];
  if (typeof value !== "object" || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const innerPath = [...path, isList ? Number(key) : key];
    const inKey = hasTemplate(key) ? [refuse(innerPath, TEMPLATES, "write the value out")] : [];
    return [...inKey, ...findTemplates(innerPath, inner)];
  });
}

function hasTemplate(text: string): boolean {
  return /(?<!\\)\$\{/.test(text);
}

function refuse(path: readonly PathStep[], what: string, mend: string, covers = path): Unsupported {
  return { path, part: "key", what: `${pathText(path)}: ${what}`, mend, covers };
}
