import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { openWorkspace } from "../../../src/adapters/files/workspace.ts";
import { createStageRunner } from "../../../src/adapters/process/stage-runner.ts";
import { stageSchema } from "../../../src/config/schema.ts";
import { temporaryFolder, writeFiles } from "../files/temporary-folder.ts";

const PATH = { PATH: process.env["PATH"], HOME: process.env["HOME"] };

type Setting = {
  readonly root?: string;
  readonly environment?: Record<string, string | undefined>;
  readonly signal?: AbortSignal;
  readonly graceMs?: number;
  readonly timeProgram?: string;
};

async function run(stage: Record<string, unknown>, setting: Setting = {}) {
  const root = setting.root ?? temporaryFolder();
  const lines: string[] = [];
  const runner = createStageRunner({
    environment: { ...PATH, ...setting.environment },
    graceMs: setting.graceMs ?? 200,
    ...(setting.timeProgram === undefined ? {} : { timeProgram: setting.timeProgram }),
  });
  const outcome = await runner.run({
    name: "train",
    stage: stageSchema.parse(stage),
    workspace: openWorkspace(root, { digestsFolder: null }),
    onLine: (line) => lines.push(line),
    signal: setting.signal ?? new AbortController().signal,
  });
  return { outcome, lines, root, reason: outcome.ok ? null : outcome.reason };
}

const linux = describe.runIf(process.platform === "linux");

function isAlive(pid: number): boolean {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, "latin1") : null;
  return stat !== null && !stat.includes(") Z ");
}

async function written(file: string): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    if (existsSync(file) && readFileSync(file, "utf8").endsWith("\n")) return readFileSync(file, "utf8").trim();
    await sleep(10);
  }
  throw new Error(`${file} was never written`);
}

describe("a stage that succeeds", () => {
  it("leaves its outputs, gives its lines, and says what it took", async () => {
    const cmd = ["echo to stdout; echo to stderr >&2", "mkdir out; echo 1 > out/model; echo {} > metrics.json"];
    const { outcome, lines, root } = await run({ cmd, outs: ["out"], metrics: ["metrics.json"] });
    expect(outcome).toMatchObject({ ok: true });
    expect(lines).toEqual(expect.arrayContaining(["to stdout", "to stderr", `$ ${cmd[0]}`, `$ ${cmd[1]}`]));
    expect(readFileSync(join(root, "out/model"), "utf8")).toBe("1\n");
    expect(outcome.wallSeconds).toBeGreaterThan(0);
  });

  it("runs in its folder, with the parent folders of its outputs made", async () => {
    const root = temporaryFolder({ "work/x": "" });
    const { outcome } = await run(
      { cmd: "cp x new/deep/y && cp x ../beside", wdir: "work", outs: ["new/deep/y"] },
      { root },
    );
    expect(outcome.ok).toBe(true);
    expect(existsSync(join(root, "work/new/deep/y"))).toBe(true);
  });

  it("finds no output of an earlier run, and no link in its place", async () => {
    const root = temporaryFolder({ model: "old", "target/kept": "kept" });
    symlinkSync("target", join(root, "linked"));
    const { outcome } = await run(
      { cmd: "test ! -e model; test ! -e linked; touch model; mkdir linked", outs: ["model", "linked"] },
      { root },
    );
    expect(outcome.ok).toBe(true);
    expect(existsSync(join(root, "target/kept"))).toBe(true);
  });
});

describe("a stage that fails", () => {
  it.each([
    ["exit 3", "exit code 3"],
    ["no-such-command-here", "exit code 127 (command not found)"],
    ["kill -SEGV $$", "exit code 139 (SIGSEGV)"],
    ["kill -9 $$", "exit code 137 (SIGKILL: often for want of memory)"],
    ["false\ntouch after", "exit code 1"],
    ["echo \0", /could not be started/],
  ])("%j says %s", async (cmd, reason) => {
    const { reason: found, root } = await run({ cmd });
    expect(found).toMatch(reason);
    expect(existsSync(join(root, "after"))).toBe(false);
  });

  it("runs none of the commands after the one that failed", async () => {
    const { outcome, root } = await run({ cmd: ["exit 1", "touch after"] });
    expect(outcome.ok).toBe(false);
    expect(existsSync(join(root, "after"))).toBe(false);
  });

  it("has the last 50 lines in it", async () => {
    const { outcome } = await run({ cmd: "seq 1 200; exit 1" });
    expect(outcome.ok ? [] : outcome.logTail).toEqual(Array.from({ length: 50 }, (_, index) => String(151 + index)));
  });

  it("is one too if outputs are missing, which are named", async () => {
    const { reason } = await run({ cmd: "touch a", outs: ["a", "b"], metrics: ["c/d.json"] });
    expect(reason).toBe("the command succeeded, but did not write b, c/d.json");
  });

  it("is one too if its folder does not exist", async () => {
    expect((await run({ cmd: "true", wdir: "none" })).reason).toMatch(/`none` does not exist/);
  });
});

