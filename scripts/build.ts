// Writes dist/: the action's bundle, the command line's bundle, and beside them the native packages that cannot be bundled,
// pruned to linux-x64. With --check it builds into a temporary folder and fails where dist/ differs.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { transformSync } from "esbuild";

const NATIVE_PACKAGES = ["onnxruntime-node", "@duckdb/node-api"];

/** What of each package the action needs at run time on linux-x64, the only platform of its bundle. */
const NATIVE_FILES: Record<string, readonly string[]> = {
  "onnxruntime-node": ["package.json", "README.md", "dist/*.js", "bin/napi-v6/linux/x64/*"],
  "onnxruntime-common": ["package.json", "README.md", "dist/cjs/*.js", "dist/cjs/package.json"],
  "@duckdb/node-api": ["package.json", "LICENSE"],
  "@duckdb/node-bindings": ["package.json", "LICENSE", "duckdb.js"],
  "@duckdb/node-bindings-linux-x64": ["package.json", "LICENSE", "duckdb.node", "libduckdb.so"],
  "detect-libc": ["package.json", "LICENSE", "lib/*.js"],
};

function ncc(folder: string, entry: string, out: string, ...options: readonly string[]): void {
  execFileSync("ncc", ["build", entry, "--out", resolve(out), "--quiet", ...options], {
    cwd: folder,
    stdio: "inherit",
  });
}

/** Bundles `<root>/main.ts`; run inside its folder, where the bundler finds the tsconfig.json that holds only what is bundled. */
function bundle(root: string, folder: string): void {
  ncc(root, "main.ts", folder, "--license", "licenses.txt", ...NATIVE_PACKAGES.flatMap((name) => ["--external", name]));
  for (const file of globSync("*.js", { cwd: folder })) minify(join(folder, file), "esm");
}

/** The bundler itself would minify its first file only, and what is read at every start is worth being short. */
function minify(file: string, format: "esm" | "cjs"): void {
  const code = readFileSync(file, "utf8");
  writeFileSync(file, transformSync(code, { format, minify: true, target: "node20", legalComments: "none" }).code);
}

/** DuckDB's client is a hundred small files, which take three times as long to load as one. */
function bundleDuckDb(folder: string): void {
  const entry = join("@duckdb", "node-api", "lib", "index.js");
  const scratch = mkdtempSync(join(tmpdir(), "modelgate-duckdb-"));
  try {
    ncc(".", resolve("node_modules", entry), scratch, "--external", "@duckdb/node-bindings");
    minify(join(scratch, "index.js"), "cjs");
    const target = join(folder, "node_modules", entry);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(scratch, "index.js"), target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function copyNatives(folder: string): void {
  for (const [name, patterns] of Object.entries(NATIVE_FILES)) {
    const source = join("node_modules", name);
    for (const pattern of patterns) {
      const files = globSync(pattern, { cwd: source }).filter((file) => statSync(join(source, file)).isFile());
      if (files.length === 0) throw new Error(`${name}: nothing matches ${pattern}; has the package's layout changed?`);
      for (const file of files) {
        const target = join(folder, "node_modules", name, file);
        mkdirSync(dirname(target), { recursive: true });
        cpSync(join(source, file), target);
      }
    }
  }
}

function build(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  bundle("action", folder);
  bundle("cli", join(folder, "cli"));
  copyNatives(folder);
  bundleDuckDb(folder);
}

function differences(fresh: string, committed: string): string[] {
  const list = (folder: string) =>
    globSync("**/*", { cwd: folder }).filter((file) => statSync(join(folder, file)).isFile());
  const names = new Set([...list(fresh), ...(existsSync(committed) ? list(committed) : [])]);
  return [...names].sort().filter((name) => {
    // The bundler lists packages in the order in which their files happened to be read.
    if (basename(name) === "licenses.txt") return !existsSync(join(committed, name));
    const [a, b] = [join(fresh, name), join(committed, name)];
    return !existsSync(a) || !existsSync(b) || !readFileSync(a).equals(readFileSync(b));
  });
}

if (process.argv.includes("--check")) {
  const fresh = mkdtempSync(join(tmpdir(), "modelgate-dist-"));
  try {
    build(fresh);
    const changed = differences(fresh, "dist");
    if (changed.length > 0) {
      console.error(
        `dist/ is not what the sources give (${changed.slice(0, 5).join(", ")}); run \`npm run build\` and commit it.`,
      );
      process.exit(1);
    }
    console.log("dist/ agrees with the sources");
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
} else {
  build("dist");
}
