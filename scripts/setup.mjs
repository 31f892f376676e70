// Installs the locked dependencies when they are missing or out of date. Plain JavaScript for the host's own Node (20 and
// up): what it installs brings the Node that everything else runs on. Runs before `npm test`, `npm run demo` and friends.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("..", import.meta.url);
const stamp = new URL("node_modules/.modelgate-setup", root);
const digest = createHash("sha256")
  .update(readFileSync(new URL("package-lock.json", root)))
  .digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== digest) {
  console.error("Installing the locked dependencies (once; about a minute) …");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: fileURLToPath(root),
    // Standard output is the command's own: `npm run demo -- --json` prints JSON lines there.
    stdio: ["ignore", process.stderr, "inherit"],
    shell: process.platform === "win32",
    // onnxruntime-node would fetch GPU libraries that nothing here uses.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" },
  });
  if (npm.status !== 0) {
    console.error(
      `Set-up: \`npm ci\` failed (${npm.error?.message ?? `exit code ${npm.status}`}); see its message above, mend it and run this again.`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, digest);
}
