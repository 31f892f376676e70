import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { createTables, type TableOptions } from "../../../src/adapters/duckdb/tables.ts";
import { loadDuckDb } from "../../../src/adapters/load-native.ts";
import type { Table, Workspace } from "../../../src/ports.ts";

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A workspace of these files in a folder of its own, gone when the test ends. */
export async function makeWorkspace(files: Files): Promise<Workspace> {
  const root = await mkdtemp(path.join(tmpdir(), "modelgate-tables-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), content);
  }
  return {
    root,
    readText: async (file) => readFile(path.join(root, file), "utf8").catch(() => null),
    digests: (paths) =>
      Promise.all(
        paths.map(async (file) => {
          const bytes = await readFile(path.join(root, file));
          const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
          return { path: file, digest, bytes: (await stat(path.join(root, file))).size };
        }),
      ),
    regularFiles: async (paths) => paths,
    linksTo: async () => [],
  };
}

/** Opens a table over these files, and closes it when the test ends. */
export async function openTable(source: string, files: Files, options: TableOptions = {}): Promise<Table> {
  return openIn(await makeWorkspace(files), source, options);
}

/** Opens a table in a workspace, and closes it when the test ends. */
export async function openIn(workspace: Workspace, source: string, options: TableOptions = {}): Promise<Table> {
  const table = await createTables({ threads: 2, memoryBytes: 2 ** 30, ...options }).open(source, workspace);
  onTestFinished(() => table.close());
  return table;
}

/** Writes what a SELECT gives as a Parquet file. */
export async function writeParquet(workspace: Workspace, file: string, select: string): Promise<void> {
  const instance = await loadDuckDb().DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${path.join(workspace.root, file)}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

/** What a SELECT gives as CSV, a missing value as nothing. */
export async function csvOf(select: string): Promise<string> {
  const instance = await loadDuckDb().DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(select);
  const lines = [result.columnNames(), ...result.getRowsJS()].map((row) => row.map((value) => value ?? "").join(","));
  connection.closeSync();
  instance.closeSync();
  return `${lines.join("\n")}\n`;
}

/** Every batch's blocks, joined. */
export async function readAll(
  table: Table,
  blocks: Parameters<Table["batches"]>[0],
  rows: number,
): Promise<readonly (readonly unknown[])[]> {
  const all: unknown[][] = blocks.map(() => []);
  for await (const batch of table.batches(blocks, rows)) {
    batch.blocks.forEach((values, index) => {
      all[index]?.push(...Array.from(values as Iterable<unknown>));
    });
  }
  return all;
}
