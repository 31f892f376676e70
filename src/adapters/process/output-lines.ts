import { stripVTControlCharacters } from "node:util";
import { createSecretMask } from "./mask-secrets.ts";

/** What a stage prints, made fit for a log. */
export type StageOutput = {
  /** A sink for one of the process's streams: `write` its bytes, `end` when it closes. */
  readonly stream: () => { readonly write: (bytes: Uint8Array) => void; readonly end: () => void };
  /** The last lines, whether or not they were shown. */
  readonly tail: () => readonly string[];
};

export type OutputOptions = {
  readonly secrets: readonly string[];
  readonly onLine: (line: string) => void;
  /** Milliseconds; decides when a progress bar is shown. */
  readonly now: () => number;
  readonly mostLineLength?: number;
  /** More than this many lines are not shown, apart from the tail. */
  readonly mostLines?: number;
  readonly tailLines?: number;
};

/** A progress bar, rewritten in place by carriage returns, is shown this often. */
const PROGRESS_MS = 10_000;

/**
 * Cuts output into lines and hands each on as it comes.
 *
 * - long lines are cut, also those that never end; beyond `mostLines` only the tail is kept: memory is bounded
 * - bytes that are not UTF-8 become U+FFFD; escape sequences and control characters are dropped
 * - of a line that carriage returns rewrite (a progress bar) the last state is shown, and one every ten seconds
 * - secrets are masked
 * - what GitHub's runner would take for a workflow command (`::name::`, `##[name]`) is made text
 */
export function createStageOutput(options: OutputOptions): StageOutput {
  const { mostLineLength = 4_000, mostLines = 50_000, tailLines = 50 } = options;
  const mask = createSecretMask(options.secrets);
  // Kept raw: a flood costs no more than the cutting into lines.
  const tail: RawLine[] = [];
  let lines = 0;

  const clean = ({ text, dropped }: RawLine): string => {
    const visible = visibleText(text);
    const masked = mask.apply(visible, mostLineLength);
    const cut = dropped + Math.max(0, visible.length - mostLineLength);
    return neutralizeCommands(cut > 0 ? `${masked} … (${cut} characters cut)` : masked);
  };
  const emit = (line: RawLine) => {
    tail.push(line);
    if (tail.length > tailLines) tail.shift();
    lines++;
    if (lines <= mostLines) options.onLine(clean(line));
    else if (lines === mostLines + 1) options.onLine(`… more than ${mostLines} lines: the rest is not shown`);
  };

  return {
    stream: () => cutIntoLines(emit, mostLineLength + mask.longest, options.now),
    tail: () => tail.map(clean),
  };
}

/** A line's beginning, and how many characters after it were thrown away. */
type RawLine = { readonly text: string; readonly dropped: number };

function cutIntoLines(emit: (line: RawLine) => void, mostKept: number, now: () => number) {
  const decoder = new TextDecoder("utf-8", { fatal: false });
  let text = "";
  let dropped = 0;
  let progress: RawLine | null = null;
  let isProgressShown = false;
  let shownAt = now();
  const showProgress = (line: RawLine) => {
    emit(line);
    isProgressShown = true;
    shownAt = now();
  };

  const append = (part: string) => {
    const kept = part.slice(0, Math.max(0, mostKept - text.length));
    text += kept;
    dropped += part.length - kept.length;
  };
  const take = (): RawLine => {
    const line = { text, dropped };
    text = "";
    dropped = 0;
    return line;
  };
  const endLine = () => {
    const line = take();
    if (line.text !== "" || progress === null) emit(line);
    else if (!isProgressShown) emit(progress);
    progress = null;
    shownAt = now();
  };
  const rewriteLine = () => {
    if (text === "") return;
    progress = take();
    isProgressShown = false;
    if (now() - shownAt >= PROGRESS_MS) showProgress(progress);
  };
  const read = (decoded: string) => {
    let from = 0;
    for (const { 0: end, index } of decoded.matchAll(/[\r\n]/g)) {
      append(decoded.slice(from, index));
      from = index + 1;
      if (end === "\n") endLine();
      else rewriteLine();
    }
    append(decoded.slice(from));
  };

  return {
    write: (bytes: Uint8Array) => read(decoder.decode(bytes, { stream: true })),
    end: () => {
      read(decoder.decode());
      if (text !== "" || progress !== null) endLine();
    },
  };
}

/** Without escape sequences (colours, cursor, titles, links), control characters and Unicode's own line breaks. */
function visibleText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to go
  return stripVTControlCharacters(text).replace(/[\0-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]/g, "");
}

/**
 * The runner obeys `::command::` at a line's start, after anything that it takes for white space, and the older
 * `##[command]` anywhere.
 */
function neutralizeCommands(line: string): string {
  return line.replace(/^([^\x21-\x7e]*):(?=:)/, "$1: ").replaceAll("##[", "## [");
}
