import { openWorkspace } from "../src/adapters/files/workspace.ts";
import { openRepository } from "../src/adapters/git/repository.ts";
import { validateConfig } from "../src/flows/validate-config.ts";
import type { Workspace } from "../src/ports.ts";
import { describeProblem, ProblemError } from "../src/problem.ts";
import type { Command } from "./command.ts";
import { EXIT_CODES } from "./exit-code.ts";
import { type OptionSpecs, parseOptions } from "./options.ts";
import { pathFromRoot } from "./path-from-root.ts";

const OPTIONS = {
  config: { type: "string", value: "FILE", help: "the config, if not modelgate.yml or .github/modelgate.yml" },
  json: { type: "boolean", help: "print the problems as JSON" },
} as const satisfies OptionSpecs;

export const validateCommand: Command = {
  name: "validate",
  summary: "Checks modelgate.yml and the pipelines it names, and lists everything that is wrong",
  details: `Every problem comes with its line and column, what was expected, and how to mend it.

Example
  modelgate validate`,
  options: OPTIONS,
  run: async (args, terminal) => {
    const options = parseOptions("validate", args, OPTIONS);
    const workspace = openTree();
    const named = options.config === undefined ? null : pathFromRoot(options.config, workspace.root);
    const { path, models, problems } = await validateConfig(workspace, named);
    if (options.json) {
      terminal.out(`${JSON.stringify({ path, models, problems }, null, 2)}\n`);
    } else if (problems.length === 0) {
      terminal.out(
        `${path}: ${models.length === 1 ? "1 model" : `${models.length} models`} (${models.join(", ")}), no problems\n`,
      );
    } else {
      for (const problem of problems) terminal.out(`${describeProblem(problem)}\n`);
    }
    return problems.length === 0 ? EXIT_CODES.pass : EXIT_CODES.usage;
  },
};

/** The repository that one is in; where there is none, the folder itself: a config can be written before there is one. */
function openTree(): Workspace {
  try {
    return openRepository(process.cwd(), { environment: process.env }).workspace;
  } catch (error) {
    if (error instanceof ProblemError) return openWorkspace(process.cwd(), { digestsFolder: null });
    throw error;
  }
}
