import { describe, expect, it } from "vitest";
import { makeWorkspace, openIn, writeParquet } from "./temp-workspace.ts";

const BLOCK = [{ columns: ["x"], as: "float64" }] as const;

async function openRows(rows: number) {
  const workspace = await makeWorkspace({});
  await writeParquet(workspace, "a.parquet", `SELECT i AS x FROM range(${rows}) t(i)`);
  return openIn(workspace, "a.parquet");
}

describe("streams over one table", () => {
  it("may be read at the same time", async () => {
    const table = await openRows(50_000);
    const sums = await Promise.all(
      Array.from({ length: 4 }, async () => {
        let sum = 0;
        for await (const batch of table.batches(BLOCK, 1000)) {
          for (const value of batch.blocks[0] as Float64Array) sum += value;
        }
        return sum;
      }),
    );
    expect(sums).toEqual(Array(4).fill((50_000 * 49_999) / 2));
  });

  it("may be left early, or in an error, and the table stays usable", async () => {
    const table = await openRows(50_000);
    for await (const batch of table.batches(BLOCK, 100)) {
      expect(batch.rows).toBe(100);
      break;
    }
    const failing = async () => {
      for await (const batch of table.batches(BLOCK, 100)) throw new Error(`stop at ${batch.offset}`);
    };
    await expect(failing()).rejects.toThrow("stop at 0");
    expect((await table.numbers("x")).length).toBe(50_000);
    expect((await table.slice("x >= 49999"))[0]?.rows).toBe(1);
  });
});
