import { expect, test } from "vitest";
import type { Json, MeasuredModel } from "../../../src/report/schema.ts";
import { changedDependencies, changedSettings } from "../../../src/report/view/lineage-view.ts";
import { passing } from "../../fixtures/reports/scenarios.ts";

function model(candidate: Record<string, Json>, baseline: Record<string, Json>): MeasuredModel {
  const [of] = passing().report.evidence.models;
  if (of?.outcome !== "measured" || "absent" in of.baseline) throw new Error("the fixture has another shape");
  for (const stage of of.candidate.stages) stage.params = stage.name === "train" ? candidate : {};
  for (const stage of of.baseline.stages) stage.params = stage.name === "train" ? baseline : {};
  return of;
}

test("lists each changed leaf of nested parameters once", () => {
  const after = { train: { l2: 0.1, layers: [8, 4], same: true, added: null } };
  const before = { train: { l2: 0.2, layers: [8, 8], same: true, gone: "x" } };
  expect(changedSettings(model(after, before))).toEqual([
    { stage: "train", name: "train.l2", baseline: "0.2", candidate: "0.1" },
    { stage: "train", name: "train.layers", baseline: "[8,8]", candidate: "[8,4]" },
    { stage: "train", name: "train.gone", baseline: '"x"', candidate: null },
    { stage: "train", name: "train.added", baseline: null, candidate: "null" },
  ]);
});

test("tells the text 1 from the number 1", () => {
  expect(changedSettings(model({ k: "1" }, { k: 1 }))).toEqual([
    { stage: "train", name: "k", baseline: "1", candidate: '"1"' },
  ]);
});

test("names the files whose content differs", () => {
  const of = model({}, {});
  const [dep] = of.candidate.stages[1]?.deps ?? [];
  if (dep === undefined) throw new Error("the fixture has another shape");
  dep.digest = `sha256:${"0".repeat(64)}`;
  expect(changedDependencies(of)).toEqual(["train.mjs"]);
});

test("has nothing to compare with where there is no baseline", () => {
  expect(changedSettings({ ...model({}, {}), baseline: { absent: "failed", problem: null } })).toBeNull();
});
