import { isAlias, isMap, isScalar, isSeq, type Pair } from "yaml";
import { type Finding, MOST_PROBLEMS, type PathStep, pathText, quote } from "./config-problem.ts";

/** Values after aliases are replaced by what they stand for: what an alias bomb multiplies. */
const MOST_VALUES = 100_000;
export const DEEPEST = 64;

/** Where a value stands, and what is in it. */
export type Mark = {
  readonly at: number;
  /** Values in it, itself included, aliases expanded. */
  readonly size: number;
  readonly entries?: ReadonlyMap<string, { readonly keyAt: number; readonly mark: Mark }>;
  readonly items?: readonly Mark[];
};

/** A converted node: the plain value and its mark. */
export type Read = { readonly value: unknown; readonly mark: Mark };

/** What is wrong with a node, at an offset of the text. */
export type Flaw = { readonly offset: number; readonly finding: Finding };

/** Turns a document's nodes into plain values, with their places; null where there is any flaw. */
export function readValues(contents: unknown): { readonly read: Read | null; readonly flaws: readonly Flaw[] } {
  const flaws: Flaw[] = [];
  const read = readNode(contents, [], {
    anchors: new Map(),
    values: 0,
    report: (offset, path, what, mend) => {
      const sentence = path.length === 0 ? what : `${pathText(path)}: ${what}`;
      if (flaws.length <= MOST_PROBLEMS * 4)
        flaws.push({ offset, finding: { path, part: "value", what: sentence, mend } });
    },
  });
  return { read: flaws.length > 0 ? null : read, flaws };
}

type Reading = {
  /** By name, the latest before this place; `null` while it is still being read, so that a cycle shows. */
  readonly anchors: Map<string, Read | null>;
  values: number;
  readonly report: (offset: number, path: readonly PathStep[], what: string, mend: string) => void;
};

/** Null where a problem was reported. */
function readNode(node: unknown, path: readonly PathStep[], reading: Reading): Read | null {
  if (node === null || node === undefined) return { value: null, mark: { at: 0, size: 1 } };
  const at = offsetOfNode(node);
  if (path.length > DEEPEST) {
    reading.report(at, path.slice(0, 8), "the YAML is nested too deeply", `nest at most ${DEEPEST} levels`);
    return null;
  }
  if (isAlias(node)) return readAlias(node.source, at, path, reading);

  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  if (anchor !== undefined) reading.anchors.set(anchor, null);
  const read = readAnchored(node, at, path, reading);
  if (anchor !== undefined && read !== null) reading.anchors.set(anchor, read);
  return read;
}

function readAnchored(node: unknown, at: number, path: readonly PathStep[], reading: Reading): Read | null {
  if (!spend(1, at, path, reading)) return null;
  if (isScalar(node)) return readScalar(node.value, at, path, reading);
  if (isSeq(node)) return readList(node.items, at, path, reading);
  if (isMap(node)) return readMapping(node.items, at, path, reading);
  reading.report(at, path, "this is neither a value, a list nor a mapping", "write a plain value");
  return null;
}

function readAlias(name: string, at: number, path: readonly PathStep[], reading: Reading): Read | null {
  const target = reading.anchors.get(name);
  if (target === undefined || target === null) {
    const what =
      target === null
        ? `the alias *${name} stands inside what it refers to`
        : `no anchor &${name} stands before its alias`;
    reading.report(at, path, what, "write the value out");
    return null;
  }
  return spend(target.mark.size, at, path, reading) ? target : null;
}

/** Counts values as they are expanded, and reports once that there are too many. */
function spend(values: number, at: number, path: readonly PathStep[], reading: Reading): boolean {
  if (reading.values > MOST_VALUES) return false;
  reading.values += values;
  if (reading.values <= MOST_VALUES) return true;
  const what = `the file holds more than ${MOST_VALUES} values once its aliases are written out`;
  reading.report(at, path.slice(0, 8), what, "make it smaller");
  return false;
}

function readScalar(value: unknown, at: number, path: readonly PathStep[], reading: Reading): Read | null {
  const mark = { at, size: 1 };
  if (typeof value === "bigint") {
    const number = Number(value);
    return { value: Number.isSafeInteger(number) ? number : value, mark };
  }
  if (typeof value === "string" && (!value.isWellFormed() || value.includes("\u0000"))) {
    reading.report(at, path, "a text holds a NUL character or half of a surrogate pair", "remove the character");
    return null;
  }
  return { value, mark };
}

