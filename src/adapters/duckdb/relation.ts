import { ProblemError } from "../../problem.ts";
import { csvRelation } from "./csv.ts";
import { type DataFile, type DataFormat, formatOf } from "./data-files.ts";
import { isGzip, refuseBrokenGzip } from "./gzip.ts";
import type { Session } from "./session.ts";
import { quoteTexts } from "./sql-text.ts";

/** What to select from to get the rows of some files, in the files' order. */
export type Relation = {
  readonly sql: string;
  /** Parquet: a column can be read without the others, so the rows stay in the file. */
  readonly staysOnDisk: boolean;
};

/**
 * SQL that reads the files as one table, types declared or decided by every value.
 *
 * @throws ProblemError where the files do not have the same columns.
 */
export async function relationOf(files: readonly DataFile[], session: Session): Promise<Relation> {
  const format = formatOf(files);
  for (const file of files.filter(isGzip)) await refuseBrokenGzip(file);
  if (format === "csv") return { sql: await csvRelation(files, session), staysOnDisk: false };
  if (format === "parquet") await refuseMixedParquet(files, session);
  return {
    sql: `${READERS[format]}(${quoteTexts(files.map((file) => file.absolute))}${OPTIONS[format]})`,
    staysOnDisk: format === "parquet",
  };
}

const READERS = { parquet: "read_parquet", json: "read_json" } as const satisfies Partial<Record<DataFormat, string>>;
const OPTIONS = { parquet: "", json: ", sample_size = -1, maximum_depth = 2" } as const;

async function refuseMixedParquet(files: readonly DataFile[], session: Session): Promise<void> {
  const [first, ...others] = files;
  if (first === undefined || others.length === 0) return;
  const wanted = await parquetColumns(first, session);
  for (const file of others) {
    const found = await parquetColumns(file, session);
    const width = Math.max(wanted.length, found.length);
    for (let index = 0; index < width; index++) {
      if (found[index] === wanted[index]) continue;
      throw new ProblemError({
        kind: "evidence",
        where: `data file ${JSON.stringify(file.path)}`,
        what: `column ${index + 1} is ${found[index] ?? "missing"} where ${first.path} has ${wanted[index] ?? "none"}`,
        mend: "give all files the same columns, of the same types, in the same order",
      });
    }
  }
}

async function parquetColumns(file: DataFile, session: Session): Promise<readonly string[]> {
  const rows = await session.rows(`DESCRIBE SELECT * FROM read_parquet(${quoteTexts([file.absolute])})`);
  return rows.map(([name, type]) => `${JSON.stringify(name)} (${type})`);
}
