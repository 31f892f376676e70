import { wrapText } from "../text-table.ts";

/** How wide the terminal is, in columns, and whether it takes colours. */
export type TerminalStyle = { readonly width: number; readonly colour: boolean };

type Colour = "red" | "green" | "yellow" | "dim" | "bold";

const CODES: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 };

export type Painter = (text: string, ...colours: readonly Colour[]) => string;

/** Colours a text where the terminal takes colours; its width stays. */
export function painter({ colour }: TerminalStyle): Painter {
  if (!colour) return (text) => text;
  return (text, ...colours) => {
    const codes = colours.map((name) => CODES[name]).join(";");
    return text.trim() === "" ? text : `\u001b[${codes}m${text}\u001b[0m`;
  };
}

/** A paragraph, indented by two columns. */
export function wrapped(text: string, { width }: TerminalStyle): string[] {
  return wrapText(text, width - 2, "  ").map((line, at) => (at === 0 ? `  ${line}` : line));
}
