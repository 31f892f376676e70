import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRepository } from "../../../src/adapters/git/repository.ts";
import { ProblemError } from "../../../src/problem.ts";
import { temporaryFolder, writeFiles } from "../files/temporary-folder.ts";
import { clonePullRequest, commit, git, gitEnvironment, newRepository } from "./git-sandbox.ts";

const open = (folder: string, more: { keepWorktrees?: number } = {}) =>
  openRepository(folder, { environment: gitEnvironment, ...more });

describe("a pull request's shallow clone", () => {
  it("knows the merge commit's parents, fetches the first, and compares with it", async () => {
    const { folder, base, head, merge } = clonePullRequest();
    const repository = open(folder);
    expect(await repository.head()).toEqual({ sha: merge, parents: [base, head] });
    await expect(repository.readAt(base, "modelgate.yml")).rejects.toThrow(/lacks the commit/);
    expect(await repository.resolve(base)).toBe(base);
    expect(await repository.readAt(base, "modelgate.yml")).toBe("base");
    expect(await repository.changedSince(base)).toEqual(["train.py"]);
    expect(git(folder, "rev-parse", "--is-shallow-repository")).toBe("true");
    expect(git(folder, "rev-list", "--all", "HEAD", "--count")).toBe("1");
  });

  it("fetches branches and tags by name", async () => {
    const { folder, first, base } = clonePullRequest();
    const repository = open(folder);
    expect(await repository.resolve("main")).toBe(base);
    expect(await repository.resolve("origin/main")).toBe(base);
    expect(await repository.resolve("v1")).toBe(first);
  });

  it("is deepened until a common ancestor is found", async () => {
    const { folder, first, base, head } = clonePullRequest();
    const repository = open(folder);
    await repository.resolve(base);
    await repository.resolve(head);
    expect(await repository.mergeBase(base, head)).toBe(first);
  });

  it("says what to do where a commit cannot be had", async () => {
    const { folder, origin, base } = clonePullRequest();
    await expect(open(folder).resolve("f".repeat(40))).rejects.toThrow(/fetch-depth/);
    await expect(open(folder).resolve("no-such-branch")).rejects.toThrow(/no-such-branch: this clone lacks the commit/);
    await expect(open(folder).resolve("HEAD~3")).rejects.toThrow(/no such commit/);
    rmSync(origin, { recursive: true });
    await expect(open(folder).resolve(base)).rejects.toThrow(/could not be fetched/);
  });
});

describe("head and resolve", () => {
  it("work on a first commit, an annotated tag, and from a folder beneath the top", async () => {
    const folder = newRepository();
    const sha = commit(folder, { "sub/a": "1" });
    git(folder, "tag", "-a", "name@v1.2.3", "-m", "register");
    const repository = open(join(folder, "sub"));
    expect(repository.workspace.root).toBe(folder);
    expect(await repository.head()).toEqual({ sha, parents: [] });
    expect(await repository.resolve("name@v1.2.3")).toBe(sha);
    expect(await repository.resolve("main@{0}")).toBe(sha);
  });

  it("are right after a new commit, in the same process", async () => {
    const folder = newRepository();
    commit(folder, { a: "1" });
    const repository = open(folder);
    const before = await repository.head();
    const sha = commit(folder, { a: "2" });
    expect(await repository.head()).toEqual({ sha, parents: [before.sha] });
  });

  it.each(["--upload-pack=touch x", "-x", "", "a b", "a\nb", "HEAD:a", "a..b", "main^{/text}", "a\0b", "refs/heads/*"])(
    "refuse the name %j",
    async (ref) => {
      const folder = newRepository();
      commit(folder, { a: "1" });
      await expect(open(folder).resolve(ref)).rejects.toThrow(ProblemError);
    },
  );

  it("says so for what is no commit, no repository, and one without commits", async () => {
    const folder = newRepository();
    await expect(open(folder).head()).rejects.toThrow(/no commit/);
    expect(() => open(temporaryFolder())).toThrow(/not inside a git repository/);
    expect(() => open(join(folder, "none"))).toThrow(/not inside a git repository/);
  });

  it("finds no common ancestor of two histories", async () => {
    const folder = newRepository();
    const a = commit(folder, { a: "1" });
    git(folder, "checkout", "--quiet", "--orphan", "other");
    const b = commit(folder, { b: "1" });
    await expect(open(folder).mergeBase(a, b)).rejects.toThrow(/no common ancestor/);
    await expect(open(folder).mergeBase("main", b)).rejects.toThrow(/not a full commit SHA/);
  });
});

