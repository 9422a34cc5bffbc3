/** Further people, and workspaces full of work: made as an operator would, on the running server's data. */

import { spawnSync } from "node:child_process";
import { ADA, WORKSPACE } from "./harness.ts";
import { BINARY } from "./server.ts";

export interface NewPerson {
  readonly email: string;
  readonly password: string;
  readonly first_name: string;
}

/** Makes an account on the running server's data and a member of the workspace of it. */
export function addPerson(data: string, { email, password, first_name }: NewPerson, slug = WORKSPACE.slug): void {
  const create = ["user", "create", "--email", email, "--first-name", first_name, "--password-stdin"];
  operate(data, ["admin", ...create], `${password}\n`);
  operate(data, ["admin", "workspace", "add-member", "--slug", slug, "--email", email, "--role", "member"]);
}

/** A workspace with much in it, and who owns it. */
export interface Full {
  readonly slug: string;
  readonly owner: { readonly email: string; readonly password: string };
}

/** Example data: three projects with history. */
export function addDemo(data: string, items: number): Full {
  const slug = `demo-${items}`;
  const said = operate(data, ["demo", "--workspace", slug, "--items", String(items)]);
  const [, email = "", password = ""] = /Sign in as (\S+) with the password (\S+)/.exec(said) ?? [];
  return { slug, owner: { email, password } };
}

/** What Jira's REST API wrote, in the workspace of the set-up, whose owner it then is. */
export function addJira(data: string, file: string): Full {
  operate(data, ["import", "jira", file, "--workspace", WORKSPACE.slug]);
  return { slug: WORKSPACE.slug, owner: ADA };
}

/** Runs the command line of the server; answers what it said. */
export function operate(data: string, args: readonly string[], input?: string): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AILERON_")));
  const run = spawnSync(BINARY, ["--data", data, ...args], { input, env, encoding: "utf8", maxBuffer: 1 << 26 });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout;
}
