import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { temporaryFolder } from "../files/temporary-folder.ts";

const SOURCES = new URL("../../../src/", import.meta.url);
const BEGIN = `
  import { endSignal } from "${SOURCES}adapters/process/end-signal.ts";
  const stays = () => setInterval(() => {}, 1000);
`;

/** Starts a program in a process of its own; resolves once it has printed `ready`. */
async function start(program: string, folder = temporaryFolder()) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", BEGIN + program], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk;
  });
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, errors })),
  );
  await Promise.race([printed(child, "ready"), ended]);
  return { child, ended };
}

function printed(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      if (chunk.includes(word)) resolve();
    });
  });
}

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s: whatever the run then comes to, the exit code is %i", async (name, code) => {
  const program = `
    const timer = stays();
    endSignal().addEventListener("abort", ({ target }) => {
      console.error("reason " + target.reason.message);
      process.exitCode = 3;
      clearInterval(timer);
    });
    console.log("ready");`;
  const { child, ended } = await start(program);
  child.kill(name);
  expect(await ended).toEqual({ code, errors: `reason ${name}\n` });
});

it("a run that does not end is ended", async () => {
  const { child, ended } = await start(`endSignal({ patienceMs: 100 }); stays(); console.log("ready");`);
  child.kill("SIGINT");
  expect(await ended).toEqual({ code: 130, errors: "modelgate: cancelled by SIGINT\n" });
});

it("a second signal ends it without patience; the same one passed on twice is one", async () => {
  const program = `
    endSignal({ patienceMs: 600_000 }).addEventListener("abort", () => console.log("aborted"));
    stays();
    process.on("SIGUSR2", () => console.log("still there"));
    console.log("ready");`;
  const { child, ended } = await start(program);
  const aborted = printed(child, "aborted");
  child.kill("SIGINT");
  await aborted;
  child.kill("SIGINT");
  const alive = printed(child, "still there");
  child.kill("SIGUSR2");
  await alive;
  await sleep(600);
  child.kill("SIGTERM");
  expect(await ended).toEqual({ code: 130, errors: "modelgate: cancelled by SIGINT\n" });
});

it.runIf(process.platform === "linux")("takes a stage with it that is deaf to all but SIGKILL", async () => {
  const folder = temporaryFolder();
  const deaf = `trap "" TERM; setsid sh -c 'trap "" TERM; echo $$ > deaf; while :; do sleep 0.05; done'`;
  const program = `
    import { createStageRunner } from "${SOURCES}adapters/process/stage-runner.ts";
    import { openWorkspace } from "${SOURCES}adapters/files/workspace.ts";
    import { stageSchema } from "${SOURCES}config/schema.ts";
    const signal = endSignal({ patienceMs: 100 });
    const workspace = openWorkspace(process.cwd(), { digestsFolder: null });
    const runner = createStageRunner({ environment: process.env, graceMs: 600_000 });
    const stage = stageSchema.parse({ cmd: ${JSON.stringify(deaf)} });
    console.log("ready");
    await runner.run({ name: "train", stage, workspace, signal, onLine: () => {} });`;
  const { child, ended } = await start(program, folder);
  const file = join(folder, "deaf");
  for (let tries = 0; !existsSync(file) || !readFileSync(file, "utf8").endsWith("\n"); tries++) {
    if (tries > 500) throw new Error("the stage was never started");
    await sleep(10);
  }
  child.kill("SIGINT");
  expect((await ended).code).toBe(130);
  const pid = Number(readFileSync(file, "utf8"));
  for (let tries = 0; isAlive(pid) && tries < 200; tries++) await sleep(10);
  expect(isAlive(pid)).toBe(false);
});

function isAlive(pid: number): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "latin1") : null;
  return stat !== null && !stat.includes(") Z ");
}
