import { symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { csvOf, makeWorkspace, openIn, openTable, readAll, writeParquet } from "./temp-workspace.ts";

const TYPES = `id,zip,count,ratio,late,flag,day,moment,big,empty,word
007,12345,1,0.5,1,true,2024-01-01,2024-01-01 10:00:00,12345678901234567,,x
8,12346,2,1e-3,2,False,2024-02-30,2024-01-01T10:00:00,1,,"y, z"
9,,3,nan,n/a,TRUE,,,2,,
`;

describe("types of a CSV file", () => {
  it("follow every value, and never a sample", async () => {
    const rows = Array.from({ length: 30_000 }, (_, row) => `${row + 1},${row}`);
    const table = await openTable("late.csv", { "late.csv": `id,n\n${rows.join("\n")}\n30001,0.5\n007,7\n` });
    expect(table.columns).toEqual([
      { name: "id", type: "string" },
      { name: "n", type: "number" },
    ]);
    expect(table.rows).toBe(30_002);
    const { values } = await table.codes("id");
    expect(values.slice(-2)).toEqual(["30001", "007"]);
  });

  it("are numbers, truth values, dates or text, and leading zeros or too many digits make text", async () => {
    const table = await openTable("types.csv", { "types.csv": TYPES });
    expect(Object.fromEntries(table.columns.map(({ name, type }) => [name, type]))).toEqual({
      id: "string",
      zip: "number",
      count: "number",
      ratio: "number",
      late: "string",
      flag: "boolean",
      day: "string", // There is no 30 February.
      moment: "timestamp",
      big: "string",
      empty: "number",
      word: "string",
    });
    expect((await table.codes("id")).values).toEqual(["007", "8", "9"]);
    expect((await table.codes("big")).values).toEqual(["12345678901234567", "1", "2"]);
    expect((await table.codes("zip")).values).toEqual(["12345", "12346", "∅"]);
  });

  it("come to models as asked for, missing floats as NaN and missing text as empty", async () => {
    const table = await openTable("types.csv", { "types.csv": TYPES });
    const wanted = [
      { columns: ["count"], as: "int64" },
      { columns: ["ratio"], as: "float32" },
      { columns: ["ratio"], as: "float64" },
      { columns: ["zip"], as: "string" },
      { columns: ["flag"], as: "bool" },
      { columns: ["flag"], as: "float64" },
      { columns: ["word"], as: "string" },
      { columns: ["empty"], as: "float32" },
    ] as const;
    expect(await readAll(table, wanted, 2)).toEqual([
      [1n, 2n, 3n],
      [0.5, Math.fround(1e-3), Number.NaN],
      [0.5, 1e-3, Number.NaN],
      ["12345", "12346", ""],
      [1, 0, 1],
      [1, 0, 1],
      ["x", "y, z", ""],
      [Number.NaN, Number.NaN, Number.NaN],
    ]);
  });

  it.each([
    ["semicolons", "a;b\n1;2\n"],
    ["tabs", "a\tb\n1\t2\n"],
    ["CRLF", "a,b\r\n1,2\r\n"],
    ["a byte order mark", "\uFEFFa,b\n1,2\n"],
    ["no last line end", "a,b\n1,2"],
    ["quoted names", '"a","b"\n1,2\n'],
    ["blank lines", "a,b\n\n1,2\n\n"],
  ])("do not depend on %s", async (_, content) => {
    const table = await openTable("x.csv", { "x.csv": content });
    expect(table.columns).toEqual([
      { name: "a", type: "number" },
      { name: "b", type: "number" },
    ]);
    expect(await readAll(table, [{ columns: ["b"], as: "float64" }], 10)).toEqual([[2]]);
  });

  it("allow names with quotes, delimiters and SQL in them", async () => {
    const name = `a"b', c; DROP TABLE data; --`;
    const table = await openTable("x.csv", { "x.csv": `"${name.replaceAll('"', '""')}",y\n1,2\n` });
    expect(table.columns[0]).toEqual({ name, type: "number" });
    expect(await table.numbers(name)).toEqual(Float64Array.of(1));
    expect((await table.slice(name))[0]?.name).toBe(`${name} = 1`);
  });
});

describe("sources", () => {
  it("are the same rows as CSV, gzip, JSON lines and Parquet, in file order", async () => {
    const rows = Array.from({ length: 5000 }, (_, row) => ({ x: (row * 7919) % 5000, y: row % 3 === 0 ? "a" : "b" }));
    const csv = `x,y\n${rows.map(({ x, y }) => `${x},${y}`).join("\n")}\n`;
    const workspace = await makeWorkspace({
      "d/a.csv": csv,
      "d/a.csv.gz": gzipSync(csv),
      "d/a.jsonl": rows.map((row) => JSON.stringify(row)).join("\n"),
    });
    await writeParquet(workspace, "d/a.parquet", `SELECT * FROM read_csv('${workspace.root}/d/a.csv')`);
    for (const source of [
      "d/a.csv",
      "d/a.csv.gz",
      "d/a.jsonl",
      "d/a.parquet",
      "SELECT * FROM 'd/a.parquet'",
      "FROM read_csv('d/a.csv')",
    ]) {
      const table = await openIn(workspace, source);
      expect(Array.from(await table.numbers("x")), source).toEqual(rows.map(({ x }) => x));
      expect((await table.codes("y")).codes.slice(0, 4), source).toEqual(Int32Array.of(0, 1, 1, 0));
    }
  });

  it("join globs in the order of their names, and leave hidden files out", async () => {
    const table = await openTable("d/**/*.csv", {
      "d/b.csv": "x\n2\n",
      "d/a/z.csv": "x\n1\n",
      "d/.git/x.csv": "x\n9\n",
      "d/c.csv": "x\n3.5\n",
      "d/c.txt": "x\n4\n",
    });
    expect(Array.from(await table.numbers("x"))).toEqual([1, 2, 3.5]);
    expect(table.files.map(({ path: file }) => file)).toEqual(["d/a/z.csv", "d/b.csv", "d/c.csv"]);
  });

  it("may be a query over several files", async () => {
    const table = await openTable(
      "WITH big AS (SELECT * FROM 'd/*.csv' WHERE x > 1) SELECT big.x, names.name FROM big JOIN 'names.csv' AS names USING (x) ORDER BY x DESC",
      { "d/a.csv": "x\n1\n2\n", "d/b.csv": "x\n3\n", "names.csv": "x,name\n2,two\n3,three\n" },
    );
    expect(Array.from(await table.numbers("x"))).toEqual([3, 2]);
    expect((await table.codes("name")).values).toEqual(["three", "two"]);
    expect(table.files.map((file) => file.path).toSorted()).toEqual(["d/a.csv", "d/b.csv", "names.csv"]);
  });

  it("keep long integers of a query to the last digit", async () => {
    const table = await openTable(
      "SELECT x, 9007199254740993 AS big FROM 'a.csv' WHERE 12345678901234567 > x AND '\":1234567890123456789,' <> 'y'",
      {
        "a.csv": "x\n1\n",
      },
    );
    expect((await table.codes("big")).values).toEqual(["9007199254740993"]);
  });

  it("have a digest that follows values, types and order, and not the place", async () => {
    const digest = async (source: string, files: Record<string, string>) => (await openTable(source, files)).digest;
    const rows = "x,y\n1,a\n2,b\n";
    const first = await digest("a.csv", { "a.csv": rows });
    expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await digest("d/b.csv", { "d/b.csv": rows })).toBe(first);
    expect(await digest("a.csv", { "a.csv": "x,y\n2,b\n1,a\n" })).not.toBe(first);

    const query = await digest("SELECT * FROM 'a.csv'", { "a.csv": rows });
    expect(await digest("SELECT x, y FROM 'b.csv' WHERE x > 0", { "b.csv": rows })).toBe(query);
    expect(await digest("SELECT * FROM 'a.csv' ORDER BY x DESC", { "a.csv": rows })).not.toBe(query);
    expect(await digest("SELECT * FROM 'a.csv'", { "a.csv": "x,y\n1,a\n2,\n" })).not.toBe(query);
    expect(await digest("SELECT CAST(x AS VARCHAR) AS x, y FROM 'a.csv'", { "a.csv": rows })).not.toBe(query);
  });

  it("give batches that do not depend on their size", async () => {
    const workspace = await makeWorkspace({});
    await writeParquet(
      workspace,
      "a.parquet",
      "SELECT i AS x, -i AS y, CAST(i AS VARCHAR) AS s FROM range(10000) t(i)",
    );
    const table = await openIn(workspace, "a.parquet");
    const wanted = [
      { columns: ["x"], as: "float32" },
      { columns: ["s"], as: "string" },
      { columns: ["y", "x"], as: "int64" },
    ] as const;
    const whole = await readAll(table, wanted, 10_000);
    expect(whole[0]).toEqual(Array.from({ length: 10_000 }, (_, row) => row));
    expect(whole[2]?.slice(-4)).toEqual([-9998n, 9998n, -9999n, 9999n]);
    expect(await readAll(table, wanted, 777)).toEqual(whole);
    expect(await readAll(table, wanted, 4096)).toEqual(whole);
  });

  it("give columns side by side row by row, however DuckDB holds them", async () => {
    const workspace = await makeWorkspace({});
    // A column of one value, of few, of many, with gaps, and all gaps: each is a kind of vector of its own.
    const select = `SELECT 7 AS one, i % 3 AS few, i AS many, CASE WHEN i % 5 > 0 THEN i END AS gaps, CAST(NULL AS DOUBLE) AS none,
      i % 2 = 0 AS flag FROM range(5000) t(i)`;
    await writeParquet(workspace, "a.parquet", select);
    await writeFile(path.join(workspace.root, "b.csv"), await csvOf(select));
    for (const source of ["a.parquet", "b.csv", "SELECT * FROM 'a.parquet' WHERE many >= 0"]) {
      const table = await openIn(workspace, source);
      const read = await readAll(
        table,
        [
          { columns: ["many", "gaps", "one", "none", "few"], as: "float32" },
          { columns: ["one", "one"], as: "int64" },
          { columns: ["few", "gaps"], as: "string" },
          { columns: ["flag", "flag"], as: "bool" },
        ],
        1000,
      );
      const rows = Array.from({ length: 5000 }, (_, row) => row);
      const gap = (row: number) => row % 5 === 0;
      expect(read[0], source).toEqual(
        rows.flatMap((row) => [row, gap(row) ? Number.NaN : row, 7, Number.NaN, row % 3]),
      );
      expect(read[1], source).toEqual(rows.flatMap(() => [7n, 7n]));
      expect(read[2], source).toEqual(rows.flatMap((row) => [String(row % 3), gap(row) ? "" : String(row)]));
      expect(read[3], source).toEqual(rows.flatMap((row) => [1 - (row % 2), 1 - (row % 2)]));
    }
  });

  it("name the row and the column of what a type cannot hold", async () => {
    const workspace = await makeWorkspace({});
    await writeParquet(
      workspace,
      "a.parquet",
      "SELECT i AS x, CASE WHEN i <> 4321 THEN i END AS y FROM range(10000) t(i)",
    );
    const table = await openIn(workspace, "a.parquet");
    await expect(readAll(table, [{ columns: ["x", "y"], as: "int64" }], 1000)).rejects.toThrow(
      /column "y": row 4322 is empty or not a whole number/,
    );
  });
});

