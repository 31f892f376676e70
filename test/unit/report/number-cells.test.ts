import { expect, test } from "vitest";
import { differenceCell } from "../../../src/report/view/number-cells.ts";
import { metric } from "../../fixtures/reports/report-parts.ts";

const IDENTICAL = {
  measured: true,
  value: 0,
  uncertainty: { kind: "identical", method: "identical predictions" },
} as const;

test.each([
  ["accuracy", "same decisions"],
  ["recall", "same decisions"],
  ["f1_macro", "same decisions"],
  ["roc_auc", "same predictions"],
  ["log_loss", "same predictions"],
  ["rmse", "same predictions"],
])("of %s, which cannot tell the models apart, says that they have the %s", (name, text) => {
  expect(differenceCell(IDENTICAL, metric(name))).toEqual({ value: "0", interval: text });
});
