import { z } from "zod";
import type { PathStep } from "./config-problem.ts";

/** Any zod schema, as its parts hand each other out. */
export type AnySchema = z.core.$ZodType;

/** What kind of YAML value this is, in the words of the messages. */
export type Kind = "text" | "number" | "true or false" | "nothing" | "list" | "mapping";

export function kindOf(value: unknown): Kind {
  if (typeof value === "string") return "text";
  if (typeof value === "number" || typeof value === "bigint") return "number";
  if (typeof value === "boolean") return "true or false";
  if (Array.isArray(value)) return "list";
  return typeof value === "object" && value !== null ? "mapping" : "nothing";
}

/** The schema without what makes it optional or gives it a default. */
export function unwrap(schema: AnySchema): AnySchema {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return unwrap(schema.def.innerType);
  }
  return schema;
}

/** Whether a mapping may leave the key out. */
export function isOptional(schema: AnySchema): boolean {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
}

/** The schemas of a union's branches; the schema itself where it is none. */
export function branchesOf(schema: AnySchema): readonly AnySchema[] {
  const inner = unwrap(schema);
  return inner instanceof z.ZodUnion ? inner.options.flatMap(branchesOf) : [inner];
}

/** The kinds of value that the schema takes. */
export function kindsOf(schema: AnySchema): ReadonlySet<Kind> {
  return new Set(branchesOf(schema).flatMap(kindsOfBranch));
}

function kindsOfBranch(schema: AnySchema): readonly Kind[] {
  if (schema instanceof z.ZodString || schema instanceof z.ZodEnum) return ["text"];
  if (schema instanceof z.ZodNumber) return ["number"];
  if (schema instanceof z.ZodBoolean) return ["true or false"];
  if (schema instanceof z.ZodArray) return ["list"];
  if (schema instanceof z.ZodObject || schema instanceof z.ZodRecord) return ["mapping"];
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(kindOf);
  return [];
}

/** The words that the schema takes literally: an enum's, a literal's, and those of a union's branches. */
export function wordsOf(schema: AnySchema): readonly string[] {
  return branchesOf(schema).flatMap((branch) => {
    if (branch instanceof z.ZodEnum) return branch.options.map(String);
    if (branch instanceof z.ZodLiteral) return [...branch.values].filter((value) => typeof value === "string");
    return [];
  });
}

/**
 * The schema at a path, as far as the value's own shape decides between a union's branches; null where the grammar has
 * nothing there.
 */
export function schemaAt(root: AnySchema, value: unknown, path: readonly PathStep[]): AnySchema | null {
  let schema: AnySchema | null = root;
  let here = value;
  for (const step of path) {
    schema = schema === null ? null : child(pickBranch(schema, here), step);
    here = valueAt(here, [step]);
  }
  return schema;
}

/** The value at a path, `undefined` where there is none; inherited properties are none. */
export function valueAt(root: unknown, path: readonly PathStep[]): unknown {
  return path.reduce<unknown>((here, step) => {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) return undefined;
    if (Array.isArray(here) && step === "length") return undefined;
    return (here as Readonly<Record<PathStep, unknown>>)[step];
  }, root);
}

/** The branch of a union that a value is meant for: by its discriminator, else the first of its kind. */
export function pickBranch(schema: AnySchema, value: unknown): AnySchema {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodDiscriminatedUnion) {
    const tag = valueAt(value, [inner.def.discriminator]);
    return branchesOf(inner).find((branch) => tagsOf(branch, inner.def.discriminator).includes(tag)) ?? inner;
  }
  return branchesOf(inner).find((branch) => kindsOf(branch).has(kindOf(value))) ?? inner;
}

/** The values of a discriminator that lead to this branch. */
export function tagsOf(branch: AnySchema, discriminator: string): readonly unknown[] {
  const tag = branch instanceof z.ZodObject ? branch.shape[discriminator] : undefined;
  return tag instanceof z.ZodLiteral ? [...tag.values] : [];
}

/** What any of the branches takes under a key; null where none has it. */
export function unionOfKey(schema: AnySchema, key: string): AnySchema | null {
  const [first, ...rest] = branchesOf(schema).flatMap((branch) => child(branch, key) ?? []);
  return first === undefined ? null : rest.length === 0 ? first : z.union([first, ...rest]).meta(metaOf(first));
}

function metaOf(schema: AnySchema): { readonly description?: string } {
  const description = schema instanceof z.ZodType ? schema.description : undefined;
  return description === undefined ? {} : { description };
}

/** The first sentence of the schema's description, as the end of another sentence; null where it has none. */
export function meaningOf(schema: AnySchema): string | null {
  const { description } = metaOf(schema);
  const [sentence] = description?.split(/\.(?:\s|$)/, 1) ?? [];
  return sentence === undefined ? null : sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** The keys that a mapping may have here: all branches' where the branch is not decided; none for free names. */
export function keysOf(schema: AnySchema): readonly string[] {
  return [
    ...new Set(
      branchesOf(schema).flatMap((branch) => (branch instanceof z.ZodObject ? Object.keys(branch.shape) : [])),
    ),
  ];
}

function child(schema: AnySchema, step: PathStep): AnySchema | null {
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodObject && Object.hasOwn(schema.shape, step)) return schema.shape[step] ?? null;
  return null;
}

/** What the schema takes, for "expected …": "a number", "one of higher, lower", "a text or a list of texts". */
export function expectationOf(schema: AnySchema): string {
  const words = wordsOf(schema);
  const others = branchesOf(schema)
    .filter((branch) => !(branch instanceof z.ZodEnum) && wordsOf(branch).length === 0)
    .map(expectationOfBranch);
  const choice = words.length > 1 ? `one of ${words.join(", ")}` : words[0];
  const all = [...new Set(choice === undefined ? others : [choice, ...others])];
  return all.length > 2 ? `${all.slice(0, -1).join(", ")}, or ${all.at(-1)}` : all.join(" or ");
}

function expectationOfBranch(schema: AnySchema): string {
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String).join(" or ");
  if (schema instanceof z.ZodArray) return `a list of ${plural(expectationOf(schema.element))}`;
  if (schema instanceof z.ZodNumber) return schema.format === null ? "a number" : "a whole number";
  const kind = kindsOfBranch(schema)[0];
  if (kind === undefined) return "a value";
  return kind === "true or false" ? kind : `a ${kind}`;
}

function plural(expectation: string): string {
  return expectation.replaceAll(/\ba (text|number|whole number|list|mapping)\b/g, "$1s");
}