describe("sources that cannot be read", () => {
  const bad: readonly (readonly [string, string, Record<string, string | Uint8Array>, RegExp])[] = [
    ["no such file", "data/tset.csv", { "data/test.csv": "x\n1\n" }, /no such file; write "data\/test\.csv"/],
    ["no match", "data/*.csv", { "data/test.parquet": "x" }, /no file matches it/],
    ["a folder", "data", { "data/test.csv": "x\n1\n" }, /it is a folder/],
    ["an absolute path", "/etc/passwd", {}, /leaves the repository/],
    ["a path upwards", "../x.csv", {}, /leaves the repository/],
    ["an address", "https://example.com/x.csv", {}, /address on the network/],
    ["an unknown kind", "x.dat", { "x.dat": "x\n1\n" }, /name does not say what it holds/],
    ["an empty file", "x.csv", { "x.csv": "" }, /it is empty/],
    ["no rows", "x.csv", { "x.csv": "x,y\n" }, /it has no rows/],
    ["an empty query", "SELECT * FROM 'x.csv' WHERE x > 5", { "x.csv": "x\n1\n" }, /it has no rows/],
    ["a line too short", "x.csv", { "x.csv": "a,b\n1,2\n3\n4,5\n" }, /Line: 3.*Expected Number of Columns: 2 Found: 1/],
    ["a line too long", "x.csv", { "x.csv": "a,b\n1,2\n3,4,5\n" }, /Line: 3/],
    ["another encoding", "x.csv", { "x.csv": Buffer.from("a,b\n1,caf\xe9\n", "latin1") }, /not utf-8/],
    ["binary", "x.csv", { "x.csv": Uint8Array.of(0, 1, 2, 255, 10, 7) }, /it is not text/],
    ["a name twice", "x.csv", { "x.csv": "a,b,A\n1,2,3\n" }, /columns 1 and 3 are both named "A"/],
    ["no names", "x.csv", { "x.csv": "1,2\n3,4\n" }, /first line holds only numbers/],
    ["a corrupt Parquet file", "x.parquet", { "x.parquet": "PAR1 and no more PAR1" }, /x\.parquet/],
    ["a cut gzip file", "x.csv.gz", { "x.csv.gz": gzipSync("a,b\n1,2\n".repeat(99)).subarray(0, 30) }, /x\.csv\.gz/],
    ["broken JSON", "x.jsonl", { "x.jsonl": '{"a":1}\n{"a":\n' }, /Malformed JSON/],
    [
      "other columns",
      "*.csv",
      { "a.csv": "x,y\n1,2\n", "b.csv": "x,z\n1,2\n" },
      /b\.csv": column 2 is "z" where a\.csv has "y"/,
    ],
    [
      "fewer columns",
      "*.csv",
      { "a.csv": "x,y\n1,2\n", "b.csv": "x\n1\n" },
      /column 2 is missing where a\.csv has "y"/,
    ],
    ["two formats", "*", { "a.csv": "x\n1\n", "b.jsonl": '{"x":1}' }, /it is json where the first is csv/],
  ];

  it.each(bad)("%s: one clear sentence", async (_, source, files, sentence) => {
    const problem = await openTable(source, files).then(
      () => null,
      (error: unknown) => error,
    );
    expect(problem).toMatchObject({ name: "ProblemError" });
    expect(String(problem)).toMatch(sentence);
    expect(String(problem)).not.toContain("modelgate-tables-");
    expect(String(problem)).not.toContain("\n");
  });

  it("a link out of the repository", async () => {
    const outside = await makeWorkspace({ "secret.csv": "x\n1\n" });
    const workspace = await makeWorkspace({ "ok.csv": "x\n1\n" });
    await symlink(path.join(outside.root, "secret.csv"), path.join(workspace.root, "link.csv"));
    await symlink(outside.root, path.join(workspace.root, "folder"));
    for (const source of ["link.csv", "*.csv", "folder/secret.csv", "SELECT * FROM 'link.csv'"]) {
      await expect(openIn(workspace, source)).rejects.toThrow(/link out of the repository/);
    }
  });

  it("Parquet files of unlike types", async () => {
    const workspace = await makeWorkspace({});
    await writeParquet(workspace, "a.parquet", "SELECT 1 AS x");
    await writeParquet(workspace, "b.parquet", "SELECT 'one' AS x");
    await expect(openIn(workspace, "*.parquet")).rejects.toThrow(
      /b\.parquet": column 1 is "x" \(VARCHAR\) where a\.parquet has "x" \(INTEGER\)/,
    );
  });

  it("a file that changes while it is open", async () => {
    const workspace = await makeWorkspace({});
    await writeParquet(workspace, "a.parquet", "SELECT i AS x FROM range(1000) t(i)");
    const table = await openIn(workspace, "a.parquet");
    await writeFile(path.join(workspace.root, "a.parquet"), "gone");
    await expect(table.numbers("x")).rejects.toMatchObject({ name: "ProblemError" });
  });
});
