import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { errorCode } from "../files/error-code.ts";

/**
 * Takes a lock that other processes respect; null where a living one holds it. One that a process left behind when it was
 * killed is taken over. Released by calling the function.
 */
export function takeLock(file: string): (() => void) | null {
  const mine = `${process.pid} ${hostname()} ${randomBytes(8).toString("hex")}\n`;
  if (!create(file, mine) && !(removeStale(file) && create(file, mine))) return null;
  return () => {
    if (read(file) === mine) rmSync(file, { force: true });
  };
}

function create(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Of several processes that find the same dead lock only one moves it away; none moves away the lock of the living. */
function removeStale(file: string): boolean {
  const text = read(file);
  if (text === null) return true;
  if (!isStale(text)) return false;
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return true;
    throw error;
  }
  const isTheDeadOne = read(aside) === text;
  if (!isTheDeadOne) putBack(aside, file);
  rmSync(aside, { force: true });
  return isTheDeadOne;
}

function putBack(aside: string, file: string): void {
  try {
    linkSync(aside, file);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
}

/** A lock of another machine (a shared disk) is never judged dead: its process cannot be looked up from here. */
function isStale(text: string): boolean {
  const [pid, host] = text.split(" ");
  if (host !== hostname() || !/^\d+$/.test(pid ?? "")) return text.trim() === "";
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return errorCode(error) === "ESRCH";
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
