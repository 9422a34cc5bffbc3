/** What the app weighs: the sizes that a browser fetches, compressed as the oldest of them takes it. */

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const DIST = process.env.AILERON_E2E_DIST ?? join(import.meta.dirname, "../dist");
const EDITOR = /editor-[\w-]+\.js$/;

/** In kB. */
const BUDGET = { entry: 200, editor: 220, palette: 25, chunk: 80, css: 15, html: 5 };

async function kB(name: string): Promise<number> {
  const path = join(DIST, name);
  const { size } = await stat(`${path}.gz`).catch(() => stat(path));
  return size / 1000;
}

const page = () => readFile(join(DIST, "index.html"), "utf8");
const files = async (ending: string) => (await readdir(join(DIST, "assets"))).filter((file) => file.endsWith(ending));
const sum = async (names: readonly string[]) => (await Promise.all(names.map(kB))).reduce((all, size) => all + size, 0);

/** All that this script needs before it runs. */
async function staticImports(name: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(name)) return found;
  found.add(name);
  const code = await readFile(join(DIST, name), "utf8");
  for (const [, file] of code.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([\w.-]+\.js)"/g)) {
    await staticImports(`assets/${file}`, found);
  }
  return found;
}

it.skipIf(process.env.AILERON_E2E_DEV)("stays within its weight", async () => {
  const [, entry = ""] = /<script type="module"[^>]*src="\/(assets\/[^"]+)"/.exec(await page()) ?? [];
  const needed = [...(await staticImports(entry))];
  expect(needed.length).toBeGreaterThan(1);
  const preloaded = [...(await page()).matchAll(/rel="modulepreload"[^>]*href="\/([^"]+)"/g)].map(([, file]) => file);
  expect(preloaded.filter((file) => file !== undefined && !needed.includes(file))).toEqual([]);
  const scripts = (await files(".js")).map((file) => `assets/${file}`);
  const styles = [...(await page()).matchAll(/href="\/(assets\/[^"]+\.css)"/g)].map(([, file]) => file ?? "");
  const lazy = scripts.filter((file) => !needed.includes(file));
  const figures = {
    entry: await sum(needed),
    html: await kB("index.html"),
    css: await sum(styles),
    editor: await sum(lazy.filter((file) => EDITOR.test(file))),
    palette: await sum(lazy.filter((file) => /palette-[\w-]+\.js$/.test(file))),
    chunk: Math.max(...(await Promise.all(lazy.filter((file) => !EDITOR.test(file)).map(kB)))),
  };
  const shown = Object.entries(figures).map(([name, size]) => `${name} ${size.toFixed(1)}`);
  process.stdout.write(`gzip kB: ${shown.join(", ")}\n`);
  for (const [name, size] of Object.entries(figures)) {
    expect(size, `${name}, gzip kB`).toBeGreaterThan(0);
    expect(size, `${name}, gzip kB`).toBeLessThanOrEqual(BUDGET[name as keyof typeof BUDGET]);
  }
});
