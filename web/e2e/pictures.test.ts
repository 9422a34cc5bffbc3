/** The example data on every kind of screen, in both themes, wide and on a phone: the pictures of the documentation. */

import { afterAll, beforeAll, describe, it } from "vitest";
import { checkAxe, type Harness, SIZES, settled, shoot, start, THEMES } from "./harness.ts";

const SCREENS = [
  ["list", "/demo/p/PLAT/items?layout=list", "Backlog"],
  ["board", "/demo/p/PLAT/items?layout=board", "In Progress"],
  ["peek", "/demo/p/PLAT/items?layout=list&peek=PLAT-184", "Activity"],
  ["item", "/demo/item/PLAT-184", "Activity"],
  ["all", "/demo/items?layout=list&group=priority", "Urgent"],
  ["people", "/demo/people", "Mara"],
] as const;

let harness: Harness;
beforeAll(async () => {
  harness = await start({ demo: true });
});
afterAll(() => harness?.close());

describe.each(THEMES)("%s", (theme) => {
  it.each(Object.entries(SIZES))("%s", async (size, view) => {
    const { page, context } = await harness.signedIn({ theme, ...view });
    for (const [name, path, text] of SCREENS) {
      await page.goto(path);
      await page.getByText(text).first().waitFor();
      await settled(page);
      await checkAxe(page, `${name}, ${theme}, ${size}`);
      await shoot(page, `demo-${name}-${size}-${theme}`);
    }
    await context.close();
  });
});
