import { join } from "node:path";
import { defineConfig } from "vitest/config";

// The report: all figures of the budget and of the comparison, in times. Takes minutes, wants a quiet machine.
export default defineConfig({
  test: {
    root: join(import.meta.dirname, ".."),
    include: ["perf/report.ts"],
    environment: "node",
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    globalSetup: ["./e2e/build.ts"],
  },
});
