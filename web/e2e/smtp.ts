/** A mail server in a process of its own: that of the tests of the API. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The Python that knows the packages of tests/smtp/requirements.txt. */
const PYTHON = process.env.AILERON_SMTP_PYTHON ?? "python3";
const SERVER = join(import.meta.dirname, "../../tests/smtp/server.py");

export interface Smtp {
  /** The settings of a server that gives its mails to this one. */
  readonly settings: Record<`AILERON_${string}`, string>;
  /** How many mails it took. */
  readonly taken: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

export async function startSmtp(): Promise<Smtp> {
  const folder = await mkdtemp(join(tmpdir(), "aileron-smtp-"));
  const child = spawn(PYTHON, [SERVER, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await saidPort(child);
  return {
    settings: {
      AILERON_SMTP_HOST: "127.0.0.1",
      AILERON_SMTP_PORT: port,
      AILERON_SMTP_SECURITY: "none",
      AILERON_SMTP_FROM: "Aileron <aileron@mail.test>",
    },
    taken: async () => (await readdir(folder)).filter((name) => name.endsWith(".json")).length,
    stop: async () => {
      child.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function saidPort(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", (said: Buffer) => resolve(said.toString().trim()));
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(new Error(`The mail server ended with ${code}: cargo xtask test --only tools installs what it needs`)),
    );
  });
}
