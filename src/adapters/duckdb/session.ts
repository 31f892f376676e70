import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from "@duckdb/node-api";
import { ProblemError } from "../../problem.ts";
import { loadDuckDb } from "../load-native.ts";
import { quoteTexts } from "./sql-text.ts";

/** What statements may cost. */
export type Limits = {
  readonly threads: number;
  readonly memoryBytes: number;
  /** Milliseconds after which a statement is interrupted. */
  readonly statementMs: number;
};

/** The first column of each row, and so on; numbers as DuckDB gives them. */
type Row = readonly (string | number | bigint | boolean | null)[];

/** A DuckDB in memory that can read the named files and nothing else: no other file, no network, no extension. */
export type Session = {
  /** One statement to its end; for results of a few rows. */
  readonly rows: (sql: string) => Promise<readonly Row[]>;
  /** One statement's result as it comes, chunk by chunk. */
  readonly chunks: (sql: string) => AsyncGenerator<DuckDBDataChunk, void, undefined>;
  /** The chunks of one statement's result once it is whole: for a few bytes a row, where the waits would cost more. */
  readonly wholeChunks: (sql: string) => AsyncGenerator<DuckDBDataChunk, void, undefined>;
  readonly appendChunks: (table: string, chunks: Iterable<DuckDBDataChunk>) => Promise<void>;
  /** From here on another time-out and, if asked, one thread (sums come out the same to the last bit); no setting can change. */
  readonly lock: (options: { readonly singleThread: boolean; readonly statementMs: number }) => Promise<void>;
  readonly close: () => void;
};

/**
 * Opens a DuckDB that may read `files` (absolute paths), with limits set before anything is read.
 *
 * @param meanwhile Called while DuckDB starts, on threads of its own; must not throw.
 */
export async function openSession(
  files: readonly string[],
  limits: Limits,
  meanwhile: () => void = () => {},
): Promise<Session> {
  const { DuckDBInstance } = loadDuckDb();
  const starting = DuckDBInstance.create(":memory:", {
    threads: String(limits.threads),
    memory_limit: `${Math.floor(limits.memoryBytes / 2 ** 20)}MiB`,
    // No spilling: nothing of the data is written to a disk.
    temp_directory: "",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
  });
  meanwhile();
  const instance = await starting;
  const connection = await instance.connect();
  // The read-ahead belongs to a connection and cannot be set once the settings are locked: one is made ready for it here.
  let reader: DuckDBConnection | null = await instance.connect();
  const close = () => {
    reader?.closeSync();
    connection.closeSync();
    instance.closeSync();
  };
  let { statementMs } = limits;
  const rows = (sql: string) => rowsOf(connection, sql, statementMs);
  try {
    // So much is read ahead while a batch is scored: several row groups, or only one thread has work.
    await reader.run("SET streaming_buffer_size = '64MiB'");
    // Times read the same on every machine.
    const timeZone = "SET GLOBAL TimeZone = 'UTC'";
    // Cannot be turned on again while the database runs; `allowed_paths` stays readable.
    await rows(`${timeZone}; SET allowed_paths = ${quoteTexts(files)}; SET enable_external_access = false`);
  } catch (error) {
    close();
    throw error;
  }
  return {
    rows,
    chunks: async function* (sql) {
      // Streams at the same time need a connection each: a second statement on one ends the first.
      const prepared = reader;
      reader = null;
      const streaming = prepared ?? (await instance.connect());
      let isWhole = false;
      try {
        yield* chunksOf(streaming, sql, statementMs);
        isWhole = true;
      } finally {
        if (isWhole && prepared !== null) reader = prepared;
        else streaming.closeSync();
      }
    },
    wholeChunks: (sql) => wholeChunksOf(instance, sql, statementMs),
    appendChunks: async (table, chunks) => {
      const appender = await connection.createAppender(table);
      for (const chunk of chunks) appender.appendDataChunk(chunk);
      appender.closeSync();
    },
    lock: async (options) => {
      await rows(`${options.singleThread ? "SET threads = 1; " : ""}SET lock_configuration = true`);
      statementMs = options.statementMs;
    },
    close,
  };
}

async function rowsOf(connection: DuckDBConnection, sql: string, milliseconds: number): Promise<readonly Row[]> {
  const { JSDuckDBValueConverter } = loadDuckDb();
  const result = await interruptAfter(connection, milliseconds, () => connection.run(sql));
  // The result is whole by now: no chunk of it has to be waited for.
  const chunks = Array.from({ length: result.chunkCount }, (_, index) => result.getChunk(index));
  return chunks.flatMap((chunk) => chunk.convertRows(JSDuckDBValueConverter)) as Row[];
}

async function* chunksOf(
  connection: DuckDBConnection,
  sql: string,
  milliseconds: number,
): AsyncGenerator<DuckDBDataChunk, void, undefined> {
  const result = await interruptAfter(connection, milliseconds, () => connection.stream(sql));
  const fetch = () => interruptAfter(connection, milliseconds, () => result.fetchChunk());
  // One chunk ahead: the next one is on its way while this one is used.
  let next = fetch();
  try {
    for (;;) {
      const chunk = await next;
      if (chunk === null || chunk.rowCount === 0) return;
      next = fetch();
      yield chunk;
    }
  } finally {
    // What nobody waits for any more may fail in silence; the connection must outlive it.
    await next.catch(() => undefined);
  }
}

async function* wholeChunksOf(
  instance: DuckDBInstance,
  sql: string,
  milliseconds: number,
): AsyncGenerator<DuckDBDataChunk, void, undefined> {
  // A connection of its own: what waits for another statement on the same one could time out, and then end that one.
  const connection = await instance.connect();
  try {
    const result = await interruptAfter(connection, milliseconds, () => connection.run(sql));
    for (let index = 0; index < result.chunkCount; index++) yield result.getChunk(index);
  } finally {
    connection.closeSync();
  }
}

async function interruptAfter<T>(
  connection: DuckDBConnection,
  milliseconds: number,
  work: () => Promise<T>,
): Promise<T> {
  let timedOut = false;
  let isDone = false;
  const timer = setTimeout(() => {
    // A model that held this thread for long lets the timer fire before what was fetched meanwhile is seen.
    setImmediate(() => {
      if (isDone) return;
      timedOut = true;
      connection.interrupt();
    });
  }, milliseconds);
  try {
    return await work();
  } catch (error) {
    if (!timedOut) throw error;
    throw new ProblemError(
      {
        kind: "evidence",
        where: "query over the data",
        what: `it ran longer than ${milliseconds / 1000} s and was ended`,
        mend: "make the query simpler, or the data smaller",
      },
      { cause: error },
    );
  } finally {
    isDone = true;
    clearTimeout(timer);
  }
}

/** DuckDB's reason in one line, without the query and without paths of this machine. */
function duckDbReason(error: unknown, root: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const [head = ""] = message.split(/\n\s*(?:LINE \d+:|Possible (?:[Ff]ixes|Solution)|\* )/);
  return head
    .replaceAll(`${root}/`, "")
    .replace(/^(?:[A-Z][A-Za-z]* )+Error: /, "")
    .replace(/\s+/g, " ")
    .replace(/[\s.;:]+$/, "");
}

/** Turns what DuckDB threw into a problem of the data; a ProblemError stays as it is. */
export function asProblem(error: unknown, where: string, root: string, mend: string): ProblemError {
  if (error instanceof ProblemError) return error;
  return new ProblemError({ kind: "evidence", where, what: duckDbReason(error, root), mend }, { cause: error });
}
