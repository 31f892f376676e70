import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Workspace } from "../../../src/ports.ts";
import { makeWorkspace, openIn, writeParquet } from "./temp-workspace.ts";

const FILES = { "t.csv": "x\n1\n2\n", ".git/config": "token = secret\n", "other.csv": "y\nsecret\n" };

/** What reads a file that is not the table's, or writes one. */
const HOSTILE = [
  "(SELECT count(*) FROM read_text('/etc/passwd')) > 0",
  "(SELECT content FROM read_text('{root}/.git/config')) LIKE '%secret%'",
  "(SELECT count(*) FROM read_blob('.git/config')) > 0",
  "(SELECT count(*) FROM '{root}/other.csv') > 0",
  "(SELECT count(*) FROM read_csv('{root}/other.csv')) > 0",
  "(SELECT count(*) FROM glob('{root}/*')) > 0",
  "(SELECT count(*) FROM 'https://127.0.0.1:9/x.parquet') > 0",
  "x > 0); COPY data TO '{root}/stolen.csv'; SELECT (true",
  "x > 0; COPY data TO '{root}/stolen.csv'",
  "x > 0; DROP TABLE data",
  "x > 0) FROM data; DROP VIEW data; SELECT (1",
  "COPY data TO '{root}/stolen.csv'",
  "ATTACH '{root}/stolen.db'",
  "INSTALL httpfs",
  "LOAD httpfs",
  "PRAGMA memory_limit='99GB'",
  "SET enable_external_access = true",
  "EXPORT DATABASE '{root}/stolen'",
  "CALL pragma_version()",
  "getenv('HOME') IS NOT NULL",
  "(SELECT sleep_ms(60000)) IS NULL",
];

async function bothKinds(): Promise<readonly (readonly [Workspace, string])[]> {
  const workspace = await makeWorkspace(FILES);
  await writeParquet(workspace, "t.parquet", "SELECT unnest([1, 2]) AS x");
  return [
    [workspace, "t.csv"],
    [workspace, "t.parquet"],
    [workspace, "SELECT * FROM 't.csv'"],
  ];
}

describe("hostile SQL in a slice or a custom metric", () => {
  it.each(HOSTILE)("%s", async (template) => {
    for (const [workspace, source] of await bothKinds()) {
      const table = await openIn(workspace, source);
      const before = (await readdir(workspace.root)).toSorted();
      const sql = template.replaceAll("{root}", workspace.root);
      await expect(table.slice(sql)).rejects.toMatchObject({ problem: { kind: "config" } });
      await expect(
        table.custom({
          sql: `max(CASE WHEN ${sql} THEN 1 ELSE 0 END)`,
          target: { task: "binary", positive: Uint8Array.of(0, 1) },
          predictions: { task: "binary", score: null, predicted: null },
          targetNames: null,
          buckets: Uint8Array.of(0, 1),
          member: null,
        }),
      ).rejects.toMatchObject({ problem: { kind: "config" } });
      expect((await readdir(workspace.root)).toSorted()).toEqual(before);
      expect(Array.from(await table.numbers("x"))).toEqual([1, 2]);
    }
  });

  it("that runs without end is ended", async () => {
    const [workspace] = (await bothKinds())[0] as readonly [Workspace, string];
    const table = await openIn(workspace, "t.csv", { querySeconds: 0.3 });
    await expect(
      table.slice("(SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = x) > 0"),
    ).rejects.toThrow(/ran longer than 0.3 s and was ended/);
    expect((await table.slice("x > 1"))[0]?.rows).toBe(1);
  });

  it("that wants all memory is refused", async () => {
    const [workspace] = (await bothKinds())[0] as readonly [Workspace, string];
    const table = await openIn(workspace, "t.csv", { memoryBytes: 2 ** 27 });
    await expect(table.slice("(SELECT len(list(range)) FROM range(100000000)) > x")).rejects.toMatchObject({
      problem: { kind: "config" },
    });
    expect((await table.slice("x > 1"))[0]?.rows).toBe(1);
  });
});

describe("hostile SQL as the data", () => {
  it.each([
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_text('.git/config')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM '../../etc/x.csv'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv('t.csv', header = false)",
    "SELECT * FROM read_csv('t' || '.csv')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM glob('*')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM 't.csv'; COPY (SELECT 1) TO 'stolen.csv'",
    "SELECT * FROM 't.csv' UNION ALL SELECT * FROM read_text('.git/config')",
    "SELECT *, (SELECT content FROM read_text('.git/config')) FROM 't.csv'",
    "WITH s AS (SELECT * FROM read_blob('.git/config')) SELECT * FROM s",
    "SELECT * FROM 't.csv' USING SAMPLE 1",
    "SELECT *, random() AS r FROM 't.csv'",
    "SELECT *, now() AS r FROM 't.csv'",
    "FROM nowhere",
    "SELECT * FROM missing.csv",
    "SELECT",
    "WITH x AS (DELETE FROM y RETURNING *) SELECT 1",
  ])("%s", async (source) => {
    const [workspace] = (await bothKinds())[0] as readonly [Workspace, string];
    await expect(openIn(workspace, source)).rejects.toMatchObject({ name: "ProblemError" });
    expect(await readdir(workspace.root)).not.toContain("stolen.csv");
    expect(await readFile(path.join(workspace.root, "t.csv"), "utf8")).toBe(FILES["t.csv"]);
  });
});