describe("a stage that would write outside the repository", () => {
  it("through a link that was there is not run", async () => {
    const outside = temporaryFolder({ model: "precious" });
    const root = temporaryFolder();
    symlinkSync(outside, join(root, "out"));
    const { reason } = await run({ cmd: "touch ran", outs: ["out/model"] }, { root });
    expect(reason).toMatch(/link out of the repository/);
    expect(readFileSync(join(outside, "model"), "utf8")).toBe("precious");
    expect(existsSync(join(root, "ran"))).toBe(false);
  });

  it("through a link that it makes fails", async () => {
    const outside = temporaryFolder({ model: "elsewhere" });
    const whole = await run({ cmd: `ln -s ${outside}/model model`, outs: ["model"] });
    expect(whole.reason).toMatch(/leads out of the repository/);
    const beneath = await run({ cmd: `mkdir out; ln -s ${outside} out/link`, outs: ["out"] });
    expect(beneath.reason).toMatch(/leads out of the repository/);
  });

  it("through `..` is not run", async () => {
    const root = temporaryFolder({ "a/x": "" });
    const stage = { ...stageSchema.parse({ cmd: "touch ran", wdir: "a" }), outs: ["../../model"] };
    const outcome = await createStageRunner({ environment: PATH }).run({
      name: "train",
      stage,
      workspace: openWorkspace(root, { digestsFolder: null }),
      onLine: () => undefined,
      signal: new AbortController().signal,
    });
    expect(outcome).toMatchObject({ ok: false, reason: expect.stringMatching(/leads out of the repository/) });
  });

  it.each([
    [{ outs: ["."] }, /repository itself/],
    [{ outs: [".git"] }, /repository itself/],
    [{ outs: ["data"], deps: ["data/in.csv"] }, /contains data\/in.csv/],
    [{ outs: ["sub"], wdir: ".", deps: ["sub"] }, /contains sub/],
  ])("%j would remove what is needed, and is not run", async (stage, reason) => {
    const root = temporaryFolder({ "data/in.csv": "1", "sub/x": "", ".git/HEAD": "" });
    const { reason: found } = await run({ cmd: "touch ran", ...stage }, { root });
    expect(found).toMatch(reason);
    expect(existsSync(join(root, "data/in.csv"))).toBe(true);
    expect(existsSync(join(root, ".git/HEAD"))).toBe(true);
    expect(existsSync(join(root, "ran"))).toBe(false);
  });
});

describe("the environment", () => {
  it("holds only what is needed and what is named", async () => {
    const environment = {
      GITHUB_TOKEN: "t0ken-of-github",
      INPUT_TOKEN: "input",
      ACTIONS_RUNTIME_TOKEN: "runtime",
      AWS_SECRET_ACCESS_KEY: "aws",
      HTTPS_PROXY: "http://user:password@proxy",
      LC_ALL: "C.UTF-8",
      CI: "true",
      VIRTUAL_ENV: "/venv",
      SEED: "7",
      HF_TOKEN: "hf-secret",
    };
    const stage = {
      cmd: "env | cut -d= -f1 | sort > names; printf %s $SEED$HF_TOKEN > values",
      env: ["SEED"],
      secrets: ["HF_TOKEN"],
    };
    const { root } = await run(stage, { environment });
    const names = readFileSync(join(root, "names"), "utf8").trim().split("\n");
    expect(names.filter((name) => !["_", "OLDPWD", "PWD", "SHLVL"].includes(name))).toEqual([
      "CI",
      "HF_TOKEN",
      "HOME",
      "LC_ALL",
      "MODELGATE_STAGE",
      "PATH",
      "PYTHONUNBUFFERED",
      "SEED",
      "VIRTUAL_ENV",
    ]);
    expect(readFileSync(join(root, "values"), "utf8")).toBe("7hf-secret");
  });

  it("gives no input to wait for", async () => {
    expect((await run({ cmd: "cat" })).outcome.ok).toBe(true);
  });

  it("says which secrets have no value", async () => {
    const { lines } = await run({ cmd: "true", secrets: ["HF_TOKEN"] });
    expect(lines[0]).toBe("modelgate: the secret HF_TOKEN has no value in this run");
  });

  it("shows no secret, in no line and no tail", async () => {
    const environment = { HF_TOKEN: "hf-secret-value" };
    const cmd =
      'echo "a $HF_TOKEN b"; printf %s "hf-sec"; sleep 0.05; echo ret-value; printf %s "$HF_TOKEN" | base64; exit 1';
    const { lines, outcome } = await run({ cmd, secrets: ["HF_TOKEN"] }, { environment });
    const tail = outcome.ok ? [] : outcome.logTail;
    expect(lines.slice(1)).toEqual(["a *** b", "***", "***"]);
    expect(tail.slice(1)).toEqual(lines.slice(1));
  });
});

