import { z } from "zod";
import { type AnySchema, branchesOf, unwrap } from "./schema-walk.ts";

/**
 * Where the grammar knows a key: `models.<name>.evaluate`, in the order of the grammar. Empty where it is no key at all.
 */
export function homesOf(schema: AnySchema, key: string): readonly string[] {
  return [
    ...new Set(
      mappingsIn(schema, "")
        .filter(({ keys }) => keys.includes(key))
        .map(({ place }) => place),
    ),
  ];
}

function mappingsIn(schema: AnySchema, place: string): { place: string; keys: readonly string[] }[] {
  return branchesOf(schema).flatMap((branch) => {
    if (branch instanceof z.ZodArray) return mappingsIn(branch.element, place);
    if (branch instanceof z.ZodRecord) return mappingsIn(branch.valueType, `${place}.<name>`);
    if (!(branch instanceof z.ZodObject)) return [];
    const here = { place: place === "" ? "the top of the file" : place, keys: Object.keys(branch.shape) };
    const within = Object.entries(branch.shape).flatMap(([name, value]) =>
      mappingsIn(unwrap(value), place === "" ? name : `${place}.${name}`),
    );
    return [here, ...within];
  });
}
