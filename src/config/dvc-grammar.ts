import { z } from "zod";

/**
 * The part of `dvc.yaml` that is understood. What only describes, draws or stores is accepted and has no effect; what
 * would change what runs is refused by `dvc.ts`, by name.
 */

const ignored = z.unknown().optional();

/** `model.onnx`, or `model.onnx: {cache: false}`. */
const output = z.union([
  z.string().min(1),
  z.record(
    z.string().min(1),
    z
      .strictObject({
        cache: z.boolean().optional(),
        // Outputs are always made anew in a fresh workspace, as on a first `dvc repro`.
        persist: z.boolean().optional(),
        desc: ignored,
        type: ignored,
        labels: ignored,
        meta: ignored,
        remote: ignored,
        push: ignored,
      })
      .nullable(),
  ),
]);

/** `roc.csv`, or `roc.csv: {x: fpr, y: tpr}`. */
const plot = z.union([z.string().min(1), z.record(z.string().min(1), z.looseObject({}).nullable())]);

const dvcStageSchema = z.strictObject({
  cmd: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  wdir: z.string().min(1).optional(),
  deps: z.array(z.string().min(1)).optional(),
  params: z
    .array(z.union([z.string().min(1), z.record(z.string().min(1), z.array(z.string().min(1)).nullable())]))
    .optional(),
  outs: z.array(output).optional(),
  metrics: z.array(output).optional(),
  plots: z.array(plot).optional(),
  frozen: z.literal(false, { error: "false" }).optional(),
  always_changed: z.literal(false, { error: "false" }).optional(),
  desc: ignored,
  meta: ignored,
});

export const dvcSchema = z.strictObject({
  stages: z.record(
    z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, {
      error: "a stage's name: letters, digits, _ and -, starting with a letter or digit",
    }),
    dvcStageSchema,
  ),
  // What these list is drawn and compared by DVC; it runs nothing.
  metrics: ignored,
  params: ignored,
  plots: ignored,
  artifacts: ignored,
});

export type DvcStage = z.output<typeof dvcStageSchema>;
