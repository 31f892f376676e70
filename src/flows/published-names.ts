/** What a run's comment, check and artifact are called, so that later runs find and replace them and no other. */
export type PublishedNames = { readonly marker: string; readonly check: string; readonly artifact: string };

/**
 * The action's own check is called otherwise than the app's, so that neither passes for the other. A run that judges only some models
 * has names of its own as well: its green must not stand over what it has not looked at.
 *
 * @param scope Names of the models that are judged, where some are left out; null: all.
 * @param sha256 Gives `sha256:<hex>`.
 */
export function publishedNames(
  {
    baseBranch,
    runAttempt,
    scope,
  }: { readonly baseBranch: string | null; readonly runAttempt: number; readonly scope: readonly string[] | null },
  sha256: (text: string) => string,
): PublishedNames {
  const check = baseBranch === null ? "modelgate report" : `modelgate report: ${baseBranch}`;
  if (scope === null) return { marker: "modelgate-report", check, artifact: `modelgate-report-${runAttempt}` };
  const names = scope.toSorted();
  const short = sha256(JSON.stringify(names)).slice("sha256:".length).slice(0, 12);
  return {
    marker: `modelgate-report-${short}`,
    check: `${check} (${names.join(", ")})`,
    artifact: `modelgate-report-${runAttempt}-${short}`,
  };
}