describe("readAt", () => {
  it("reads a file as a commit has it, whatever its name", async () => {
    const folder = newRepository();
    const names = ["a b", "ü\"'$`", "new\nline", "-dash", "*.csv"];
    const sha = commit(folder, Object.fromEntries(names.map((name) => [name, `of ${name}`])));
    commit(folder, Object.fromEntries(names.map((name) => [name, "later"])));
    const repository = open(folder);
    for (const name of names) expect(await repository.readAt(sha, name)).toBe(`of ${name}`);
    expect(await repository.readAt(sha, "none")).toBeNull();
    expect(await repository.readAt(sha, "none\nat all")).toBeNull();
    await expect(repository.readAt(sha, "../a")).rejects.toThrow(ProblemError);
  });

  it("gives null for a folder, follows links inside the tree, refuses those out of it", async () => {
    const folder = newRepository();
    writeFiles(folder, { "real/a": "text" });
    symlinkSync("real/a", join(folder, "link"));
    symlinkSync("/etc/passwd", join(folder, "out"));
    symlinkSync("nowhere", join(folder, "broken"));
    const sha = commit(folder, {});
    const repository = open(folder);
    expect(await repository.readAt(sha, "real")).toBeNull();
    expect(await repository.readAt(sha, "link")).toBe("text");
    expect(await repository.readAt(sha, "broken")).toBeNull();
    await expect(repository.readAt(sha, "out")).rejects.toThrow(/leads out of the repository/);
    expect(await repository.readAt(sha, "real/a")).toBe("text");
  });

  it("answers many questions at once, in order, also large ones", async () => {
    const folder = newRepository();
    const large = "x".repeat(3_000_000);
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, `${index}`]));
    const sha = commit(folder, { ...files, large });
    const repository = open(folder);
    const names = [...Object.keys(files), "large", "none", "f0"];
    expect(await Promise.all(names.map((name) => repository.readAt(sha, name)))).toEqual([
      ...Object.values(files),
      large,
      null,
      "0",
    ]);
  });
});

describe("changedSince", () => {
  it("names what was changed, staged, deleted, moved and added, but nothing ignored", async () => {
    const folder = newRepository();
    const base = commit(folder, {
      ".gitignore": "ignored\n",
      same: "1",
      committed: "1",
      edited: "1",
      staged: "1",
      deleted: "1",
      moved: "a long enough text to be recognised as the same file",
    });
    commit(folder, { committed: "2" });
    writeFiles(folder, { edited: "2", staged: "2", "new/file": "1", ignored: "1", same: "1" });
    git(folder, "add", "staged");
    git(folder, "mv", "moved", "renamed");
    rmSync(join(folder, "deleted"));
    const expected = ["committed", "deleted", "edited", "moved", "new/file", "renamed", "staged"];
    expect(await open(folder).changedSince(base)).toEqual(expected);
  });

  it("gives names with newlines, quotes and spaces as they are", async () => {
    const folder = newRepository();
    const base = commit(folder, { 'tracked\n"x"': "1" });
    writeFiles(folder, { 'tracked\n"x"': "2", "un tracked\n'y'\t": "1" });
    expect(await open(folder).changedSince(base)).toEqual(['tracked\n"x"', "un tracked\n'y'\t"]);
  });

  it("runs nothing that the repository's configuration names", async () => {
    const folder = newRepository();
    const base = commit(folder, { a: "1", ".gitattributes": "* diff=evil\n" });
    const script = join(folder, ".git/evil");
    writeFileSync(script, `#!/bin/sh\ntouch ${folder}/.git/ran\nexit 0\n`);
    chmodSync(script, 0o755);
    for (const key of ["core.fsmonitor", "diff.external", "diff.evil.command", "diff.evil.textconv", "core.pager"]) {
      git(folder, "config", key, script);
    }
    mkdirSync(join(folder, ".git/hooks"), { recursive: true });
    for (const hook of ["post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"]) {
      writeFileSync(join(folder, ".git/hooks", hook), readFileSync(script), { mode: 0o755 });
    }
    writeFiles(folder, { a: "2" });
    const repository = open(folder);
    expect(await repository.changedSince(base)).toEqual(["a"]);
    const { release } = await repository.worktree(base);
    await release();
    expect(existsSync(join(folder, ".git/ran"))).toBe(false);
  });

  it("is not misled by a hook's environment", async () => {
    const folder = newRepository();
    const base = commit(folder, { a: "1" });
    const other = newRepository();
    const environment = { ...gitEnvironment, GIT_DIR: join(other, ".git"), GIT_WORK_TREE: other, GIT_INDEX_FILE: "x" };
    const repository = openRepository(folder, { environment });
    expect((await repository.head()).sha).toBe(base);
    expect(await repository.changedSince(base)).toEqual([]);
  });
});

