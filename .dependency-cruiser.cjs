const pure = "^src/(metrics|statistics|measurement|gate|drift|pipeline|report|config)/";

/** The dependency rule of docs/architecture.md. */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "pure-knows-nothing-of-the-world",
      comment:
        "metrics, statistics, measurement, gate, drift, pipeline, report and config compute; they touch no file, clock, network or process.",
      severity: "error",
      from: { path: pure },
      to: {
        path: "^src/(flows|adapters)/|^(action|app|cli|demo)/|^src/ports\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    { name: "pure-imports-no-node", severity: "error", from: { path: pure }, to: { dependencyTypes: ["core"] } },
    {
      name: "pure-imports-no-client",
      severity: "error",
      from: { path: pure },
      to: { path: "node_modules/(@actions|@octokit|@duckdb|onnxruntime|probot)" },
    },
    {
      name: "metrics-know-no-statistics",
      severity: "error",
      from: { path: "^src/metrics/" },
      to: { path: "^src/(?!metrics/)" },
    },
    {
      name: "flows-know-pure-and-ports",
      severity: "error",
      from: { path: "^src/flows/" },
      to: {
        path: "^src/adapters/|^(action|app|cli|demo)/|node_modules/(@actions|@octokit|@duckdb|onnxruntime|probot)",
      },
    },
    {
      name: "flows-import-no-node",
      severity: "error",
      from: { path: "^src/flows/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "adapters-know-ports",
      severity: "error",
      from: { path: "^src/adapters/" },
      to: { path: "^src/(flows|gate)/|^(action|app|cli|demo)/" },
    },
    {
      name: "src-imports-no-root",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(action|app|cli|demo|test|bench|scripts)/" },
    },
    {
      name: "roots-stay-apart",
      severity: "error",
      from: { path: "^(action|app|cli)/" },
      to: { path: "^(action|app|cli)/", pathNot: "^$1/" },
    },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|test/fixtures)/" },
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".js", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
