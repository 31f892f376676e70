import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { ProblemError } from "../../problem.ts";
import type { DataFile } from "./data-files.ts";
import { isGzip } from "./gzip.ts";
import type { Session } from "./session.ts";
import { quoteName, quoteText, quoteTexts } from "./sql-text.ts";

const DELIMITERS = [",", "\t", ";", "|"];
const LONGEST_HEADER_BYTES = 1 << 20;

type Header = { readonly delimiter: string; readonly names: readonly string[] };

/**
 * SQL that reads CSV files, its types decided by every value and never by a sample. A column is
 * - BIGINT where every value is a whole number below 2^53,
 * - DOUBLE where every value is a number,
 * - VARCHAR all the same where a value is written with a leading zero (`007`) or is whole and needs more digits than a
 *   double has: those are names, and `7` would be another one,
 * - BOOLEAN where every value is `true` or `false`, in any case,
 * - DATE or TIMESTAMP where every value is written as ISO 8601,
 * - VARCHAR else; DOUBLE where there is no value at all.
 *
 * The first line names the columns; its delimiter (`,`, tab, `;`, `|`) is the file's. Quotes are `"`. An empty field is
 * a missing value.
 *
 * @throws ProblemError where headers differ or repeat a name; DuckDB's own error where a line has other columns.
 */
export async function csvRelation(files: readonly DataFile[], session: Session): Promise<string> {
  const header = await commonHeader(files);
  const asText = relation(files, header, () => "VARCHAR");
  const facts = await columnFacts(session, asText, header.names, NUMBER_FACTS);
  const types = facts.map(numericType);

  // The dearer looks only at columns that need them.
  const undecided = header.names.filter((_, index) => types[index] === null);
  const texts = (await columnFacts(session, asText, undecided, TEXT_FACTS)).map(textType);
  const decided = new Map(undecided.map((name, index) => [name, texts[index]]));
  return relation(files, header, (name, index) => types[index] ?? decided.get(name) ?? "VARCHAR");
}

/**
 * The facts of each column, one list a column, in one pass over the files. The columns are laid under one another and grouped by
 * their name: a query of the same few expressions for each of many columns takes DuckDB longer to plan than most files to read.
 */
async function columnFacts(
  session: Session,
  asText: string,
  names: readonly string[],
  facts: readonly string[],
): Promise<readonly (readonly unknown[])[]> {
  if (names.length === 0) return [];
  const columns = names.map(quoteName).join(", ");
  const rows = await session.rows(
    `SELECT name, ${facts.join(", ")} FROM (SELECT name, text, TRY_CAST(text AS DOUBLE) AS number ` +
      `FROM (UNPIVOT (SELECT ${columns} FROM ${asText}) ON COLUMNS(*) INTO NAME name VALUE text)) GROUP BY name`,
  );
  const found = new Map(rows.map(([name, ...values]) => [name, values]));
  // A column without a value has no rows there.
  return names.map((name) => found.get(name) ?? []);
}

function relation(files: readonly DataFile[], header: Header, type: (name: string, index: number) => string): string {
  const columns = header.names.map((name, index) => `${quoteText(name)}: ${quoteText(type(name, index))}`);
  return (
    `read_csv(${quoteTexts(files.map((file) => file.absolute))}, delim = ${quoteText(header.delimiter)}, quote = '"', ` +
    `escape = '"', header = true, skip = 0, auto_detect = false, columns = {${columns.join(", ")}})`
  );
}

/** Values, numbers, whether all are whole and below 2^53, whether one is beyond it, whether one has a leading zero. */
const NUMBER_FACTS: readonly string[] = [
  "CAST(count(*) AS DOUBLE)",
  "CAST(count(number) AS DOUBLE)",
  "bool_and(number = trunc(number) AND abs(number) < 9007199254740992)",
  "bool_or(abs(number) >= 9007199254740992 AND isfinite(number))",
  // Text between `00` and what follows `09…`: a comparison is far cheaper than looking at single characters.
  `bool_or(${["", "-", "+", " "].map((sign) => `(text >= '${sign}00' AND text < '${sign}0:')`).join(" OR ")})`,
];

/** Null where the text has to be looked at. */
function numericType([values = 0, numbers, areWhole, hasLarge, hasZeros]: readonly unknown[]): string | null {
  if (values === 0) return "DOUBLE";
  if (values !== numbers || hasLarge === true) return null;
  if (hasZeros === true) return "VARCHAR";
  return areWhole === true ? "BIGINT" : "DOUBLE";
}

const IS_ISO = "text[5] = '-' AND text[8] = '-'";