describe("worktree", () => {
  it("is a clean checkout, kept and reused, of which git does not complain", async () => {
    const folder = newRepository();
    const base = commit(folder, { a: "1", ".gitignore": "model\n" });
    commit(folder, { a: "2" });
    const repository = open(folder);
    const first = await repository.worktree(base);
    expect(await first.workspace.readText("a")).toBe("1");
    expect(first.workspace.root).toBe(join(folder, ".git/modelgate/worktrees", base));
    writeFiles(first.workspace.root, { model: "restored", a: "edited", "stray/file": "x" });
    await first.release();
    await first.release();

    const second = await repository.worktree(base);
    expect(second.workspace.root).toBe(first.workspace.root);
    expect(await second.workspace.readText("a")).toBe("1");
    expect(await second.workspace.readText("stray/file")).toBeNull();
    expect(await second.workspace.readText("model")).toBe("restored");
    await second.release();
    expect(git(folder, "status", "--porcelain")).toBe("");
    expect(git(folder, "fsck")).toBe("");
  });

  it("is one's own while it is in use", async () => {
    const folder = newRepository();
    const base = commit(folder, { a: "1" });
    const taken = await Promise.all([open(folder), open(folder), open(folder)].map((one) => one.worktree(base)));
    expect(new Set(taken.map(({ workspace }) => workspace.root)).size).toBe(3);
    for (const { workspace } of taken) expect(await workspace.readText("a")).toBe("1");
    for (const { release } of taken) await release();
  });

  it("takes over what a process left behind when it was killed", async () => {
    const folder = newRepository();
    const base = commit(folder, { a: "1" });
    const { workspace, release } = await open(folder).worktree(base);
    await release();
    const { hostname } = await import("node:os");
    writeFileSync(`${workspace.root}.lock`, `${2 ** 22 + 5} ${hostname()} 0\n`);
    writeFiles(workspace.root, { a: "half-written" });
    writeFileSync(join(git(workspace.root, "rev-parse", "--git-dir"), "index.lock"), "");
    const again = await open(folder).worktree(base);
    expect(again.workspace.root).toBe(workspace.root);
    expect(await again.workspace.readText("a")).toBe("1");
    await again.release();
  });

  it.each([
    ["a folder without git", (path: string) => rmSync(join(path, ".git"))],
    ["nothing", (path: string) => rmSync(path, { recursive: true })],
    ["a checkout of something else", (path: string) => git(path, "checkout", "--quiet", "main~0", "--detach")],
    [
      "a link",
      (path: string) => {
        rmSync(path, { recursive: true });
        symlinkSync("/tmp", path);
      },
    ],
  ])("replaces %s in its place", async (_, spoil) => {
    const folder = newRepository();
    const base = commit(folder, { a: "1" });
    commit(folder, { a: "2" });
    const { workspace, release } = await open(folder).worktree(base);
    await release();
    spoil(workspace.root);
    const again = await open(folder).worktree(base);
    expect(again.workspace.root).toBe(workspace.root);
    expect(await again.workspace.readText("a")).toBe("1");
    await again.release();
    expect(existsSync("/tmp")).toBe(true);
  });

  it("keeps the newest few", async () => {
    const folder = newRepository();
    const shas = ["1", "2", "3", "4"].map((content) => commit(folder, { a: content }));
    const repository = open(folder, { keepWorktrees: 2 });
    const inUse = await repository.worktree(shas[0] ?? "");
    for (const sha of shas.slice(1)) await (await repository.worktree(sha)).release();
    const left = readdirSync(join(folder, ".git/modelgate/worktrees")).filter((name) => /^[0-9a-f]{40}$/.test(name));
    expect(left).toContain(shas[0]);
    expect(left).toContain(shas[3]);
    expect(left.length).toBeLessThanOrEqual(3);
    await inUse.release();
    expect(git(folder, "worktree", "prune", "--dry-run")).toBe("");
  });

  it("refuses what is not a commit's SHA", async () => {
    const folder = newRepository();
    commit(folder, { a: "1" });
    await expect(open(folder).worktree("../../evil")).rejects.toThrow(/not a full commit SHA/);
    await expect(open(folder).worktree("f".repeat(40))).rejects.toThrow(ProblemError);
  });

  it("applies filters, as git-lfs is one", async () => {
    const folder = newRepository();
    git(folder, "config", "filter.shout.smudge", "tr a-z A-Z");
    git(folder, "config", "filter.shout.clean", "tr A-Z a-z");
    const base = commit(folder, { ".gitattributes": "*.bin filter=shout\n", "model.bin": "weights" });
    const { workspace, release } = await open(folder).worktree(base);
    expect(await workspace.readText("model.bin")).toBe("WEIGHTS");
    await release();
  });
});

