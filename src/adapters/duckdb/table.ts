import type { FileDigest, Table } from "../../ports.ts";
import { requireColumn, type TypedColumn } from "./columns.ts";
import { customMetric } from "./custom-metric.ts";
import { readBatches } from "./read-batches.ts";
import { readCodes } from "./read-codes.ts";
import { type Rows, readNumbers } from "./read-columns.ts";
import { asProblem, type Session } from "./session.ts";
import { MISSING, sliceByColumn, sliceByPredicate } from "./slices.ts";
import { readTarget, refuseNotFinite } from "./target.ts";

/** Rows in a session, as `data`. */
export type LoadedTable = {
  readonly session: Session;
  readonly columns: readonly TypedColumn[];
  readonly count: number;
  readonly staysOnDisk: boolean;
};

/** What a table is made of. `queryTable` is where expressions of the config run, on one thread. */
export type TableParts = {
  readonly main: LoadedTable;
  readonly queryTable: () => Promise<LoadedTable>;
  readonly shown: string;
  readonly root: string;
  readonly files: readonly FileDigest[];
  readonly digest: string;
  readonly close: () => Promise<void>;
};

/** The port's table over an open session. */
export function tableOf({ main, queryTable, shown, root, files, digest, close }: TableParts): Table {
  const { columns, count } = main;
  const rowsOf = (loaded: LoadedTable): Rows => ({ session: loaded.session, count: loaded.count, source: shown });
  const rows = rowsOf(main);
  const column = (name: string) => requireColumn(columns, name, shown);
  const queryRows = once(async () => rowsOf(await queryTable()));
  const inTurn = queue();
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw asProblem(error, `data ${shown}`, root, "mend the data");
    }
  };

  return {
    rows: count,
    columns: columns.map(({ name, type }) => ({ name, type })),
    digest,
    files,
    target: (spec) => attempt(() => readTarget(rows, column(spec.column), spec)),
    numbers: (name) =>
      attempt(async () => {
        const values = await readNumbers(rows, column(name));
        refuseNotFinite(values, `data ${shown}, column ${JSON.stringify(name)}`);
        return values;
      }),
    codes: (name) =>
      attempt(async () => {
        const { codes, values } = await readCodes(rows, column(name));
        return { codes, values: values.map((value) => value ?? MISSING) };
      }),
    batches: async function* (wanted, size) {
      try {
        yield* readBatches(
          rows,
          wanted.map((block) => ({ columns: block.columns.map(column), as: block.as })),
          size,
        );
      } catch (error) {
        throw asProblem(error, `data ${shown}`, root, "mend the data");
      }
    },
    slice: async (declared) => {
      const named = columns.find(({ name }) => name === declared);
      if (named !== undefined) return attempt(() => sliceByColumn(rows, named));
      return [await sliceByPredicate(await queryRows(), declared, columns, root)];
    },
    // One at a time: each puts its predictions where the last one's were.
    custom: (request) => inTurn(async () => customMetric(await queryRows(), columns, request, root)),
    close,
  };
}

/** Runs at the first call; later calls get the same result. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** Runs one piece of work after the other, whatever became of the one before. */
function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