describe("ending a stage", () => {
  it("by time-out says so, with what it took", async () => {
    const { outcome, reason } = await run({ cmd: "echo begun; sleep 60", timeout_minutes: 0.3 / 60 });
    expect(reason).toBe("time-out after 0.005 minutes");
    expect(outcome.wallSeconds).toBeLessThan(5);
    expect(outcome.ok ? [] : outcome.logTail).toContain("begun");
  });

  it("by cancellation says so; one cancelled before is not started", async () => {
    const controller = new AbortController();
    const root = temporaryFolder();
    const running = run({ cmd: "echo begun > begun; sleep 60" }, { root, signal: controller.signal });
    await written(join(root, "begun"));
    controller.abort();
    expect((await running).reason).toBe("cancelled");
    const { reason, lines } = await run({ cmd: "touch ran" }, { root, signal: controller.signal });
    expect([reason, lines, existsSync(join(root, "ran"))]).toEqual(["cancelled", [], false]);
  });

  linux("with its whole tree", () => {
    it.each([
      ["a child", "sleep 60 & echo $! > pid; wait"],
      ["one deaf to SIGTERM", `sh -c 'trap "" TERM; echo $$ > pid; while :; do sleep 0.05; done'`],
      ["one with nohup", "nohup sleep 60 & echo $! > pid; wait"],
      ["one in a session of its own", "setsid sh -c 'echo $$ > pid; exec sleep 60' & wait"],
      ["a daemon without parents", "(setsid sh -c 'echo $$ > pid; exec sleep 60' &) ; sleep 60"],
      ["a stopped one", "sleep 60 & kill -STOP $!; echo $! > pid; wait"],
    ])("%s", async (_, cmd) => {
      const controller = new AbortController();
      const root = temporaryFolder();
      const running = run({ cmd }, { root, signal: controller.signal, graceMs: 100 });
      const pid = Number(await written(join(root, "pid")));
      expect(isAlive(pid)).toBe(true);
      controller.abort();
      const { outcome } = await running;
      expect(isAlive(pid)).toBe(false);
      expect(outcome.wallSeconds).toBeLessThan(5);
    });

    it("also when it succeeds and leaves something running", async () => {
      const root = temporaryFolder();
      const cmd =
        "(setsid sh -c 'echo $$ > pid; exec sleep 60' > /dev/null 2>&1 &); while [ ! -s pid ]; do sleep 0.01; done";
      const { outcome, lines } = await run({ cmd }, { root });
      expect(outcome.ok).toBe(true);
      expect(isAlive(Number(readFileSync(join(root, "pid"), "utf8")))).toBe(false);
      expect(lines.at(-1)).toBe("modelgate: ended 1 processes that the command left running");
    });

    it("and nothing else", async () => {
      const root = temporaryFolder();
      const other = run({ cmd: "echo $$ > other; sleep 0.5; touch done", outs: ["done"] }, { root });
      const pid = Number(await written(join(root, "other")));
      await run({ cmd: "sleep 60", timeout_minutes: 0.05 / 60 });
      expect(isAlive(pid)).toBe(true);
      expect((await other).outcome.ok).toBe(true);
    });

    it("lets it tidy up before SIGKILL", async () => {
      const controller = new AbortController();
      const root = temporaryFolder();
      const cmd = `sh -c 'trap "echo tidied > tidied; exit 1" TERM; echo $$ > pid; while :; do sleep 0.02; done'`;
      const running = run({ cmd }, { root, signal: controller.signal, graceMs: 2_000 });
      await written(join(root, "pid"));
      controller.abort();
      await running;
      expect(existsSync(join(root, "tidied"))).toBe(true);
    });
  });
});

