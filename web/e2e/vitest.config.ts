import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest: last of all, one of the two workers would wait for it. */
const LONG = ["pictures.test.ts", "budget.test.ts", "settings.test.ts"];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((name) => moduleId.endsWith(name));
    return [...others.filter(isLong), ...others.filter((file) => !isLong(file))];
  }
}

// Browser tests: the real server, the built app, Debian's Chromium. Two files at a time, each with a server and a browser of its own.
export default defineConfig({
  test: {
    root: join(import.meta.dirname, ".."),
    include: ["e2e/**/*.test.ts", "perf/**/*.test.ts"],
    environment: "node",
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    // A machine under load loses a race now and then that no person would; what is broken fails every time.
    retry: process.env.CI ? 2 : 0,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ["./e2e/build.ts"],
  },
});
