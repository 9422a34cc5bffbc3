import { createRouter } from "@tanstack/react-router";
import { Waiting } from "../ui/states.tsx";
import { tree } from "./tree.ts";

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  // A screen whose code is on its way: the one before stays, and nothing is said for a while.
  defaultPendingMs: 400,
  defaultPendingComponent: Waiting,
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
