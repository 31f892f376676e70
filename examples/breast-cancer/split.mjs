// Writes data/train.csv and data/test.csv from data/wdbc.csv, once; the result is committed. A case goes where the hash of
// its number says, so that rows that are added later never move old ones from one side to the other, and no case is on both.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const TEST_SHARE = 0.4;

const [header, ...rows] = readFileSync("data/wdbc.csv", "utf8").trim().split(/\r?\n/);
const isTest = (row) => {
  const [caseNumber] = row.split(",", 1);
  return createHash("sha256").update(`wdbc ${caseNumber}`).digest().readUInt32BE(0) < TEST_SHARE * 2 ** 32;
};
writeFileSync("data/train.csv", `${[header, ...rows.filter((row) => !isTest(row))].join("\n")}\n`);
writeFileSync("data/test.csv", `${[header, ...rows.filter(isTest)].join("\n")}\n`);
