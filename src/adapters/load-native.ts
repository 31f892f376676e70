import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * Loads DuckDB (30 ms) at the first table. Not by `import()`: the bundler turns that into a static import of an external
 * package, and every start would pay for it.
 */
export function loadDuckDb(): typeof import("@duckdb/node-api") {
  return require("@duckdb/node-api");
}

/**
 * Loads ONNX Runtime (10 ms) at the first model.
 *
 * Its official builds report what they load, the model's name and hashes among it, to their maker (since 1.29 on Linux and macOS),
 * unless this variable says otherwise before they are loaded. The models here are other people's.
 */
export function loadOnnxRuntime(): typeof import("onnxruntime-node") {
  process.env["ORT_DISABLE_TELEMETRY"] ??= "1";
  return require("onnxruntime-node");
}

/** Loads ONNX Runtime and makes its environment (25 ms in all), as the first model would. */
export function prepareOnnxRuntime(): void {
  loadOnnxRuntime();
  // The package does so when a model is opened, and has no other name for it.
  const { initOrt } = require("onnxruntime-node/dist/binding") as { readonly initOrt: () => void };
  initOrt();
}
