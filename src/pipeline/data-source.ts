import { folderOf, joinPath } from "../config/repository-path.ts";

/** Whether a changed file may be among those that `evaluate.data` reads. When that cannot be told, it may. */
export type DataSource =
  /** A change of one of these (paths or globs) may change the rows. */
  | { readonly known: true; readonly patterns: readonly string[] }
  /** A SELECT whose files cannot be told from its text: any change may change the rows. */
  | { readonly known: false };

/** Whether `evaluate.data` is a query, and not a path or glob. */
export function isQuery(data: string): boolean {
  return /^\s*(?:select|with|from)\s/i.test(data);
}

/**
 * The files that `evaluate.data` reads: a path, a glob, or those that a SELECT names. Of a SELECT every quoted text and
 * every dotted word counts as a file that it may read; where a file's name could be computed or hidden (a function that
 * reads files has anything but texts as its first argument, or there are comments, dollar quotes, escapes or functions
 * that are not known), no guess is made.
 */
export function dataSource(data: string): DataSource {
  if (!isQuery(data)) return { known: true, patterns: [data] };
  const quoted = data.match(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g) ?? [];
  // A comment or escape that would mislead this starts before the first quote that it misleads, and so stays in sight.
  const bare = data.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, (text) => text.charAt(0));
  if (HIDES.test(bare) || readsComputedFile(bare)) return { known: false };
  const dotted = bare.match(/[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)+/gu) ?? [];
  return { known: true, patterns: [...quoted.map(unquote), ...dotted] };
}

/** Dollar quotes, backslashes, comments, strings with escapes, quoted names of functions, and SQL within texts. */
const HIDES = /[$\\]|--|\/\*|\b(?:e|x|u&)'|"\s*\(|\b(?:query|query_table|getvariable|getenv)\b/i;

const FILE_FUNCTION = /\b(?:read_\w+|\w+_scan|\w*scan_\w+|parquet_\w+|glob|sniff_\w+|st_read\w*)\s*\(\s*/gi;
const TEXTS = /^(?:'|\[\s*'(?:\s*,\s*')*\s*\])\s*[,)]/;
const UNKNOWN_FUNCTION =
  /\b(?:from|join|lateral)\s+(?!read_|parquet_scan\b|unnest\b|range\b|generate_series\b)\w+\s*\(/i;

/** In a text whose quoted parts are cut down to one quotation mark each. */
function readsComputedFile(bare: string): boolean {
  for (const { 0: text, index } of bare.matchAll(FILE_FUNCTION)) {
    if (!TEXTS.test(bare.slice(index + text.length))) return true;
  }
  return UNKNOWN_FUNCTION.test(bare);
}

function unquote(text: string): string {
  const mark = text.charAt(0);
  return text.slice(1, -1).replaceAll(mark + mark, mark);
}

/**
 * Whether a path may match a pattern, which may be a path, a folder or a glob: exact for the first two; of a glob only
 * the fixed text before its first and after its last wildcard is compared, so it may say yes too often, never no.
 */
export function mayMatch(path: string, pattern: string): boolean {
  const plain = joinPath(".", pattern);
  if (plain === null || pattern.split("/").includes("..")) return true;
  const first = plain.search(/[*?[\]{}]/);
  if (first < 0) return path === plain || path.startsWith(`${plain}/`) || plain.startsWith(`${path}/`);
  const last = Math.max(...["*", "?", "]", "}"].map((mark) => plain.lastIndexOf(mark)));
  const tail = plain.slice(last + 1);
  const head = plain.slice(0, first);
  return (path.startsWith(head) && path.endsWith(tail)) || head.startsWith(`${path}/`);
}

/**
 * Where the files that `evaluate.data` reads may lie, from the repository's root: paths as they are, and the folder
 * before a glob's first wildcard; the root where that cannot be told. What leads out of the repository is left out.
 */
export function dataFolders(source: DataSource): readonly string[] {
  if (!source.known) return ["."];
  const folders = source.patterns.map((pattern) => {
    const wildcard = pattern.search(/[*?[{]/);
    return joinPath(".", wildcard < 0 ? pattern : folderOf(pattern.slice(0, wildcard)));
  });
  return [...new Set(folders.filter((folder) => folder !== null))];
}
