import { lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { linkUntracked } from "../../../src/adapters/git/link-untracked.ts";
import { openRepository } from "../../../src/adapters/git/repository.ts";
import { temporaryFolder, writeFiles } from "../files/temporary-folder.ts";
import { commit, gitEnvironment, newRepository } from "./git-sandbox.ts";

async function prepare(
  base: Record<string, string>,
  candidate: Record<string, string>,
  untracked: Record<string, string>,
) {
  const folder = newRepository();
  const sha = commit(folder, { ".gitignore": "*.csv\n", ...base });
  commit(folder, candidate);
  writeFiles(folder, untracked);
  const repository = openRepository(folder, { environment: gitEnvironment });
  const { workspace, release } = await repository.worktree(sha);
  const link = (paths: readonly string[]) => linkUntracked(repository.workspace, workspace, paths, gitEnvironment);
  return { folder, baseline: workspace, link, release };
}

describe("linkUntracked", () => {
  it("gives the baseline the data that git does not know, as copies", async () => {
    const { folder, baseline, link } = await prepare({}, {}, { "data/a.csv": "1", "data/deep/b.csv": "2", other: "3" });
    expect(await link(["data", "other"])).toEqual({ linked: ["data/a.csv", "data/deep/b.csv", "other"], skipped: [] });
    const copy = join(baseline.root, "data/a.csv");
    expect(lstatSync(copy).isFile()).toBe(true);
    expect(lstatSync(copy).nlink).toBe(1);
    writeFileSync(copy, "trained");
    expect(readFileSync(join(folder, "data/a.csv"), "utf8")).toBe("1");
  });

  it("leaves alone what either commit tracks", async () => {
    const { baseline, link } = await prepare(
      { "data/both": "base" },
      { "data/both": "candidate", "data/new": "candidate" },
      { "data/u.csv": "1" },
    );
    expect((await link(["data"])).linked).toEqual(["data/u.csv"]);
    expect(await baseline.readText("data/both")).toBe("base");
    expect(await baseline.readText("data/new")).toBeNull();
  });

  it("does not copy again what is the same, and removes what is gone", async () => {
    const { folder, baseline, link } = await prepare({}, {}, { "d/a.csv": "1", "d/b.csv": "2" });
    await link(["d"]);
    const before = lstatSync(join(baseline.root, "d/a.csv")).ino;
    rmSync(join(folder, "d/b.csv"));
    await link(["d"]);
    expect(lstatSync(join(baseline.root, "d/a.csv")).ino).toBe(before);
    expect(await baseline.readText("d/b.csv")).toBeNull();
  });

  it("does not pass the candidate's version of DVC's data for the baseline's", async () => {
    const { link } = await prepare(
      { "a.csv.dvc": "md5: 1", "b.csv.dvc": "md5: 2", "d.dvc": "md5: 3" },
      { "a.csv.dvc": "md5: 9", "d.dvc": "md5: 9" },
      { "a.csv": "9", "b.csv": "2", "d/x.csv": "9" },
    );
    const { linked, skipped } = await link(["a.csv", "b.csv", "d"]);
    expect(linked).toEqual(["b.csv"]);
    expect(skipped.map(({ path }) => path)).toEqual(["a.csv", "d/x.csv"]);
    expect(skipped[0]?.reason).toMatch(/a.csv.dvc differs/);
  });

  it("follows no link out of either tree", async () => {
    const outside = temporaryFolder({ secret: "s" });
    const from = await prepare({}, {}, {});
    symlinkSync(join(outside, "secret"), join(from.folder, "x.csv"));
    await expect(from.link(["x.csv"])).rejects.toThrow(/leads out of the repository/);

    const to = await prepare({}, {}, { "d/x.csv": "1" });
    symlinkSync(outside, join(to.baseline.root, "d"));
    await expect(to.link(["d/x.csv"])).rejects.toThrow(/out of the repository/);
    await expect(to.link(["../x"])).rejects.toThrow(/out of the repository/);
  });
});
