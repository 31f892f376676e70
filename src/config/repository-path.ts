/**
 * A path seen from a folder, as seen from the repository's root: `/` between parts, no `.`, `..` or empty parts, and `.`
 * for the root itself. Null where it is absolute, leads out of the repository, or has a `\` (which separates parts on one
 * system and is part of a name on the others).
 *
 * @example joinPath("src/train", "../data/") // "src/data"
 */
export function joinPath(folder: string, path: string): string | null {
  if (isAbsolute(folder) || isAbsolute(path) || path.includes("\\")) return null;
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? "." : parts.join("/");
}

/** The folder of a path; `.` for a file at the root. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "." : path.slice(0, end);
}

/** Whether two normalised paths are the same, or one is a folder that holds the other. */
export function isSameOrWithin(path: string, other: string): boolean {
  return (
    path === other || path === "." || other === "." || path.startsWith(`${other}/`) || other.startsWith(`${path}/`)
  );
}

export function isAbsolute(path: string): boolean {
  return /^[\\/]/.test(path) || /^[a-z]:[\\/]/i.test(path);
}
