/** After the build: the service worker with the list of what it keeps, and every file compressed beside itself. */

import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { type Plugin, transformWithOxc } from "vite";

const WORKER = join(import.meta.dirname, "../src/sw/worker.ts");
/** Fonts and pictures are compressed by themselves. */
const COMPRESSED = new Set([".js", ".css", ".html", ".svg", ".json", ".webmanifest", ".txt"]);
/** Alphabets other than the Latin one are fetched by who reads them. */
const LATER = /(cyrillic|greek|vietnamese|latin-ext).*\.woff2$/;

export function shell(): Plugin {
  let out = "";
  return {
    name: "shell",
    apply: "build",
    configResolved(config) {
      out = config.build.outDir.startsWith(sep) ? config.build.outDir : join(config.root, config.build.outDir);
    },
    async closeBundle(error) {
      if (error) return;
      await writeWorker(out);
      await Promise.all((await filesIn(out)).map(compress));
    },
  };
}

async function writeWorker(out: string): Promise<void> {
  const files = (await filesIn(out)).filter((file) => !LATER.test(file)).sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(await readFile(file));
  const kept = {
    version: hash.digest("hex").slice(0, 12),
    files: files.map((file) => `/${relative(out, file).replaceAll(sep, "/")}`),
  };
  const { code } = await transformWithOxc(await readFile(WORKER, "utf8"), WORKER, { sourcemap: false });
  await writeFile(join(out, "sw.js"), `const __SHELL__ = ${JSON.stringify(kept)};\n${code}`);
}

const deflate = promisify(gzip);
const brotli = promisify(brotliCompress);

async function compress(file: string): Promise<void> {
  if (!COMPRESSED.has(extname(file))) return;
  const content = await readFile(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  await writeFile(`${file}.gz`, await deflate(content, { level: 9 }));
  await writeFile(`${file}.br`, await brotli(content, { params }));
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
