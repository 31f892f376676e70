import { markdownTable } from "markdown-table";
import { parse } from "yaml";

type Field = { readonly description: string; readonly default?: string };
type Section = "inputs" | "outputs";

/** The README with its tables of inputs and outputs made from action.yml: what stands between `<!-- generated: … -->` and `<!-- /generated -->`. */
export function withActionTables(readme: string, actionYml: string): string {
  const action = parse(actionYml) as Readonly<Record<Section, Readonly<Record<string, Field>>>>;
  return readme.replaceAll(
    /(<!-- generated: (inputs|outputs) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
    (_, begin: string, section: Section, end: string) => `${begin}\n${tableOf(section, action[section])}\n\n${end}`,
  );
}

function tableOf(section: Section, fields: Readonly<Record<string, Field>>): string {
  const head = section === "inputs" ? ["input", "default", "meaning"] : ["output", "meaning"];
  const rows = Object.entries(fields).map(([name, { description, default: text = "" }]) => [
    `\`${name}\``,
    ...(section === "inputs" ? [text === "" ? "" : `\`${text}\``] : []),
    description.trim(),
  ]);
  return markdownTable([head, ...rows.map((row) => row.map(cellText))], { alignDelimiters: false });
}

function cellText(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
