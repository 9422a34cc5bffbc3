/** What the browser says about the network and about who sees the tab. */

import { isSeen } from "./looking.ts";

export interface BrowserEvents {
  online(): void;
  offline(): void;
  /** The tab is seen again. */
  seen(): void;
  /** The page goes, perhaps to come back. */
  left(): void;
  /** Whether something is lost when the page goes now: then the browser asks first. */
  loses(): boolean;
}

export function listenToBrowser(events: BrowserEvents, signal: AbortSignal): void {
  if (typeof window === "undefined") return;
  window.addEventListener("online", () => events.online(), { signal });
  window.addEventListener("offline", () => events.offline(), { signal });
  window.addEventListener("pagehide", () => events.left(), { signal });
  window.addEventListener("beforeunload", (event) => events.loses() && event.preventDefault(), { signal });
  document.addEventListener("visibilitychange", () => isSeen() && events.seen(), { signal });
}
