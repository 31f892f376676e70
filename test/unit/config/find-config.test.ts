import { describe, expect, it } from "vitest";
import { CONFIG_CANDIDATES, findConfig } from "../../../src/config/find-config.ts";

describe("findConfig", () => {
  it.each([
    [[], { found: false, problem: null }],
    [["modelgate.yml"], { found: true, path: "modelgate.yml" }],
    [[".github/modelgate.yml"], { found: true, path: ".github/modelgate.yml" }],
    [["modelgate.yaml"], { found: false, problem: { where: "modelgate.yaml", mend: "rename it to modelgate.yml" } }],
    [[".github/modelgate.yaml"], { found: false, problem: { mend: "rename it to .github/modelgate.yml" } }],
    [["modelgate.yml", "modelgate.yaml"], { found: false, problem: { where: "modelgate.yaml", mend: "remove it" } }],
    [["modelgate.yml", ".github/modelgate.yml"], { found: false, problem: { where: ".github/modelgate.yml" } }],
  ])("among %j", (existing, expected) => {
    expect(findConfig(new Set(existing))).toMatchObject(expected);
    for (const path of existing) expect(CONFIG_CANDIDATES).toContain(path);
  });
});
