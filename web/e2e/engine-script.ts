import { join } from "node:path";
import { build, type Rolldown } from "vite";

/** `engine-page.ts` with all that it needs, as one script. */
export async function engineScript(): Promise<string> {
  const entry = join(import.meta.dirname, "engine-page.ts");
  const made = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: false, target: "es2023", lib: { entry, formats: ["iife"], name: "engine" } },
  });
  const [output] = (Array.isArray(made) ? made : [made]) as Rolldown.RolldownOutput[];
  const chunk = output?.output[0];
  if (!chunk) throw new Error("The engine was not built.");
  return chunk.code;
}
