/** Further people, made as an operator would. */

import { spawnSync } from "node:child_process";
import { WORKSPACE } from "./harness.ts";
import { BINARY } from "./server.ts";

export interface NewPerson {
  readonly email: string;
  readonly password: string;
  readonly first_name: string;
}

/** Makes an account on the running server's data and a member of the workspace of it. */
export function addPerson(data: string, { email, password, first_name }: NewPerson): void {
  const run = (args: string[], input?: string) => {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AILERON_")));
    const { status, stderr } = spawnSync(BINARY, ["--data", data, "admin", ...args], { input, env, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
  };
  run(["user", "create", "--email", email, "--first-name", first_name, "--password-stdin"], `${password}\n`);
  run(["workspace", "add-member", "--slug", WORKSPACE.slug, "--email", email, "--role", "member"]);
}
