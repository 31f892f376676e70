import { expect, it } from "vitest";
import { summariseTarget } from "../../../src/measurement/summarise-target.ts";

it.each([
  ["prices", [300_000, 349_210, 400_000], "mean 349,700, standard deviation 50,000"],
  ["fractions", [0.01, 0.0234, 0.03], "mean 0.02113, standard deviation 0.01019"],
  ["numbers around zero", [-3, 0, 3], "mean 0, standard deviation 3"],
  ["negative numbers", [-1200, -1300], "mean −1,250, standard deviation 70.71"],
  ["numbers beyond reading", [1e20, 3e20], "mean 2.000e+20, standard deviation 1.414e+20"],
])("tells %s in plain numbers", (_, values, text) => {
  expect(summariseTarget({ task: "regression", values: Float64Array.from(values) }, null)).toBe(text);
});
