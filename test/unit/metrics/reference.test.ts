import { expect, it } from "vitest";
import { metricsReference } from "../../../src/metrics/reference.ts";
import { metricsOf } from "../../../src/metrics/registry.ts";
import { RESOURCE_METRICS } from "../../../src/metrics/resource-metrics.ts";
import { renderedText } from "../report/rendered-text.ts";

it("shows every definition whole, upright lines and all, as GitHub renders it", () => {
  const { cells } = renderedText(metricsReference());
  for (const task of ["binary", "multiclass", "regression"] as const) {
    for (const { name, definition } of metricsOf(task)) {
      expect(cells.filter((row) => row[0] === name).map((row) => row[4])).toContain(definition.replaceAll("`", ""));
    }
  }
  for (const { name, definition } of RESOURCE_METRICS) {
    expect(cells.find((row) => row[0] === name)?.[3]).toBe(definition.replaceAll("`", ""));
  }
});
