import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Simulations, real processes and a real browser: slow on a busy machine is not wrong.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    reporters: process.env["CI"] ? ["default"] : ["default"],
  },
});
