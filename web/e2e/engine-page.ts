/** The engine alone on `window.sync`, for tests that run it in a page of the server. */

import { readSession } from "../src/api/session.ts";
import { newId } from "../src/lib/ids.ts";
import { createEngine } from "../src/sync/engine.ts";

const sync = { createEngine, readSession, newId };
export type Sync = typeof sync;
Object.assign(window, { sync });
