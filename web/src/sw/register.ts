import { toast } from "../ui/toast.tsx";

/** Lets the app start without the network, in what was built for people; while developing it would only be in the way. */
export function registerWorker(): void {
  if (!import.meta.env.PROD) return;
  addEventListener("load", () => {
    // Without a worker (a private window, http) everything works but the start without network.
    navigator.serviceWorker?.register("/sw.js").catch(() => undefined);
  });
}

/** A part of the app is gone from the server, because a new version is there. */
export function followUpdates(): void {
  addEventListener("vite:preloadError", (event) => {
    event.preventDefault();
    void sayUpdated();
  });
}

/** A server that cannot be reached has not been updated: who waits for the part is told by its own place on the screen. */
async function sayUpdated(): Promise<void> {
  const answers = await fetch("/", { method: "HEAD", cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (answers) {
    toast("Aileron was updated", {
      key: "update",
      ms: 0,
      detail: "Reload the page to go on.",
      action: { label: "Reload", run: () => location.reload() },
    });
  }
}
