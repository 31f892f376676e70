/** Who wrote a report. A test holds the version to package.json. */
export const TOOL = { name: "modelgate", version: "0.1.0" } as const;