linux("what a stage took", () => {
  it("counts CPU time of children, also of those already over", async () => {
    const spin = "while (process.cpuUsage().user < 150000) for (let i = 0; i < 1e5; i++) Math.sqrt(i)";
    const { outcome } = await run({ cmd: `node -e '${spin}'; node -e '${spin}'` });
    expect(outcome.cpuSeconds).toBeGreaterThanOrEqual(0.29);
  });

  /** Holds a buffer, all of it written to; Node itself takes some 40 to 60 MB. */
  const hold = (bytes: number, ms: number) =>
    `node -e 'const b = Buffer.alloc(${bytes}, 1); setTimeout(() => b.length, ${ms})'`;
  const samplesOnly = { timeProgram: "/nowhere/time" };

  describe.each([
    ["with GNU time, where it is installed", {}],
    ["with samples alone", samplesOnly],
  ])("peak memory %s", (_, setting: Setting) => {
    it("is what was held, and what the program itself takes", async () => {
      const { outcome } = await run({ cmd: hold(150e6, 800) }, setting);
      expect(outcome.peakMemoryBytes).toBeGreaterThan(150e6);
      expect(outcome.peakMemoryBytes).toBeLessThan(250e6);
    });

    it("of processes that run at the same time is their sum, with what they share counted once", async () => {
      const { outcome } = await run({ cmd: `${hold(80e6, 800)} & ${hold(80e6, 800)} & wait` }, setting);
      expect(outcome.peakMemoryBytes).toBeGreaterThan(160e6);
      expect(outcome.peakMemoryBytes).toBeLessThan(350e6);
    });

    it.each([
      ["alone", hold(150e6, 0)],
      ["after a long quiet one", `sleep 0.4; ${hold(150e6, 0)}`],
      ["followed by a long quiet one", `${hold(150e6, 0)}; sleep 0.4`],
    ])("of a short program, %s, is right or not known", async (_, cmd) => {
      const { peakMemoryBytes } = (await run({ cmd }, setting)).outcome;
      expect(peakMemoryBytes === null || (peakMemoryBytes > 150e6 && peakMemoryBytes < 250e6)).toBe(true);
    });
  });

  it("says no memory of a command that was over before it was seen often enough", async () => {
    expect((await run({ cmd: "true" }, samplesOnly)).outcome.peakMemoryBytes).toBeNull();
  });

  it("has the exact memory of the shortest command from GNU time", async ({ skip }) => {
    if (!existsSync("/usr/bin/time")) skip("it is not installed here");
    const { outcome } = await run({ cmd: hold(150e6, 0) });
    expect(outcome.peakMemoryBytes).toBeGreaterThan(150e6);
  });

  it("asks no other program of that name", async () => {
    const root = temporaryFolder({ time: "#!/bin/sh\necho other 1.0\nexit 1\n" });
    chmodSync(join(root, "time"), 0o755);
    const { outcome } = await run({ cmd: "touch model", outs: ["model"] }, { timeProgram: join(root, "time") });
    expect(outcome.ok).toBe(true);
  });
});

describe.each([
  ["GNU time, where it is installed", {}],
  ["the shell", { timeProgram: "/nowhere/time" }],
])("under %s", (_, setting: Setting) => {
  it("the command has its own words, exit code and descriptors, and not those of the record", async () => {
    const cmd = `echo 'a "b" $c' >&2; test -e /proc/self/fd/3 && echo open; false; echo after`;
    const { lines, reason } = await run({ cmd }, setting);
    expect(lines.slice(1)).toEqual(['a "b" $c']);
    expect(reason).toBe("exit code 1");
  });

  it("what the command prints at its end is no record of its own", async () => {
    const { lines, outcome } = await run({ cmd: "echo 99.00 99.00 99999999 >&2; echo 1m0.0s 1m0.0s >&2" }, setting);
    expect(lines).toContain("99.00 99.00 99999999");
    expect(outcome.cpuSeconds).toBeLessThan(50);
    expect(outcome.peakMemoryBytes ?? 0).toBeLessThan(50e6);
  });
});

it("keeps a flood of output within bounds, and the tail of it", async () => {
  const { lines, outcome } = await run({ cmd: "yes 0123456789 | head -n 300000; echo last; exit 1" });
  expect(lines.length).toBe(50_001);
  expect(lines.at(-1)).toMatch(/the rest is not shown/);
  expect(outcome.ok ? [] : outcome.logTail.at(-1)).toBe("last");
});

it("keeps a file that nobody declared", async () => {
  const root = temporaryFolder({ "keep/me": "x" });
  mkdirSync(join(root, "empty"));
  writeFiles(root, { other: "y" });
  await run({ cmd: "touch model", outs: ["model"] }, { root });
  expect(readFileSync(join(root, "keep/me"), "utf8")).toBe("x");
});
