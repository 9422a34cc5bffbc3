import { join } from "node:path";
import { defineConfig } from "vitest/config";

// Browser tests: the real server, the built app, Debian's Chromium. One file at a time, as each has a server and a browser.
export default defineConfig({
  test: {
    root: join(import.meta.dirname, ".."),
    include: ["e2e/**/*.test.ts", "perf/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    // A machine under load loses a race now and then that no person would; what is broken fails every time.
    retry: process.env.CI ? 2 : 0,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ["./e2e/build.ts"],
  },
});
