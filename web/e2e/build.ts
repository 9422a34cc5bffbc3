/** Builds the app once for all tests, unless the binary brings it, `AILERON_E2E_DIST` names a build or `AILERON_E2E_DEV` wants the sources. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { EMBEDDED } from "./server.ts";

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (EMBEDDED || process.env.AILERON_E2E_DIST || process.env.AILERON_E2E_DEV) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "aileron-web-"));
  await build({
    root: join(import.meta.dirname, ".."),
    build: { outDir: folder, emptyOutDir: true },
    logLevel: "warn",
  });
  process.env.AILERON_E2E_DIST = folder;
  return () => rm(folder, { recursive: true, force: true });
}
