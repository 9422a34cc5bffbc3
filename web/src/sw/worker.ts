/** Keeps the shell of the app in the browser, so that it starts without the network. What people work on is the engine's, not kept here. */

/// <reference lib="webworker" />

const worker = self as unknown as ServiceWorkerGlobalScope;

/** Written in by the build: the name of this version, and what belongs to the shell. */
declare const __SHELL__: { readonly version: string; readonly files: readonly string[] };

const CACHE = `shell-${__SHELL__.version}`;
const INDEX = "/index.html";
/** Who asks, and how it is compressed on the way, makes no other file of it. */
const OWN = { cacheName: CACHE, ignoreVary: true };
/** Then the shell of this version starts, although the network might still answer. */
const PATIENCE = 3_000;

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...__SHELL__.files])));
});

// A new version waits until no tab of the old one is left: those still load parts that only the old cache has.
worker.addEventListener("activate", (event) => {
  event.waitUntil(removeOthers().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin || url.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") event.respondWith(index(request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(immutable(request));
  else if (__SHELL__.files.includes(url.pathname)) event.respondWith(fresh(request));
});

/** The page itself: from the server, so that an update is seen at once; from here when there is none. */
async function index(request: Request): Promise<Response> {
  const kept = await caches.match(INDEX, OWN);
  if (!kept) return fetch(request);
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  // A server that starts or fails is no reason to show its error in the place of the work.
  const answer = fetch(request).then((response) => (response.status >= 500 ? kept : response));
  return Promise.race([answer.catch(() => kept), late]);
}

/** The name changes with the content: what is here is right. */
async function immutable(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, response.clone());
  }
  return response;
}

async function fresh(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request, OWN);
    if (kept) return kept;
    throw error;
  }
}

async function removeOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}
