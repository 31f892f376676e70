/**
 * Makes `compute` run once per subject: what is sorted for one metric is there for the next. The subject must not change
 * afterwards; the result lives as long as the subject does.
 */
export function remember<Subject extends object, Result>(
  compute: (subject: Subject) => Result,
): (subject: Subject) => Result {
  const known = new WeakMap<Subject, Result>();
  return (subject) => {
    const earlier = known.get(subject);
    if (earlier !== undefined) return earlier;
    const result = compute(subject);
    known.set(subject, result);
    return result;
  };
}