/** Values, truth values, dates, timestamps, numbers that are not whole numbers of too many digits. */
const TEXT_FACTS: readonly string[] = [
  "*",
  "CASE WHEN lower(text) IN ('true', 'false') THEN 1 END",
  `CASE WHEN ${IS_ISO} AND length(text) = 10 THEN TRY_CAST(text AS DATE) END`,
  `CASE WHEN ${IS_ISO} AND length(text) > 10 THEN TRY_CAST(text AS TIMESTAMP) END`,
  "CASE WHEN abs(number) < 9007199254740992 OR NOT isfinite(number) OR regexp_matches(text, '[.eE]') THEN number END",
].map((found) => `CAST(count(${found}) AS DOUBLE)`);

function textType([values, booleans, dates, timestamps, numbers]: readonly unknown[]): string {
  if (values === booleans) return "BOOLEAN";
  if (values === dates) return "DATE";
  if (values === timestamps) return "TIMESTAMP";
  return values === numbers ? "DOUBLE" : "VARCHAR";
}

async function commonHeader(files: readonly DataFile[]): Promise<Header> {
  let common: { readonly header: Header; readonly file: DataFile } | null = null;
  for (const file of files) {
    const header = parseHeader(await firstRecord(file), file);
    common ??= { header, file };
    refuseOtherHeader(common, header, file);
  }
  if (common === null) throw new TypeError("a table needs at least one file");
  return common.header;
}

function refuseOtherHeader(
  common: { readonly header: Header; readonly file: DataFile },
  header: Header,
  file: DataFile,
): void {
  const width = Math.max(header.names.length, common.header.names.length);
  for (let index = 0; index < width; index++) {
    if (header.names[index] === common.header.names[index]) continue;
    throw headerProblem(
      file,
      `column ${index + 1} is ${named(header.names[index])} where ${common.file.path} has ${named(common.header.names[index])}`,
      "give all files the same columns in the same order",
    );
  }
  if (header.delimiter !== common.header.delimiter) {
    throw headerProblem(file, `its delimiter is not that of ${common.file.path}`, "write all files with one delimiter");
  }
}

function named(name: string | undefined): string {
  return name === undefined ? "missing" : JSON.stringify(name);
}

/** The first line, quoted line ends included. */
async function firstRecord(file: DataFile): Promise<string> {
  const raw = createReadStream(file.absolute, { end: LONGEST_HEADER_BYTES });
  const bytes = isGzip(file) ? raw.pipe(createGunzip()) : raw;
  let text = "";
  try {
    for await (const part of bytes.setEncoding("utf8") as AsyncIterable<string>) {
      text += part;
      const end = recordEnd(text);
      if (end !== null) return text.slice(0, end);
      if (text.length > LONGEST_HEADER_BYTES) break;
    }
  } catch (cause) {
    // A cut gzip stream ends in an error after its data: what was read may still hold the whole line.
    if (text === "") throw headerProblem(file, `it cannot be read (${(cause as Error).message})`, "write it anew");
  } finally {
    raw.destroy();
  }
  if (text.length > LONGEST_HEADER_BYTES) {
    throw headerProblem(file, "its first line does not end within 1 MiB", "begin the file with a line of column names");
  }
  return text;
}

function recordEnd(text: string): number | null {
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (char === "\n" || char === "\r")) return i;
  }
  return null;
}

function parseHeader(record: string, file: DataFile): Header {
  const line = record.replace(/^\uFEFF/, "");
  const bare = line.replace(/"[^"]*"/g, "");
  if (line.includes("\0"))
    throw headerProblem(file, "it is not text", "write UTF-8 text, or name a Parquet file .parquet");
  const delimiter = DELIMITERS.reduce((best, next) => (count(bare, next) > count(bare, best) ? next : best));
  const names = split(line, delimiter).map((name, index) => (name === "" ? `column${index}` : name));

  const seen = new Map<string, number>();
  names.forEach((name, index) => {
    const earlier = seen.get(name.toLowerCase());
    if (earlier !== undefined) {
      throw headerProblem(
        file,
        `columns ${earlier + 1} and ${index + 1} are both named ${JSON.stringify(name)} (upper and lower case count as the same)`,
        "give every column a name of its own",
      );
    }
    seen.set(name.toLowerCase(), index);
  });
  if (names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)))) {
    throw headerProblem(
      file,
      `its first line holds only numbers (${line.slice(0, 60)})`,
      "begin the file with a line of column names",
    );
  }
  return { delimiter, names };
}

function split(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = "";
  let isQuoted = false;
  let last = "";
  for (const char of line) {
    if (char === '"') {
      // Doubled inside quotes: the quote itself.
      if (!isQuoted && last === '"') field += '"';
      isQuoted = !isQuoted;
    } else if (char === delimiter && !isQuoted) {
      fields.push(field);
      field = "";
    } else field += char;
    last = char;
  }
  fields.push(field);
  return fields;
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}

function headerProblem(file: DataFile, what: string, mend: string): ProblemError {
  return new ProblemError({ kind: "evidence", where: `data file ${JSON.stringify(file.path)}`, what, mend });
}
