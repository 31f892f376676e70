/**
 * Whom a token speaks for: an app's installation (`GITHUB_TOKEN` is one), or a person. GitHub has marked tokens with a prefix since
 * 2021; what has none of the prefixes is taken for an installation's, as GitHub Enterprise and future formats may have it.
 */
export function tokenKind(token: string): "app" | "person" {
  return /^(?:ghp_|gho_|ghu_|github_pat_)|^[0-9a-f]{40}$/.test(token) ? "person" : "app";
}