describe("what git tracks", () => {
  it("gives a commit's links with their targets, and no others", async () => {
    const folder = newRepository();
    writeFiles(folder, { "real/a": "1" });
    symlinkSync("../real", join(folder, "real/li nk\n"));
    symlinkSync("/etc", join(folder, "out"));
    const sha = commit(folder, {});
    rmSync(join(folder, "out"));
    symlinkSync("real", join(folder, "later"));
    commit(folder, {});
    const repository = open(folder);
    expect(await repository.links(sha)).toEqual([
      { path: "out", target: "/etc" },
      { path: "real/li nk\n", target: "../real" },
    ]);
  });

  it("lists the tracked files at and beneath paths, also behind a linked folder", async () => {
    const folder = newRepository();
    commit(folder, { "notes/a": "1", "notes/b": "1", "model.onnx": "1", ".gitignore": "made\n" });
    symlinkSync("notes", join(folder, "linked"));
    commit(folder, {});
    writeFiles(folder, { made: "1", "notes/c": "1" });
    const { tracked } = open(folder);
    expect(await tracked([])).toEqual([]);
    expect(await tracked(["made", "none/x", "notes/c", "*.onnx"])).toEqual([]);
    expect(await tracked(["notes", "model.onnx"])).toEqual(["model.onnx", "notes/a", "notes/b"]);
    expect(await tracked(["linked/a"])).toEqual(["notes/a"]);
    expect(await tracked(["linked"])).toEqual(["linked"]);
  });

  it("counts what is committed in __pycache__, and nothing else there", async () => {
    const folder = newRepository();
    commit(folder, { "src/a.py": "1", "src/__pycache__/a.pyc": "1" });
    const digest = async () => (await open(folder).workspace.digests(["src"]))[0]?.digest;
    const before = await digest();
    writeFiles(folder, { "src/__pycache__/b.pyc": "1", "src/more/__pycache__/c.pyc": "1" });
    expect(await digest()).toBe(before);
    writeFiles(folder, { "src/__pycache__/a.pyc": "2" });
    expect(await digest()).not.toBe(before);
  });
});

describe("a worktree's submodules", () => {
  function withSubmodule() {
    const library = newRepository();
    const first = commit(library, { "a.py": "1" });
    const folder = newRepository();
    git(folder, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library, "lib");
    const base = commit(folder, {});
    const module = join(folder, "lib");
    const second = commit(module, { "a.py": "2" });
    commit(folder, {});
    return { library, folder, base, module, first, second };
  }

  it("are filled from those of the main tree, without asking anybody, and again when spoilt", async () => {
    const { library, folder, base } = withSubmodule();
    rmSync(library, { recursive: true });
    for (const spoil of [() => undefined, writeFiles]) {
      const { workspace, release } = await open(folder).worktree(base);
      expect(await workspace.readText("lib/a.py")).toBe("1");
      expect(git(workspace.root, "status", "--porcelain")).toBe("");
      spoil(workspace.root, { "lib/a.py": "spoilt", "lib/more": "x" });
      await release();
    }
    const { workspace } = await open(folder).worktree(base);
    expect([await workspace.readText("lib/a.py"), await workspace.readText("lib/more")]).toEqual(["1", null]);
    expect(readFileSync(join(folder, "lib/a.py"), "utf8")).toBe("2");
    expect(git(folder, "status", "--porcelain")).toBe("");
  });

  it("whose commit is not here are fetched from where they came from, or it is said", async () => {
    const { library, folder, module } = withSubmodule();
    const elsewhere = commit(library, { "a.py": "3" });
    git(folder, "update-index", "--cacheinfo", `160000,${elsewhere},lib`);
    git(folder, "commit", "--quiet", "--message=next");
    const sha = git(folder, "rev-parse", "HEAD");
    git(module, "remote", "set-url", "origin", "/nonexistent");
    await expect(open(folder).worktree(sha)).rejects.toThrow(
      /^submodule lib, commit [0-9a-f]{40}: .*could not be fetched/,
    );
    git(module, "remote", "set-url", "origin", `file://${library}`);
    git(library, "config", "uploadpack.allowAnySHA1InWant", "true");
    const { workspace } = await open(folder).worktree(sha);
    expect(await workspace.readText("lib/a.py")).toBe("3");
  });

  it("stay empty where the main tree has not checked them out", async () => {
    const { folder, base } = withSubmodule();
    git(folder, "submodule", "--quiet", "deinit", "--force", "lib");
    const { workspace } = await open(folder).worktree(base);
    expect(await workspace.readText("lib/a.py")).toBeNull();
  });
});
