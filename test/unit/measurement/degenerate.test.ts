import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { curvesOf } from "../../../src/measurement/curves.ts";
import { measure } from "../../../src/measurement/measure.ts";
import { toObservations } from "../../../src/measurement/observe.ts";
import type { Predictions, Target } from "../../../src/metrics/observations.ts";
import { metricsOf } from "../../../src/metrics/registry.ts";
import { modelReportSchema } from "../../../src/report/schema.ts";
import { intervalOf } from "../../../src/statistics/interval.ts";
import { measuredModel } from "../gate/report-fixture.ts";
import { OPTIONS } from "./sample-data.ts";

type Case = { readonly target: Target; readonly candidate: Predictions; readonly baseline: Predictions };

/** Few distinct numbers, so that ties, constants, equal models and single classes are common. */
const score = fc.constantFrom(0, 0.25, 0.5, 0.75, 1);
const bit = fc.constantFrom(0, 1);
const rows = fc.nat(45);

const binary: fc.Arbitrary<Case> = rows.chain((n) => {
  const bits = fc.array(bit, { minLength: n, maxLength: n }).map((values) => Uint8Array.from(values));
  const side = fc.record({
    task: fc.constant("binary" as const),
    score: fc.array(score, { minLength: n, maxLength: n }).map((values) => Float32Array.from(values)),
    predicted: bits,
  });
  const target = bits.map((positive) => ({ task: "binary" as const, positive }));
  return fc.record({ target, candidate: side, baseline: side });
});

const multiclass: fc.Arbitrary<Case> = rows.chain((n) => {
  const codes = fc.array(fc.nat(2), { minLength: n, maxLength: n }).map((values) => Int32Array.from(values));
  const shares = fc.constantFrom([1, 0, 0], [0.5, 0.5, 0], [0.25, 0.25, 0.5], [0, 0, 1]);
  const side = fc.record({
    task: fc.constant("multiclass" as const),
    probabilities: fc.array(shares, { minLength: n, maxLength: n }).map((all) => Float64Array.from(all.flat())),
    predicted: codes,
  });
  const target = codes.map((each) => ({ task: "multiclass" as const, labels: ["a", "b", "c"], codes: each }));
  return fc.record({ target, candidate: side, baseline: side });
});

const regression: fc.Arbitrary<Case> = rows.chain((n) => {
  const values = fc
    .array(fc.constantFrom(0, 1, 2, -3.5, 1e6), { minLength: n, maxLength: n })
    .map((numbers) => Float64Array.from(numbers));
  const side = values.map((each) => ({ task: "regression" as const, values: each }));
  const target = values.map((each) => ({ task: "regression" as const, values: each }));
  return fc.record({ target, candidate: side, baseline: side });
});

describe("rows of any kind: ties, constants, one class, one row, none", () => {
  it.each([
    ["binary", binary],
    ["multiclass", multiclass],
    ["regression", regression],
  ] as const)("%s: every number is finite and in range, or has a reason", (task, cases) => {
    fc.assert(
      fc.property(cases, fc.boolean(), (given, isGrouped) => {
        const n =
          given.target.task === "multiclass"
            ? given.target.codes.length
            : (given.target.task === "binary" ? given.target.positive : given.target.values).length;
        const member = Uint8Array.from({ length: n }, (_, row) => row % 2);
        const result = measure({
          ...given,
          groups: isGrouped ? { codes: Int32Array.from({ length: n }, (_, row) => row >> 1), count: n } : null,
          slices: [{ name: "odd", declared: "odd", member, rows: n >> 1 }],
          metrics: metricsOf(task).map(({ name }) => name),
          options: OPTIONS,
          minRows: 30,
          seed: "degenerate",
          tests: 1,
        });
        const report = {
          ...measuredModel({ rows: n }),
          task,
          ...result,
          candidate: {
            ...measuredModel().candidate,
            curves: curvesOf(toObservations(given.target, given.candidate), OPTIONS),
          },
        };
        expect(modelReportSchema.safeParse(report).error).toBeUndefined();
        for (const { metric, candidate } of result.measurements) {
          if (!candidate.measured) continue;
          const [low, high] = result.metrics.find(({ name }) => name === metric)?.range ?? [null, null];
          expect(candidate.value).toBeGreaterThanOrEqual((low ?? Number.NEGATIVE_INFINITY) - 1e-9);
          expect(candidate.value).toBeLessThanOrEqual((high ?? Number.POSITIVE_INFINITY) + 1e-9);
          const interval = intervalOf(candidate, 0.95, [low, high]);
          if (interval.known) expect(interval.low).toBeLessThanOrEqual(interval.high);
        }
      }),
      { numRuns: 25 },
    );
  });
});
