import { type TypedColumn, textOf } from "./columns.ts";
import { changedMeanwhile, type Rows, readInto } from "./read-columns.ts";
import { quoteName, quoteText } from "./sql-text.ts";

/** Codes [n] into the distinct texts, first seen first; a missing value is a text of its own, null. */
export type Coded = { readonly codes: Int32Array; readonly values: readonly (string | null)[] };

/** Codes a column's values as text. */
export async function readCodes(rows: Rows, column: TypedColumn): Promise<Coded> {
  const few = await distinctTexts(rows, column, FEW_TEXTS);
  return few === null ? readManyCodes(rows, column) : readFewCodes(rows, column, few);
}

/** So few that DuckDB finds the code of each row faster than its text could be brought here (1M rows: 40 ms, not 220). */
const FEW_TEXTS = 50;

/** The distinct texts of a column; null where there are more than `most`. */
async function distinctTexts(
  rows: Rows,
  column: TypedColumn,
  most: number,
): Promise<readonly (string | null)[] | null> {
  const name = quoteName(column.name);
  const distinct = `SELECT DISTINCT ${name} FROM data LIMIT ${most + 1}`;
  const found = await rows.session.rows(`SELECT ${textOf(column)} FROM (${distinct})`);
  return found.length > most ? null : [...new Set(found.map(([text]) => text as string | null))];
}

async function readFewCodes(rows: Rows, column: TypedColumn, texts: readonly (string | null)[]): Promise<Coded> {
  const cases = texts.map(
    (text, code) => `WHEN ${text === null ? "t IS NULL" : `t = ${quoteText(text)}`} THEN ${code}`,
  );
  const found = new Uint8Array(rows.count);
  const code = `CASE ${cases.join(" ")} ELSE ${texts.length} END`;
  await readInto(found, rows, `SELECT CAST(${code} AS UTINYINT) FROM (SELECT ${textOf(column)} AS t FROM data)`);

  const values: (string | null)[] = [];
  const place = new Int32Array(texts.length).fill(-1);
  const codes = Int32Array.from(found, (at) => {
    const text = texts[at];
    if (text === undefined) throw changedMeanwhile(rows);
    if (place[at] === -1) place[at] = values.push(text) - 1;
    return place[at] as number;
  });
  return { codes, values };
}

async function readManyCodes(rows: Rows, column: TypedColumn): Promise<Coded> {
  const codes = new Int32Array(rows.count);
  const codeOf = new Map<string | null, number>();
  let at = 0;
  for await (const chunk of rows.session.chunks(`SELECT ${textOf(column)} FROM data`)) {
    const vector = chunk.getColumnVector(0);
    for (let row = 0; row < chunk.rowCount; row++) {
      const text = vector.getItem(row) as string | null;
      let code = codeOf.get(text);
      if (code === undefined) {
        code = codeOf.size;
        codeOf.set(text, code);
      }
      codes[at++] = code;
    }
  }
  if (at !== rows.count) throw changedMeanwhile(rows);
  return { codes, values: [...codeOf.keys()] };
}
