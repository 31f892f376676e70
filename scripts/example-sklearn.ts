/**
 * Runs examples/sklearn for real: trains and exports with the system's Python, then holds our scores of the ONNX file against
 * scikit-learn's `predict_proba` (to 1e-5: the file computes in single precision), and our metrics against scikit-learn's own
 * (to 1e-9), and lets the command line check a better and a worse change of it. Ends with exit code 77 where Python lacks what it needs. Run it with `node scripts/example-sklearn.ts`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTables } from "../src/adapters/duckdb/tables.ts";
import { openWorkspace } from "../src/adapters/files/workspace.ts";
import { createModelScoring } from "../src/adapters/onnx/model-scoring.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const PYTHON_FILES = join(ROOT, "test/fixtures/sklearn");
const LABELS = Array.from({ length: 10 }, (_, digit) => String(digit));
const SCORES = LABELS.map((digit) => `p${digit}`);
const METRICS = [
  ...[
    "accuracy",
    "balanced_accuracy",
    "cohen_kappa",
    "mcc",
    "log_loss",
    "top_k_accuracy",
    "roc_auc_ovr",
    "roc_auc_ovr_weighted",
  ],
  ...["precision", "recall", "f1"].flatMap((name) => [`${name}_macro`, `${name}_weighted`]),
];
const TOLERANCE = 1e-5;

const python = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import sklearn, onnx"]).status === 0,
);
if (python === undefined) {
  console.log("skipped: no Python with scikit-learn and onnx (on Debian: python3-sklearn and python3-onnx)");
  // As test runners know it: skipped.
  process.exit(77);
}

const folder = mkdtempSync(join(tmpdir(), "modelgate-sklearn-"));
try {
  cpSync(join(ROOT, "examples/sklearn"), folder, { recursive: true });
  for (const script of ["train.py", "export.py", join(PYTHON_FILES, "predict.py")]) run(python, [script, folder]);
  const difference = await largestDifference();
  console.log(`largest difference between our scores and predict_proba: ${difference.toExponential(1)}`);
  if (!(difference <= TOLERANCE)) throw new Error(`the scores differ by more than ${TOLERANCE}`);
  compareMetrics(python);
  checkChange(python, "C: 1", 0);
  checkChange(python, "C: 0.0003", 1);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, [...args], { cwd: folder, stdio: "inherit", env: environmentFor(command) });
}

/** What runs as `python3` in the example shall be the Python that was found. */
function environmentFor(command: string): NodeJS.ProcessEnv {
  const path = command.startsWith("/") ? `${dirname(command)}${delimiter}${process.env["PATH"]}` : process.env["PATH"];
  return { ...process.env, PATH: path };
}

/** One change of params.yaml in a repository of its own, through the front door: the existing dvc.yaml is trained, and the gate judges. */
function checkChange(command: string, parameter: string, expected: number): void {
  const repository = mkdtempSync(join(tmpdir(), "modelgate-sklearn-"));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
      cwd: repository,
      stdio: "pipe",
    });
  try {
    cpSync(join(ROOT, "examples/sklearn"), repository, { recursive: true });
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("commit", "--quiet", "--message=Digits");
    const path = join(repository, "params.yaml");
    writeFileSync(path, readFileSync(path, "utf8").replace("C: 0.01", parameter));
    const checked = spawnSync(process.execPath, [join(ROOT, "cli/main.ts"), "check", "--base", "main"], {
      cwd: repository,
      encoding: "utf8",
      env: environmentFor(command),
    });
    console.log(`${parameter}: exit code ${checked.status}\n${checked.stdout}`);
    if (checked.status !== expected) throw new Error(`expected exit code ${expected}:\n${checked.stderr}`);
  } finally {
    rmSync(repository, { recursive: true, force: true });
  }
}

async function largestDifference(): Promise<number> {
  const workspace = openWorkspace(folder, { digestsFolder: null });
  const tables = createTables();
  const [table, said] = [
    await tables.open("data/test.csv", workspace),
    await tables.open("predictions.csv", workspace),
  ];
  const target = await table.target({ task: "multiclass", column: "digit", labels: LABELS });
  const [scored] = await createModelScoring().score({
    table,
    target,
    labels: LABELS,
    truth: "digit",
    exclude: [],
    threshold: null,
    models: [{ path: join(folder, "model.onnx"), name: "model.onnx", features: null }],
    latency: false,
  });
  if (scored === undefined || scored instanceof Error) throw scored ?? new Error("no model was scored");
  const ours = scored.predictions.task === "multiclass" ? scored.predictions.probabilities : null;
  let largest = 0;
  for (const [label, column] of SCORES.entries()) {
    const theirs = await said.numbers(column);
    theirs.forEach((value, row) => {
      largest = Math.max(largest, Math.abs(value - Number(ours?.[row * SCORES.length + label])));
    });
  }
  await Promise.all([table.close(), said.close()]);
  return largest;
}

function compareMetrics(command: string): void {
  const columns = ["--task", "multiclass", "--target", "digit", "--scores", SCORES.join(",")];
  const evaluated = execFileSync(
    process.execPath,
    [
      ...[join(ROOT, "cli/main.ts"), "evaluate", "--predictions", "predictions.csv", ...columns],
      ...["--metrics", METRICS.join(","), "--json"],
    ],
    { cwd: folder, encoding: "utf8" },
  );
  execFileSync(command, [join(PYTHON_FILES, "check_metrics.py"), "--predictions", "predictions.csv", ...columns], {
    cwd: folder,
    input: evaluated,
    stdio: ["pipe", "inherit", "inherit"],
  });
}
