import { realpath } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import type { FileDigest, Table, Tables, Workspace } from "../../ports.ts";
import { ProblemError } from "../../problem.ts";
import { columnType, type TypedColumn } from "./columns.ts";
import { type DataFile, findDataFiles } from "./data-files.ts";
import { relationOf } from "./relation.ts";
import { bindSource, isSelect, parseSource } from "./select-source.ts";
import { asProblem, type Limits, openSession, type Session } from "./session.ts";
import { type LoadedTable, tableOf } from "./table.ts";
import { digestOfFiles, digestOfValues } from "./table-digest.ts";

export type TableOptions = {
  /** Default: the machine's cores. */
  readonly threads?: number;
  /** Default: half of the machine's memory. Data or a query that needs more is a ProblemError. */
  readonly memoryBytes?: number;
  /** After which a slice or a custom metric is ended. Default 60. */
  readonly querySeconds?: number;
  /** After which reading the data is ended. Default 900. */
  readonly loadSeconds?: number;
};

/** How the rows come into a session. */
type Source = {
  readonly shown: string;
  readonly files: readonly DataFile[];
  readonly prepare: (session: Session) => Promise<{ readonly sql: string; readonly staysOnDisk: boolean }>;
  readonly isQuery: boolean;
};

/**
 * Tables over DuckDB: CSV, Parquet and JSON lines, one file or a glob, or a SELECT over such files.
 *
 * Nothing that runs can read another file than the table's own, and the settings are locked once it is open. What comes
 * from the config (slices, custom metrics) is a single expression, run on one thread so that no sum depends on chance.
 */
export function createTables(options: TableOptions = {}): Tables {
  return { open: (source, workspace, meanwhile) => openTable(source, workspace, options, meanwhile) };
}

async function openTable(
  dataSource: string,
  workspace: Workspace,
  options: TableOptions,
  meanwhile: (() => void) | undefined,
): Promise<Table> {
  const root = await realpath(workspace.root);
  const shown = isSelect(dataSource) ? "query" : JSON.stringify(dataSource);
  const inWords = (error: unknown) => asProblem(error, `data ${shown}`, root, "mend the data, or the way it is named");
  const opened: LoadedTable[] = [];
  const close = async () => {
    for (const { session } of opened.splice(0)) session.close();
  };
  try {
    const source = isSelect(dataSource)
      ? await querySource(dataSource, root, options, meanwhile)
      : await fileSource(dataSource, root);
    const main = await load(source, options, source.isQuery ? undefined : meanwhile);
    opened.push(main);
    const files = await fileDigests(source.files, workspace);
    const digest = source.isQuery
      ? await digestOfValues(main.columns, main.count, main.session)
      : digestOfFiles(main.columns, files);
    const queryTable = async () => {
      if (!main.staysOnDisk) return main;
      const loaded = await load(source, { ...options, threads: 1 });
      opened.push(loaded);
      return loaded;
    };
    return tableOf({ main, queryTable, shown, root, files, digest, close });
  } catch (error) {
    await close();
    throw inWords(error);
  }
}

async function fileSource(pattern: string, root: string): Promise<Source> {
  const files = await findDataFiles(pattern, root);
  return { shown: JSON.stringify(pattern), files, prepare: (session) => relationOf(files, session), isQuery: false };
}

async function querySource(
  sql: string,
  root: string,
  options: TableOptions,
  meanwhile: (() => void) | undefined,
): Promise<Source> {
  // Which files it names has to be known before the session that may read only them.
  const parser = await openSession([], limitsOf({ ...options, threads: 1 }), meanwhile);
  try {
    const parsed = await parseSource(sql, root, parser);
    const files = new Map(parsed.references.flatMap((reference) => reference.files).map((file) => [file.path, file]));
    return {
      shown: "query",
      files: [...files.values()],
      prepare: async (session) => ({ sql: `(${await bindSource(parsed, session)})`, staysOnDisk: false }),
      isQuery: true,
    };
  } finally {
    parser.close();
  }
}

/** Rows in memory; Parquet stays in its files, for a column can be read there without the others. */
async function load(source: Source, options: TableOptions, meanwhile?: () => void): Promise<LoadedTable> {
  // A query may leave the rows' order to the threads; one thread has one order.
  const limits = limitsOf(source.isQuery ? { ...options, threads: 1 } : options);
  const session = await openSession(
    source.files.map((file) => file.absolute),
    limits,
    meanwhile,
  );
  try {
    const { sql, staysOnDisk } = await source.prepare(session);
    await session.rows(`CREATE ${staysOnDisk ? "VIEW" : "TABLE"} data AS SELECT * FROM ${sql}`);
    const columns = await describe(session);
    const [counted] = await session.rows("SELECT CAST(count(*) AS DOUBLE) FROM data");
    const count = Number(counted?.[0]);
    if (count === 0) {
      throw new ProblemError({
        kind: "evidence",
        where: `data ${source.shown}`,
        what: "it has no rows",
        mend: "give at least one row to evaluate on",
      });
    }
    await session.lock({ singleThread: !staysOnDisk, statementMs: (options.querySeconds ?? 60) * 1000 });
    return { session, columns, count, staysOnDisk };
  } catch (error) {
    session.close();
    throw error;
  }
}

async function describe(session: Session): Promise<readonly TypedColumn[]> {
  const described = await session.rows("DESCRIBE data");
  return described.map(([name, type]) => ({
    name: String(name),
    type: columnType(String(type)),
    sqlType: String(type),
  }));
}

async function fileDigests(files: readonly DataFile[], workspace: Workspace): Promise<readonly FileDigest[]> {
  const digests = await workspace.digests(files.map((file) => file.path));
  return digests.map((digest, index) => {
    if (digest !== null) return digest;
    throw new ProblemError({
      kind: "evidence",
      where: `data file ${JSON.stringify(files[index]?.path)}`,
      what: "it is gone since it was read",
      mend: "leave the data alone during the evaluation",
    });
  });
}

function limitsOf(options: TableOptions): Limits {
  return {
    threads: options.threads ?? availableParallelism(),
    memoryBytes: options.memoryBytes ?? totalmem() / 2,
    statementMs: (options.loadSeconds ?? 900) * 1000,
  };
}
