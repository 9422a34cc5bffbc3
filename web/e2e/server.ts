/** The real server on an empty folder, and whoever serves the app: the server itself, or Vite in front of it. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createDevServer, preview } from "vite";

export const BINARY = process.env.AILERON_BIN ?? join(import.meta.dirname, "../../target/debug/aileron");

/** Whether the binary brings the app; else it is built from here and stands before the server. */
export const EMBEDDED = process.env.AILERON_E2E_EMBEDDED === "1";

export interface Server {
  /** Where the app is. */
  readonly url: string;
  readonly data: string;
  /** The one-time code of the set-up. */
  readonly code: string;
  /** Stops it and starts it again on the same data, as after a crash or an update. */
  readonly restart: () => Promise<void>;
  /** Stops only the server: the app stays where it is, offline. */
  readonly halt: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface ServerOptions {
  /** Networks that webhooks may go to although they are not public: where a test listens. */
  readonly allow?: string;
}

export async function startServer({ allow = "" }: ServerOptions = {}): Promise<Server> {
  const data = await mkdtemp(join(tmpdir(), "aileron-e2e-"));
  const port = await freePort();
  const own = `http://127.0.0.1:${port}`;
  const front = await freePort();
  const url = EMBEDDED ? own : `http://127.0.0.1:${front}`;
  const settings = allow ? { AILERON_OUTGOING_ALLOW: allow } : {};
  let running = await launch(data, port, url, settings);
  const code = await running.code;
  const app = EMBEDDED ? null : await startFront(front, own);
  return {
    url,
    data,
    code,
    halt: () => end(running.process),
    restart: async () => {
      await end(running.process);
      running = await launch(data, port, url, settings);
    },
    stop: async () => {
      await end(running.process);
      await app?.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

interface Running {
  readonly process: ChildProcess;
  /** "" when the server was set up before. */
  readonly code: Promise<string>;
}

async function launch(
  data: string,
  port: number,
  baseUrl: string,
  settings: Readonly<Record<string, string>>,
): Promise<Running> {
  const child = spawn(BINARY, ["serve", "--listen", `127.0.0.1:${port}`, "--data", data], {
    env: {
      ...ownEnvironment(),
      AILERON_METRICS_LISTEN: "",
      AILERON_BASE_URL: baseUrl,
      AILERON_API_RATE_LIMIT: "100000",
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await answering(`http://127.0.0.1:${port}/api/v1/auth/setup/`, child, () => said);
  return { process: child, code: codeIn(() => said) };
}

/** Without settings of the test run: the server refuses what it does not know. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AILERON_")));
}

async function answering(url: string, child: ChildProcess, said: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`The server ended:\n${said()}`);
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await pause(50);
  }
  throw new Error(`The server does not answer:\n${said()}`);
}

async function codeIn(said: () => string): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    const [code] = /[A-Z0-9]{5}(?:-[A-Z0-9]{5}){3}/.exec(said()) ?? [];
    if (code) return code;
    await pause(50);
  }
  return "";
}

/** As strict as the server's own: nothing inline, nothing from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
  "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The build, or with `AILERON_E2E_DEV` the sources as they are. */
async function startFront(port: number, target: string): Promise<{ close: () => Promise<void> }> {
  const root = join(import.meta.dirname, "..");
  const listen = { port, host: "127.0.0.1", strictPort: true, proxy: { "/api": { target, ws: true } } };
  if (process.env.AILERON_E2E_DEV) {
    const front = await createDevServer({ root, server: listen, logLevel: "warn" });
    await front.listen();
    return front;
  }
  const build = { outDir: process.env.AILERON_E2E_DIST ?? "dist" };
  const headers = { "Content-Security-Policy": POLICY };
  return preview({ root, build, preview: { ...listen, headers }, logLevel: "warn" });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
  await gone;
  clearTimeout(timer);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
