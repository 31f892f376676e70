import type { Target } from "../metrics/observations.ts";
import type { Table, TargetSpec } from "../ports.ts";

/** Text of the classes in the order of the target's codes: [negative, positive] for a binary task; null for numbers. */
export async function classNames(spec: TargetSpec, target: Target, table: Table): Promise<readonly string[] | null> {
  switch (spec.task) {
    case "regression":
      return null;
    case "multiclass":
      return target.task === "multiclass" ? target.labels : null;
    case "binary": {
      const { codes, values } = await table.codes(spec.column);
      const positives = target.task === "binary" ? target.positive : new Uint8Array();
      // Which text is the positive one, the table decides ("1", 1 and true may be equal): read it off the first such row.
      const positiveRow = positives.indexOf(1);
      const positive = positiveRow === -1 ? String(spec.positive) : (values[codes[positiveRow] as number] as string);
      const negative = values.find((value) => value !== positive) ?? `not ${positive}`;
      return [negative, positive];
    }
  }
}
