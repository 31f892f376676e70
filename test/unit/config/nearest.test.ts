import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearest } from "../../../src/config/nearest.ts";

describe("nearest", () => {
  it.each([
    ["threshhold", ["target", "threshold"], "threshold"],
    ["taregt", ["target", "threshold"], "target"],
    ["ROC-AUC", ["log_loss", "roc_auc"], "roc_auc"],
    ["binry", ["binary", "multiclass"], "binary"],
    ["mim", ["min", "max"], "min"],
    ["deps", ["cmd", "deps"], "deps"],
    ["xyz", ["cmd", "deps"], null],
    ["a", ["b"], null],
    ["", ["a"], null],
    ["x".repeat(1000), ["x".repeat(1000)], null],
  ])("of %j among %j is %j", (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  it("is the word itself where that is among them, and always one of them", () => {
    const words = fc.array(fc.stringMatching(/^[a-z_]{1,12}$/), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(words, fc.nat(), fc.string({ maxLength: 20 }), (candidates, index, other) => {
        const word = candidates[index % candidates.length] ?? "";
        const found = nearest(word, [word, ...candidates]);
        if (word.replaceAll("_", "") !== "") expect(found).toBe(word);
        const any = nearest(other, candidates);
        if (any !== null) expect(candidates).toContain(any);
      }),
    );
  });
});
