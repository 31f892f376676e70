import { lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { Link } from "../../pipeline/links.ts";

/** So many links one path leads through at most, as in Linux; then they lead in a circle. */
const MOST_LINKS = 40;

/**
 * The symbolic links that paths are or lead through, each where it really stands: what its target leads through is followed too, as far
 * as it stays inside the root.
 *
 * @param root absolute, without links
 * @param paths relative to the root
 */
export function linksTo(root: string, paths: readonly string[]): readonly Link[] {
  const links = new Map<string, Link>();
  const plain = new Set<string>();
  for (const path of paths) if (!path.includes("\0")) walk(root, path, links, plain);
  return [...links.values()];
}

function walk(root: string, path: string, links: Map<string, Link>, plain: Set<string>): void {
  const here: string[] = [];
  const rest = path.split("/").reverse();
  for (let followed = 0; rest.length > 0; ) {
    const part = rest.pop() ?? "";
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (here.pop() === undefined) return;
      continue;
    }
    const at = [...here, part].join("/");
    const link = plain.has(at) ? null : (links.get(at) ?? readLink(root, at));
    if (link === undefined) return;
    if (link === null) {
      plain.add(at);
      here.push(part);
      continue;
    }
    links.set(at, link);
    followed += 1;
    if (followed > MOST_LINKS || link.target.startsWith("/")) return;
    rest.push(...link.target.split("/").reverse());
  }
}

/** Null for what is there and no link; undefined where nothing is. */
function readLink(root: string, path: string): Link | null | undefined {
  const stat = lstatSync(join(root, path), { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return stat.isSymbolicLink() ? { path, target: readlinkSync(join(root, path)) } : null;
}