function readList(items: readonly unknown[], at: number, path: readonly PathStep[], reading: Reading): Read | null {
  const reads = items.map((item, index) => readNode(item, [...path, index], reading));
  const whole = reads.filter((read) => read !== null);
  if (whole.length < reads.length) return null;
  const marks = whole.map(({ mark }) => mark);
  return { value: whole.map(({ value }) => value), mark: { at, size: sizeOf(marks), items: marks } };
}

type Entry = Read & { readonly keyAt: number };

function readMapping(pairs: readonly Pair[], at: number, path: readonly PathStep[], reading: Reading): Read | null {
  const own = new Map<string, Entry>();
  const merged = new Map<string, Entry>();
  let isWhole = true;
  for (const pair of pairs) {
    const key = isScalar(pair.key) ? String(pair.key.value) : "";
    const keyAt = offsetOfNode(pair.key);
    const keyPath = [...path, key];
    const read = readNode(pair.value, keyPath, reading);
    if (read === null) isWhole = false;
    else if (key === "<<" && isScalar(pair.key) && pair.key.type === "PLAIN") {
      isWhole = merge(read, keyAt, keyPath, merged, reading) && isWhole;
    } else if (key === "__proto__") {
      reading.report(keyAt, keyPath, 'the key "__proto__" is not allowed', "choose another name");
      isWhole = false;
    } else if (own.has(key)) {
      reading.report(keyAt, keyPath, `the key ${quote(key)} appears twice`, "keep one of them");
      isWhole = false;
    } else own.set(key, { ...read, keyAt });
  }
  if (!isWhole) return null;
  return mapping(new Map([...merged, ...own]), at);
}

/** Takes the keys of a mapping, or of several of which the first counts most, below a mapping's own (YAML's `<<`). */
function merge(
  read: Read,
  keyAt: number,
  path: readonly PathStep[],
  into: Map<string, Entry>,
  reading: Reading,
): boolean {
  const sources = read.mark.items === undefined ? [read] : itemsOf(read);
  for (const source of sources) {
    if (source.mark.entries === undefined) {
      reading.report(keyAt, path, "`<<` takes a mapping or a list of mappings", "name an anchor of a mapping");
      return false;
    }
    for (const [key, entry] of source.mark.entries) {
      const value = (source.value as Readonly<Record<string, unknown>>)[key];
      if (!into.has(key)) into.set(key, { value, mark: entry.mark, keyAt: entry.keyAt });
    }
  }
  return true;
}

function itemsOf(list: Read): readonly Read[] {
  const values = Array.isArray(list.value) ? list.value : [];
  return (list.mark.items ?? []).map((mark, index) => ({ mark, value: values[index] }));
}

function mapping(entries: ReadonlyMap<string, Entry>, at: number): Read {
  const value: Record<string, unknown> = {};
  for (const [key, entry] of entries) value[key] = entry.value;
  const marks = [...entries.values()].map(({ mark }) => mark);
  return { value, mark: { at, size: sizeOf(marks), entries } };
}

function sizeOf(marks: readonly Mark[]): number {
  return marks.reduce((sum, mark) => sum + mark.size, 1);
}

// ---------------------------------------------------------------- places

function offsetOfNode(node: unknown): number {
  const range = typeof node === "object" && node !== null && "range" in node ? node.range : null;
  const start: unknown = Array.isArray(range) ? range[0] : null;
  return typeof start === "number" ? start : 0;
}

/** Where a value, or its key, begins in the text; a path that leads nowhere gives the last step that exists. */
export function offsetOf(root: Mark, path: readonly PathStep[], part: "key" | "value"): number {
  let mark = root;
  let offset = root.at;
  for (const [index, step] of path.entries()) {
    const isLast = index === path.length - 1;
    const entry = typeof step === "string" ? mark.entries?.get(step) : undefined;
    const next = entry?.mark ?? (typeof step === "number" ? mark.items?.[step] : undefined);
    if (next === undefined) return offset;
    // An empty value has no place of its own: its key stands for it.
    offset = entry !== undefined && (next.at === 0 || (isLast && part === "key")) ? entry.keyAt : next.at;
    mark = next;
  }
  return offset;
}
